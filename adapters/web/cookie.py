"""The one cookie of the chat: it names the visitor of the page that works without script.

It is set with the first message that is sent there, never before, and only for our own page: a script on any page
uses a token instead, because a cookie alone proves nothing about who sends a request.
"""

from starlette.requests import Request
from starlette.responses import Response

from adapters.web.identity import is_visitor_key

SECONDS_KEPT = 365 * 24 * 60 * 60


def read_cookie(request: Request) -> str:
    """The visitor's key, or nothing."""
    for name in (_name(secure=True), _name(secure=False)):
        key = request.cookies.get(name, "")
        if is_visitor_key(key):
            return key
    return ""


def set_cookie(response: Response, key: str, *, secure: bool) -> None:
    """Gives the browser the visitor's key to keep."""
    response.set_cookie(
        _name(secure=secure), key, max_age=SECONDS_KEPT, path="/", secure=secure, httponly=True, samesite="lax"
    )


def _name(*, secure: bool) -> str:
    """Browsers take the prefix only over an encrypted connection; on the local machine it would be refused."""
    return "__Host-firstline-visitor" if secure else "firstline-visitor"
