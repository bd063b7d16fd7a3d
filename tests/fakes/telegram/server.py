"""The platform's two ways over a socket: requests of the bot, and updates brought to its webhook."""

import asyncio
import json
from contextlib import suppress
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from tests.fakes.telegram.judging import judge_call, read_value
from tests.fakes.telegram.limits import Limits
from tests.fakes.telegram.methods import Methods, RefusedError
from tests.fakes.telegram.platform import KEPT_SECONDS, Call, FakeTelegram, Fault, FaultKind, Json

BEST_EFFORT = ("sendChatAction", "setMyCommands", "answerCallbackQuery", "setMessageReaction", "pinChatMessage")
HUNG_SECONDS = 60.0
DOES_IT = (FaultKind.DONE_BUT_ERROR, FaultKind.DROPPED, FaultKind.HUNG)


class TelegramServer:
    """A fake Telegram on a free port of this machine, for as long as an `async with` block lasts."""

    def __init__(self, fake: FakeTelegram) -> None:
        self.fake = fake
        self._methods = Methods(fake)
        self._limits = Limits(fake.now)
        self._poller: asyncio.Event | None = None
        self._tasks: list[asyncio.Task[None]] = []
        app = Starlette(
            routes=[
                Route("/bot{token}/{method}", self._serve, methods=["GET", "POST"]),
                Route("/file/bot{token}/{path:path}", self._serve_file),
            ]
        )
        config = uvicorn.Config(
            app, port=0, log_level="critical", lifespan="off", ws="none", timeout_graceful_shutdown=1
        )
        self._server = _Server(config)
        self.url = ""

    async def __aenter__(self) -> "TelegramServer":
        self._tasks = [asyncio.create_task(self._server.serve()), asyncio.create_task(self._bring())]
        await self._server.is_up.wait()
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._poller is not None:
            self._poller.set()
        self._server.should_exit = True
        self._server.force_exit = True
        self._tasks[1].cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task

    async def _serve(self, request: Request) -> Response:
        method = request.path_params["method"]
        given, sizes = await _read(request)
        if request.path_params["token"] != self.fake.token:
            return _refusal(RefusedError("Unauthorized", 401))
        fault = self._due(method)
        if fault is not None and fault.kind not in DOES_IT:
            self._note(method, given, f"fault {fault.kind}")
            return _answer_wrongly(fault)
        answer = await self._do(method, given, sizes)
        match fault.kind if fault else None:
            case FaultKind.DONE_BUT_ERROR:
                return JSONResponse({"ok": False, "error_code": 500, "description": "Internal"}, status_code=500)
            case FaultKind.DROPPED:
                return _Dropped()
            case FaultKind.HUNG:
                await asyncio.sleep(HUNG_SECONDS)
        return answer

    async def _do(self, method: str, given: Json, sizes: Json) -> Response:
        if method.lower() == "getupdates":
            return await self._hold(given)
        known = self._methods.find(method)
        if wrong := judge_call(method, given | sizes):
            self.fake.complaints.append(wrong)
        try:
            if known is None:
                raise RefusedError("Not Found", 404)
            if self.fake.has_limits and "chat_id" in given and method not in ("getChat", "getChatMember"):
                self._limits.take(given["chat_id"])
            result = known(given)
        except RefusedError as error:
            self._note(method, given, error.description)
            return _refusal(error)
        except KeyError as error:
            self._note(method, given, f"{error} is missing")
            return _refusal(RefusedError(f"Bad Request: parameter {error} is required"))
        self._note(method, given)
        return JSONResponse({"ok": True, "result": result})

    async def _hold(self, given: Json) -> Response:
        fake = self.fake
        if fake.webhook.get("url"):
            words = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete it"
            return _refusal(RefusedError(words, 409))
        if self._poller is not None:
            self._poller.set()
        mine = self._poller = asyncio.Event()
        if "allowed_updates" in given:
            fake.allowed = given["allowed_updates"]
        offset = given.get("offset", 0)
        fake.updates = [
            (at, each) for at, each in fake.updates if each["update_id"] >= offset and fake.now() - at < KEPT_SECONDS
        ]
        self._note("getUpdates", given)
        if not fake.updates and given.get("timeout", 0):
            fake.news.clear()
            news, ended = asyncio.create_task(fake.news.wait()), asyncio.create_task(mine.wait())
            await asyncio.wait({news, ended}, timeout=given["timeout"], return_when=asyncio.FIRST_COMPLETED)
            news.cancel()
            ended.cancel()
        if mine.is_set():
            words = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
            return _refusal(RefusedError(words, 409))
        self._poller = None
        found = [each for _, each in fake.updates[: given.get("limit", 100)]]
        return JSONResponse({"ok": True, "result": found})

    async def _bring(self) -> None:
        """Brings updates to the webhook one after the other; what is not taken is brought again."""
        async with httpx.AsyncClient(timeout=5) as client:
            while True:
                if not self.fake.webhook.get("url") or not self.fake.updates:
                    self.fake.news.clear()
                    with suppress(TimeoutError):
                        async with asyncio.timeout(0.2):
                            await self.fake.news.wait()
                    continue
                _, update = self.fake.updates[0]
                hook = self.fake.webhook
                headers = {"X-Telegram-Bot-Api-Secret-Token": hook.get("secret_token", "")}
                try:
                    taken = (await client.post(hook["url"], json=update, headers=headers)).is_success
                except httpx.HTTPError:
                    taken = False
                if taken and self.fake.updates and self.fake.updates[0][1] is update:
                    self.fake.updates.pop(0)
                elif not taken:
                    await asyncio.sleep(0.05)

    def _due(self, method: str) -> Fault | None:
        for fault in self.fake.faults:
            if fault.method in ("", method) and (fault.method or method not in ("getUpdates", *BEST_EFFORT)):
                if fault.chance and self.fake.chance.random() < fault.chance:
                    return fault
                if fault.chance:
                    continue
                fault.times -= 1
                if fault.times <= 0:
                    self.fake.faults.remove(fault)
                return fault
        return None

    def _note(self, method: str, given: Json, error: str = "") -> None:
        self.fake.log.append(Call(method=method, parameters=given, at=self.fake.now(), error=error))
        self.fake.changed.set()

    async def _serve_file(self, request: Request) -> Response:
        name = request.path_params["path"].removeprefix("documents/")
        if request.path_params["token"] != self.fake.token or name not in self.fake.files:
            return Response(status_code=404)
        return Response(self.fake.files[name])


class _Server(uvicorn.Server):
    """Leaves signals alone and says when it is up."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_up = asyncio.Event()

    async def startup(self, sockets: Any = None) -> None:
        """Tells when it listens."""
        await super().startup()
        self.is_up.set()

    async def serve(self, sockets: Any = None) -> None:
        """Serves without looking at signals."""
        await self._serve()


class _Dropped(Response):
    """An answer that never comes: the connection ends in the middle of it."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Promises a body and sends none of it."""
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"100")]})
        await send({"type": "http.response.body", "body": b'{"ok":', "more_body": True})


async def _read(request: Request) -> tuple[Json, Json]:
    """The parameters of a request, and for files what others' models take in their place."""
    given: Json = dict(request.query_params)
    if "json" in request.headers.get("content-type", ""):
        given |= json.loads(await request.body() or b"{}")
        return given, {}
    async with request.form() as form:
        parts = {name: await value.read() if isinstance(value, UploadFile) else value for name, value in form.items()}
    read = {name: value if isinstance(value, bytes) else read_value(value) for name, value in (given | parts).items()}
    for name in ("text", "caption", "name", "callback_query_id", "url", "secret_token", "file_id", "language_code"):
        if name in read and name in parts | given and not isinstance(read[name], bytes):
            read[name] = str((given | parts)[name])
    attached = {name: value for name, value in read.items() if isinstance(value, str) and value.startswith("attach://")}
    for name, value in attached.items():
        read[name] = read.pop(value.removeprefix("attach://"))
    return read, {name: "file" for name, value in read.items() if isinstance(value, bytes)}


def _refusal(error: RefusedError) -> Response:
    body: Json = {"ok": False, "error_code": error.code, "description": error.description}
    if error.parameters:
        body["parameters"] = error.parameters
    return JSONResponse(body, status_code=error.code)


def _answer_wrongly(fault: Fault) -> Response:
    match fault.kind:
        case FaultKind.HTML:
            return HTMLResponse("<html>Service temporarily in a mood</html>")
        case FaultKind.EMPTY:
            return Response(b"")
        case FaultKind.LONG:
            return Response(b'{"ok":true,"result":"' + b"x" * 10 * 2**20 + b'"}', media_type="application/json")
        case FaultKind.AWAY:
            return Response(status_code=302, headers={"Location": "http://127.0.0.1:9/elsewhere"})
        case FaultKind.STRANGE:
            return JSONResponse({"ok": False})
        case FaultKind.WAIT:
            words = f"Too Many Requests: retry after {fault.wait}"
            return _refusal(RefusedError(words, 429, retry_after=fault.wait))
    return _refusal(RefusedError(fault.description, fault.status))
