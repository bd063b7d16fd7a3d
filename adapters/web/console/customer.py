"""The page of admins: what is held about a customer, given out, erased, or, in need, read. Each is written down."""

from collections.abc import Sequence

from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from adapters.erasing import erase_beside_traffic
from adapters.own_data import Talk, build_data, render_page
from adapters.storage.persons import Person, find_person
from adapters.storage.sessions import write_audit
from adapters.storage.views import read_messages
from adapters.web.console.showing import HEADERS, page
from adapters.web.console.visit import Visit

BARE_PAGE = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"}
"""The page to read has its few styles in itself, so that it needs no server where it is kept."""


async def show_customer(visit: Visit) -> Response:
    """A form for a case number, and how much is held about its customer; not a word of it."""
    number = visit.request.query_params.get("number", "").strip().lstrip("#")
    person = await _find(visit, number) if number else None
    words = "console_erased" if "erased" in visit.request.query_params else "console_no_case"
    return page(
        visit,
        "customer.html",
        page="customer",
        number=number,
        person=person,
        cases=", ".join(f"#{talk.number}" for talk in person.conversations) if person else "",
        told=visit.reader.say(words) if person is None and (number or words == "console_erased") else "",
    )


async def give_out(visit: Visit) -> Response:
    """Everything held about a customer as a file."""
    person = await _get(visit)
    await _write_down(visit, "export", person)
    name = f"case-{person.conversations[0].number}.json"
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    return JSONResponse(build_data(person, await _read_talks(visit, person)), headers=headers)


async def read_in_need(visit: Visit) -> Response:
    """A customer's chats as a page to read, for a reason that is written down."""
    person = await _get(visit)
    reason = visit.field("reason")
    await _write_down(visit, "break_glass", person, reason)
    shown = render_page(person, await _read_talks(visit, person), visit.reader.desk.name)
    return HTMLResponse(shown, headers={**HEADERS, **BARE_PAGE})


async def erase(visit: Visit) -> Response:
    """Erases a customer, if the number of the case was written a second time."""
    person = await _get(visit)
    if visit.field("again", 12).lstrip("#") != visit.field("number", 12).lstrip("#"):
        raise visit.refuse("invalid", "console_erase_again")
    await _write_down(visit, "erase", person)
    services = visit.services
    await erase_beside_traffic(services.db, services.files, person, visit.reader.now)
    for talk in person.conversations:
        services.bell.ring(talk.id, talk.version + 1)
    return RedirectResponse("/console/customer?erased=1", status_code=303)


async def _find(visit: Visit, number: str) -> Person | None:
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    return await visit.services.db.read(lambda conn: find_person(conn, int(number)))


async def _get(visit: Visit) -> Person:
    person = await _find(visit, visit.field("number", 12).lstrip("#"))
    if person is None:
        raise visit.refuse("not_found", "console_no_case")
    return person


async def _read_talks(visit: Visit, person: Person) -> Sequence[Talk]:
    return await visit.services.db.read(
        lambda conn: [(talk, read_messages(conn, talk.id)) for talk in person.conversations]
    )


async def _write_down(visit: Visit, action: str, person: Person, detail: str = "") -> None:
    subject = f"case:{person.conversations[-1].number}"
    agent, now = visit.agent.key, visit.reader.now
    await visit.services.db.write(lambda conn: write_audit(conn, agent, action, subject, now, detail))
