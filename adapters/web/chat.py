"""The requests of the chat's script, under `/web/v1`: who am I, say, press, change, send a file, type, read.

Each is read here, done in `talking`, and answered with the little that the script needs. What is said comes back
over the stream, in `stream`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.storage.chats import has_chat
from adapters.storage.visits import keep_claims, note_seen, read_claims
from adapters.web.cookie import read_cookie
from adapters.web.identity import Identity, Visitor, is_visitor_key, new_visitor_key
from adapters.web.rates import Limit
from adapters.web.reading import (
    chat_of,
    check_origin,
    count_request,
    read_bearer,
    read_client_id,
    read_file_ids,
    read_json,
    read_number,
    read_text,
    read_visitor,
)
from adapters.web.refusals import RefusedError
from adapters.web.site import address_for
from adapters.web.talking import Visit
from adapters.web.uploads import file_response, keep_upload
from bot.model import Trust

VISITOR_SIGNALS = Limit(burst=30, per_second=1.0)
"""Typing and reading: too cheap to count with what is said, too many to let pass unlimited."""


async def open_session(request: Request) -> Response:
    """Trades what a browser has for a token: its key, a signature of the site, or a token that has run out.

    A page of ours may also have the cookie of the chat without script; then it is the same visitor. Only who
    showed a signature first is stored; else the first message makes the first row.
    """
    site = chat_of(request)
    services = site.services
    check_origin(request, site)
    count_request(request, site)
    body = await read_json(request)
    now = services.clock.now()
    given = body.get("visitor")
    key = given if isinstance(given, str) and is_visitor_key(given) else new_visitor_key()
    if body.get("page") is True and site.origins.is_own(request.headers.get("origin", "")):
        key = read_cookie(request) or key
    nonces = services.nonces
    if body.get("identity") and not nonces.is_told:
        nonces.tell(await services.db.read(read_claims))
    visitor = _admit(site.identity, body, read_bearer(request), key, now)
    if fresh := dict(nonces.fresh):
        await services.db.write(lambda conn: keep_claims(conn, fresh, now))
        nonces.fresh.clear()
    talks = await services.db.read(lambda conn: has_chat(conn, str(address_for(visitor.key))))
    session = {"token": site.identity.issue(visitor, now), "customer": visitor.key, "talks": talks}
    return JSONResponse(session if given else session | {"visitor": key})


def _admit(identity: Identity, body: Mapping[str, Any], bearer: str, key: str, now: datetime) -> Visitor:
    signed = body.get("identity")
    if not isinstance(signed, str) or not signed:
        return identity.admit(key)
    if bearer and (known := _find_known(identity, bearer, now)):
        return known
    return identity.admit_signed(signed, key, now)


def _find_known(identity: Identity, bearer: str, now: datetime) -> Visitor | None:
    """The signed visitor whose token has run out: a page's signature is often shorter-lived than a talk."""
    try:
        visitor = identity.read(bearer, now, renewing=True)
    except RefusedError:
        return None
    return visitor if visitor.trust is Trust.KNOWN else None


async def send_message(request: Request) -> Response:
    """Takes words and files; the answer says that they are stored."""
    visit, body = await _read_visit(request)
    await visit.say(read_client_id(body), read_text(body, "text"), read_file_ids(body))
    return JSONResponse({})


async def press_button(request: Request) -> Response:
    """Takes the press of a button. Whether it has an effect is decided by the open question, not here."""
    visit, body = await _read_visit(request)
    await visit.press(read_client_id(body), read_text(body, "value", most=64))
    return JSONResponse({})


async def choose_language(request: Request) -> Response:
    """Takes the choice of a language by name: what the visitor writes no longer changes it."""
    visit, body = await _read_visit(request)
    language = read_text(body, "language", most=32)
    if language not in chat_of(request).desk.languages:
        raise RefusedError("invalid", "This desk does not speak that language.")
    await visit.choose_language(read_client_id(body), language)
    return JSONResponse({})


async def edit_message(request: Request) -> Response:
    """Takes new words for a message of the last minutes."""
    visit, body = await _read_visit(request)
    await visit.edit(read_client_id(body), read_number(body, "message"), read_text(body, "text"))
    return JSONResponse({})


async def withdraw_message(request: Request) -> Response:
    """Takes a message of the last minutes back."""
    visit, body = await _read_visit(request)
    await visit.withdraw(read_client_id(body), read_number(body, "message"))
    return JSONResponse({})


async def send_file(request: Request) -> Response:
    """Takes one file; it is shown to nobody before a message names it."""
    site, visitor = read_visitor(request)
    count_request(request, site)
    async with request.form(max_files=1, max_fields=1, max_part_size=1024) as form:
        upload = form.get("file")
        if not isinstance(upload, UploadFile):
            raise RefusedError("invalid", "There is no file in this request.")
        stored = await keep_upload(upload, site.services.files, visitor.key)
    file = stored.attachment
    return JSONResponse({"id": file.id, "name": file.name, "media_type": file.media_type, "size": file.size})


async def fetch_file(request: Request) -> Response:
    """Gives a file back to the one who sent it; for anybody else it does not exist."""
    site, visitor = read_visitor(request)
    stored = site.services.files.find(request.path_params["file"])
    if stored is None or stored.owner != visitor.key:
        raise RefusedError("not_found", "There is no such file.")
    return file_response(stored)


async def note_typing(request: Request) -> Response:
    """Takes note that the visitor types. Never stored."""
    site, visitor = read_visitor(request)
    services = site.services
    services.rates.take(f"signals:{visitor.key}", VISITOR_SIGNALS, services.clock.now())
    services.signals.customer_types(str(address_for(visitor.key)), services.clock.now())
    return JSONResponse({})


async def note_read(request: Request) -> Response:
    """Takes note of how far the visitor has read."""
    site, visitor = read_visitor(request)
    services = site.services
    now = services.clock.now()
    services.rates.take(f"signals:{visitor.key}", VISITOR_SIGNALS, now)
    body = await read_json(request)
    conversation, number = read_text(body, "conversation", most=64), read_number(body, "number")
    lane = str(address_for(visitor.key))
    await services.db.write(lambda conn: note_seen(conn, lane, conversation, number, now))
    return JSONResponse({})


async def answer_preflight(request: Request) -> Response:
    """Tells a browser that an allowed page may send what it is about to send."""
    check_origin(request, chat_of(request))
    return Response(status_code=204)


async def _read_visit(request: Request) -> tuple[Visit, Mapping[str, Any]]:
    site, visitor = read_visitor(request)
    count_request(request, site)
    body = await read_json(request)
    language = site.choose_language(read_text(body, "language", most=32))
    return Visit(site, visitor, language), body


ROUTES = [
    Route(f"/web/v1/{path}", handler, methods=[method])
    for path, handler, method in (
        ("session", open_session, "POST"),
        ("messages", send_message, "POST"),
        ("press", press_button, "POST"),
        ("language", choose_language, "POST"),
        ("edits", edit_message, "POST"),
        ("withdraw", withdraw_message, "POST"),
        ("files", send_file, "POST"),
        ("files/{file}", fetch_file, "GET"),
        ("typing", note_typing, "POST"),
        ("read", note_read, "POST"),
        ("{path:path}", answer_preflight, "OPTIONS"),
    )
]
