"""What surrounds every request: its id, limits on its body, headers that protect, and refusals in one form.

Plain ASGI, so that streams pass through untouched. A peer never sees a traceback, whatever happens behind this.
"""

import asyncio
import secrets
import time
from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.storage.errors import OverloadedError, StorageDownError
from adapters.web.origins import Origins
from adapters.web.refusals import STATUS, RefusedError
from adapters.web.uploads import LARGEST_REQUEST
from bot.crashpoint import reached

LARGEST_BODY = 64 * 1024
_LARGEST = {"console": 256 * 1024, "hooks": 1024 * 1024}
"""Bytes of a body, where it may be larger than elsewhere."""
SHARED = "/web/v1/"
UPLOADS = ("/web/v1/files", "/chat")
SECONDS_PER_BODY = 20.0
SECONDS_PER_UPLOAD = 300.0

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
"""Set on every response that does not say otherwise itself."""

_PROTECTING = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in HEADERS.items()]

_CODES = {status: code for code, status in reversed(STATUS.items())}


class Edge:
    """The outermost layer."""

    def __init__(self, app: ASGIApp, is_secure: bool, origins: Callable[[], Origins]) -> None:
        """Takes what it surrounds, whether browsers reach us encrypted, and who may use the chat from his own page."""
        self._app = app
        self._is_secure = is_secure
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id
        shared = self._share(scope)

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name for name, _ in message["headers"]}
                message["headers"] += [header for header in _PROTECTING if header[0] not in given]
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = request_id
                headers.update(shared)
                if self._is_secure:
                    headers.setdefault("Strict-Transport-Security", "max-age=31536000")
                if scope["method"] == "POST":
                    reached("before_ack")
            await send(message)
            if message["type"] == "http.response.body" and scope["method"] == "POST":
                reached("after_ack")

        await self._app(scope, _limited(scope, receive), send_guarded)

    def _share(self, scope: Scope) -> dict[str, str]:
        """Headers that let a page of an allowed site read the answers of the chat, without cookies."""
        origin = Headers(scope=scope).get("origin", "")
        if not scope["path"].startswith(SHARED) or not self._origins().is_allowed(origin):
            return {}
        shared = {
            "Access-Control-Allow-Origin": origin,
            "Vary": "Origin",
            "Access-Control-Expose-Headers": "Retry-After",
        }
        if scope["method"] == "OPTIONS":
            shared["Access-Control-Allow-Methods"] = "GET, POST"
            shared["Access-Control-Allow-Headers"] = "Authorization, Content-Type, Last-Event-ID"
            shared["Access-Control-Max-Age"] = "600"
        return shared


def _limited(scope: Scope, receive: Receive) -> Receive:
    """Counts the body as it comes in; nothing is parsed that is too large or too slow."""
    path: str = scope["path"]
    is_upload = path in UPLOADS
    most = LARGEST_REQUEST if is_upload else _LARGEST.get(path.split("/")[1], LARGEST_BODY)
    until = time.monotonic() + (SECONDS_PER_UPLOAD if is_upload else SECONDS_PER_BODY)
    declared = Headers(scope=scope).get("content-length", "")
    too_large = declared.isdecimal() and int(declared[:20]) > most
    read = 0
    is_whole = False

    async def receive_limited() -> Message:
        nonlocal read, is_whole
        if too_large:
            raise RefusedError("too_large", f"The request is larger than {most // 1024} kB.")
        if is_whole:
            return await receive()
        try:
            async with asyncio.timeout(max(0.0, until - time.monotonic())):
                message = await receive()
        except TimeoutError as error:
            raise RefusedError("too_slow", "The request did not arrive in time.") from error
        read += len(message.get("body", b""))
        is_whole = not message.get("more_body", False)
        if read > most:
            raise RefusedError("too_large", f"The request is larger than {most // 1024} kB.")
        return message

    return receive_limited


def refuse(request: Request, refused: RefusedError) -> Response:
    """The one form of every refusal."""
    body = {"code": refused.code, "message": refused.message, "request_id": request.scope["state"]["request_id"]}
    response = JSONResponse(body, status_code=refused.status)
    if refused.retry_after:
        response.headers["Retry-After"] = str(max(1, round(refused.retry_after + 0.5)))
    if refused.status in (401, 408, 413):
        response.headers["Connection"] = "close" if refused.status != 401 else "keep-alive"
    return response


async def answer_refused(request: Request, error: Exception) -> Response:
    """Answers what a handler refused, or what the storage could not do."""
    match error:
        case RefusedError():
            return refuse(request, error)
        case OverloadedError() | StorageDownError():
            words = "We cannot take this just now. Nothing was lost; try again in a moment."
            return refuse(request, RefusedError("unavailable", words, retry_after=5))
        case HTTPException():
            code = _CODES.get(error.status_code, "bad_request" if error.status_code < 500 else "internal")
            return refuse(request, RefusedError(code, _WORDS.get(code, "The request cannot be read.")))
    return refuse(request, RefusedError("internal", "Something went wrong on our side."))


_WORDS = {
    "not_found": "There is nothing here.",
    "method_not_allowed": "This cannot be done here.",
    "internal": "Something went wrong on our side.",
}
