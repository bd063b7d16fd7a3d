"""The cookie that holds a session's id in the browser, and nothing else."""

from starlette.requests import Request
from starlette.responses import Response

from adapters.storage.sessions import LONGEST

_LONGEST_ID = 100


def cookie_name(*, secure: bool) -> str:
    """The cookie's name: `__Host-` binds it to this host and to encryption, which a loopback address lacks."""
    return "__Host-firstline" if secure else "firstline"


def session_id_of(request: Request, *, secure: bool) -> str:
    """The session id that a browser sends, or nothing."""
    return request.cookies.get(cookie_name(secure=secure), "")[:_LONGEST_ID]


def set_session_cookie(response: Response, id_: str, *, secure: bool) -> None:
    """Gives the browser a session's id; the server ends the session earlier than the browser forgets it."""
    response.set_cookie(
        cookie_name(secure=secure),
        id_,
        max_age=int(LONGEST.total_seconds()),
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )


def drop_session_cookie(response: Response, *, secure: bool) -> None:
    """Makes the browser forget the session's id."""
    response.delete_cookie(cookie_name(secure=secure), path="/", secure=secure, httponly=True, samesite="lax")
