"""The one door of the console: every request passes here before its handler sees it.

In this order: the session, the page it must have come from and its token (on whatever changes something), the right
that its line in the table of routes names. A handler is never called without all of them.
"""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from adapters.desk.reader import Reader
from adapters.storage.sessions import Session, find_session, hash_of, touch_session
from adapters.web.console.cookies import session_id_of
from adapters.web.console.rights import Right, may
from adapters.web.console.settings import read_settings
from adapters.web.console.showing import trouble_page
from adapters.web.console.visit import RING, Visit, read_fields
from adapters.web.origins import Origins
from adapters.web.refusals import RefusedError
from adapters.web.services import Services
from adapters.web.site import site_of
from bot.model import Author, AuthorKind

Handler = Callable[[Visit], Awaitable[Response]]
SAFE = frozenset({"GET", "HEAD"})
TOKEN = "X-Console-Token"  # noqa: S105 -- the name of a header
_NOBODY = Author(kind=AuthorKind.UNKNOWN)


def guard(
    handler: Handler, right: Right, services: Services, *, needs_token: bool
) -> Callable[[Request], Awaitable[Response]]:
    """Wraps a handler.

    Args:
        handler: Called only for a request that passes.
        right: What the agent must hold.
        services: What the console works with.
        needs_token: The token is asked for on reading as well: a stream, which a foreign page could otherwise open.
    """

    async def endpoint(request: Request) -> Response:
        visit = await _open(request, services)
        try:
            if refused := _check_session(visit, right):
                return refused
            if request.method not in SAFE or needs_token:
                visit = await _check_request(visit, site_of(services).origins, right)
            if not may(visit.agent.roles, right):
                raise visit.refuse("not_allowed", "console_not_allowed")
            return await handler(visit)
        except RefusedError as error:
            if visit.is_fragment or not _wants_page(request):
                raise
            return trouble_page(visit, error)

    return endpoint


async def _open(request: Request, services: Services) -> Visit:
    now = services.clock.now()
    desk = services.current.desk
    settings = read_settings(request, desk.default_language)
    session = await _find(request, services)
    agent = session.author if session else _NOBODY
    reader = Reader(agent=agent, desk=desk, language=settings.language, now=now)
    return Visit(request=request, services=services, reader=reader, session=session, fields={})


async def _find(request: Request, services: Services) -> Session | None:
    """The session of a request; a request of the agent himself keeps it alive, one that the stream caused does not."""
    id_ = session_id_of(request, secure=services.is_secure)
    if not id_:
        return None
    hash_, now = hash_of(id_), services.clock.now()
    session = await services.db.read(lambda conn: find_session(conn, hash_, now))
    if session is not None and session.needs_touch and RING not in request.headers:
        await services.db.write(lambda conn: touch_session(conn, hash_, now))
    return session


def _check_session(visit: Visit, right: Right) -> Response | None:
    """Sends who is not signed in to the sign-in page.

    Raises:
        RefusedError: `not_signed_in`, where a script asked.
    """
    if visit.session is not None or right is Right.ANYBODY:
        return None
    if visit.request.method in SAFE and not visit.is_fragment and _wants_page(visit.request):
        return RedirectResponse("/console/login", status_code=303)
    raise visit.refuse("not_signed_in", "console_session_ended")


async def _check_request(visit: Visit, origins: Origins, right: Right) -> Visit:
    """Makes sure that one of our own pages asks, and reads the form. Signing in has no session to show a token of.

    Raises:
        RefusedError: `origin_denied`, or what is wrong with the form.
    """
    headers = visit.request.headers
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    is_ours = origin is not None or site is not None
    is_ours = is_ours and (origin is None or origins.is_own(origin)) and site in (None, "same-origin", "none")
    fields = {} if visit.request.method in SAFE else await read_fields(visit.request)
    if visit.session is not None and right is not Right.ANYBODY:
        given = headers.get(TOKEN) or fields.get("token", "")
        is_ours = is_ours and hmac.compare_digest(given.encode(), visit.session.token.encode())
    if not is_ours:
        raise visit.refuse("origin_denied", "console_forged")
    return replace(visit, fields=fields)


def _wants_page(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")
