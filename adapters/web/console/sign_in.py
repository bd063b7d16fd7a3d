"""Signing in and out, the link that works once, the own password, and the choices of a browser."""

import asyncio

from starlette.responses import RedirectResponse, Response

from adapters.storage import sessions, staff
from adapters.web.console.cookies import drop_session_cookie, session_id_of, set_session_cookie
from adapters.web.console.passwords import SHORTEST, hash_password, is_long_enough, is_right
from adapters.web.console.settings import go_back, keep_settings
from adapters.web.console.showing import page
from adapters.web.console.visit import Visit
from adapters.web.rates import address_of

LONGEST_NAME = 80


async def show_sign_in(visit: Visit) -> Response:
    """The sign-in page; whoever is signed in goes on to the queue."""
    if visit.session is not None:
        return RedirectResponse("/console", status_code=303)
    ended = "console_session_ended" if "ended" in visit.request.query_params else ""
    changed = "console_password_changed" if "changed" in visit.request.query_params else ""
    return _sign_in_page(visit, told=changed or ended)


async def sign_in(visit: Visit) -> Response:
    """Checks name and password. An unknown name gets the same answer after the same time."""
    name = visit.fields.get("name", "").strip().lower()[:LONGEST_NAME]
    address = _address(visit)
    db, now = visit.services.db, visit.reader.now
    if not await db.write(lambda conn: sessions.count_try(conn, name, address, now)):
        await db.write(lambda conn: sessions.write_audit(conn, "", "login_locked", name, now, address))
        return _sign_in_page(visit, status=429, wrong="console_too_many_tries", name=name)
    account = await db.read(lambda conn: sessions.find_password(conn, name))
    if not await is_right(account[1] if account else None, visit.fields.get("password", "")) or account is None:
        await db.write(lambda conn: sessions.write_audit(conn, "", "login_failed", name, now, address))
        return _sign_in_page(visit, status=422, wrong="console_wrong_login", name=name)
    await db.write(lambda conn: sessions.forget_tries(conn, name, address))
    return await _begin(visit, account[0], "login")


async def show_link(visit: Visit) -> Response:
    """Asks whether to use a link that signs in once; looking changes nothing."""
    secret = visit.request.path_params["secret"]
    name = await visit.services.db.read(lambda conn: sessions.find_link(conn, secret, visit.reader.now))
    if name is None:
        return _sign_in_page(visit, status=410, wrong="console_link_used", link_dead=True)
    return _sign_in_page(visit, link_name=name, action=visit.request.url.path)


async def use_link(visit: Visit) -> Response:
    """Uses the link up and signs its agent in."""
    secret = visit.request.path_params["secret"]
    agent = await visit.services.db.write(lambda conn: sessions.use_link(conn, secret, visit.reader.now))
    if agent is None:
        return _sign_in_page(visit, status=410, wrong="console_link_used", link_dead=True)
    return await _begin(visit, agent, "login_link")


async def sign_out(visit: Visit) -> Response:
    """Ends this session."""
    await _end(visit)
    response = RedirectResponse("/console/login", status_code=303)
    drop_session_cookie(response, secure=visit.services.is_secure)
    return response


async def keep_preferences(visit: Visit) -> Response:
    """Keeps the choices of this browser and goes back to where they were made."""
    response = go_back(visit.fields)
    keep_settings(response, visit.fields, secure=visit.services.is_secure)
    return response


async def set_availability(visit: Visit) -> Response:
    """Says whether the agent takes conversations now; who is away is given none."""
    available, agent = visit.fields.get("available") == "yes", visit.agent.key
    await visit.services.db.write(lambda conn: staff.set_available(conn, agent, available=available))
    return go_back(visit.fields)


async def show_password(visit: Visit) -> Response:
    """The page where the own password is changed."""
    return await _password_page(visit)


async def change_password(visit: Visit) -> Response:
    """Sets a new password; every session of the agent ends, this one too."""
    db, now, agent = visit.services.db, visit.reader.now, visit.agent.key
    new = visit.fields.get("new", "")
    stored = await _stored_password(visit)
    if stored is not None and not await _is_current(visit, stored):
        return await _password_page(visit, status=422, wrong="console_wrong_current")
    if not is_long_enough(new):
        return await _password_page(visit, status=422, wrong="console_password_rule")
    hashed = await asyncio.to_thread(hash_password, new)
    await db.write(lambda conn: sessions.set_password(conn, agent, hashed))
    await db.write(lambda conn: sessions.write_audit(conn, agent, "password_changed", agent, now))
    response = RedirectResponse("/console/login?changed=1", status_code=303)
    drop_session_cookie(response, secure=visit.services.is_secure)
    return response


async def _is_current(visit: Visit, stored: str) -> bool:
    """Checks the current password; wrong ones are counted like those at the door."""
    login, address = visit.session.login if visit.session else "", _address(visit)
    db, now = visit.services.db, visit.reader.now
    if not await db.write(lambda conn: sessions.count_try(conn, login, address, now)):
        raise visit.refuse("too_many", "console_too_many_tries")
    if not await is_right(stored, visit.fields.get("current", "")):
        return False
    await db.write(lambda conn: sessions.forget_tries(conn, login, address))
    return True


async def _begin(visit: Visit, agent: str, how: str) -> Response:
    """Starts a new session, so that an id from before is worth nothing."""
    await _end(visit)
    db, now = visit.services.db, visit.reader.now
    id_ = await db.write(lambda conn: sessions.start_session(conn, agent, now))
    await db.write(lambda conn: sessions.write_audit(conn, agent, how, agent, now, _address(visit)))
    response = go_back(visit.fields)
    set_session_cookie(response, id_, secure=visit.services.is_secure)
    return response


async def _end(visit: Visit) -> None:
    id_ = session_id_of(visit.request, secure=visit.services.is_secure)
    if id_:
        await visit.services.db.write(lambda conn: sessions.end_session(conn, sessions.hash_of(id_)))


def _sign_in_page(
    visit: Visit,
    *,
    status: int = 200,
    wrong: str = "",
    told: str = "",
    name: str = "",
    link_name: str = "",
    link_dead: bool = False,
    action: str = "/console/login",
) -> Response:
    say = visit.reader.say
    return page(
        visit,
        "sign_in.html",
        status=status,
        action=action,
        wrong=say(wrong) if wrong else "",
        told=say(told) if told else "",
        name=name,
        link_name=link_name,
        link_dead=link_dead,
        back="",
    )


async def _password_page(visit: Visit, *, status: int = 200, wrong: str = "") -> Response:
    has_password = await _stored_password(visit) is not None
    words = visit.reader.say(wrong, n=SHORTEST) if wrong else ""
    return page(visit, "password.html", status=status, wrong=words, told="", has_password=has_password)


async def _stored_password(visit: Visit) -> str | None:
    login = visit.session.login if visit.session else ""
    account = await visit.services.db.read(lambda conn: sessions.find_password(conn, login))
    return account[1] if account else None


def _address(visit: Visit) -> str:
    request, proxies = visit.request, visit.reader.desk.channels.server.trusted_proxies
    peer = request.client.host if request.client else ""
    return address_of(peer, request.headers.get("x-forwarded-for", ""), proxies)
