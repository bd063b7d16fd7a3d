"""The platform's ways over a socket: requests of the app, files, events brought to its address or through sockets."""

import asyncio
import hashlib
import hmac
import itertools
import json
import math
from collections.abc import Coroutine
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from tests.fakes.slack.judging import ANYWHERE, KNOWN, find_fault, find_missing_scope
from tests.fakes.slack.methods import Methods, RefusedError
from tests.fakes.slack.platform import APP_TOKEN, SECRET, TOKEN, Call, FakeSlack, Json, Trouble

PATIENCE = 3.0
"""Seconds that a delivery waits for its acknowledgement."""
LATE, TWICE = 0.2, 0.3
"""Shares of the events that come after the next one, and twice, where things are unruly."""


class SlackServer:
    """A fake Slack on a free port of this machine, for as long as an `async with` block lasts."""

    def __init__(self, fake: FakeSlack) -> None:
        self.fake = fake
        self.hook_url = ""
        """Where events are brought; empty for sockets."""
        self.answers: list[int] = []
        """The statuses that deliveries ended with."""
        self.refused = 0
        """Deliveries that were not taken."""
        self.sockets: list[web.WebSocketResponse] = []
        self.url = ""
        self.given_up: list[Json] = []
        """Events that were brought as often as the platform does, in vain."""
        self._ids = itertools.count(1)
        self._acked: dict[str, asyncio.Event] = {}
        self._answers: dict[str, Json | str] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._methods = Methods(fake, self)
        app = web.Application(client_max_size=60 * 1024 * 1024)
        app.add_routes(
            [
                web.route("*", "/api/{method}", self._serve),
                web.post("/upload/{file}", self._take_file),
                web.get("/files/{file}", self._give_file),
                web.get("/socket", self._open_socket),
                web.post("/response/{id}", self._take_response),
            ]
        )
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)

    async def __aenter__(self) -> "SlackServer":
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.url = self.fake.url = f"http://127.0.0.1:{port}"
        self._start(self._bring())
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for socket in self.sockets:
            await socket.close()
        await self._runner.cleanup()

    def _start(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        given = dict(request.query)
        if request.content_type == "application/json":
            given |= json.loads(await request.text() or "{}")
        elif request.can_read_body:
            given |= dict(await request.post())  # type: ignore[arg-type]  # texts only
            given |= {name: json.loads(str(given[name])) for name in ("blocks", "metadata") if name in given}
        call = Call(method=method, given=given, at=self.fake.now())
        self.fake.log.append(call)
        wanted = APP_TOKEN if method == "apps.connections.open" else TOKEN
        if request.headers.get("Authorization") != f"Bearer {wanted}":
            return web.json_response({"ok": False, "error": "invalid_auth"})
        if method not in KNOWN:
            self.fake.complaints.append(f"unknown method {method}")
            return web.json_response({"ok": False, "error": "unknown_method"})
        if unknown := set(given) - KNOWN[method] - ANYWHERE:
            self.fake.complaints.append(f"{method} does not know {sorted(unknown)}")
        if lacks := find_missing_scope(method, given, self.fake.scopes):
            return web.json_response({"ok": False, "error": "missing_scope", "needed": lacks})
        if wait := self._find_wait(call):
            call.waits = wait
            headers = {"Retry-After": str(math.ceil(wait))}
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
        fault = self.fake.due(method)
        if fault is not None:
            match fault.trouble:
                case Trouble.WAIT:
                    call.waits = float(fault.wait)
                    return web.json_response(
                        {"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": fault.wait}
                    )
                case Trouble.NOT_DONE:
                    return web.Response(status=500, text="oops")
                case Trouble.HANG:
                    await self.fake.let_go.wait()
                    return web.Response(status=503)
                case Trouble.REFUSED:
                    return web.json_response({"ok": False, "error": fault.error})
        answer = self._answer(call, given)
        if fault is not None and fault.trouble is Trouble.DONE_BUT_DROPPED and request.transport:
            request.transport.close()
        if fault is not None and fault.trouble is Trouble.DONE_BUT_ERROR:
            return web.Response(status=500, text="oops")
        if fault is not None and fault.trouble is Trouble.EMPTY:
            return web.Response(text="")
        if fault is not None and fault.trouble is Trouble.HTML:
            return web.Response(text="<html>busy</html>", content_type="text/html")
        return web.json_response(answer, headers=self._say_headers())

    def _find_wait(self, call: Call) -> float:
        """Seconds until the method may be asked again, where it is limited."""
        most, seconds = self.fake.limits.get(call.method, (0, 0.0))
        scope = call.given.get("channel") if call.method == "chat.postMessage" else None
        earlier = [
            each.at
            for each in self.fake.calls(call.method)
            if each.ok and each.at > call.at - seconds and (scope is None or each.given.get("channel") == scope)
        ]
        return earlier[-most] + seconds - call.at if most and len(earlier) >= most else 0.0

    def _say_headers(self) -> dict[str, str]:
        """What every answer says besides."""
        now = datetime.fromtimestamp(self.fake.now(), UTC)
        return {"X-OAuth-Scopes": ",".join(sorted(self.fake.scopes)), "Date": format_datetime(now, usegmt=True)}

    def _answer(self, call: Call, given: Json) -> Json:
        wrong = find_fault(call.method, given)
        if wrong:
            self.fake.complaints.append(f"{call.method}: {wrong} {given}")
            return {"ok": False, "error": wrong}
        try:
            answer = self._methods.answer(call.method, given)
        except RefusedError as error:
            return {"ok": False, "error": str(error)}
        call.ok = True
        return {"ok": True, **answer}

    async def _take_file(self, request: web.Request) -> web.Response:
        self.fake.files[request.match_info["file"]]["content"] = await request.read()
        return web.Response(text="OK")

    async def _give_file(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.Response(text="<html>sign in</html>", content_type="text/html")
        file = self.fake.files[request.match_info["file"]]
        if file.get("gone"):
            return web.Response(text="<html>sign in</html>", content_type="text/html")
        return web.Response(body=file["content"])

    async def _open_socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A0FIRST"}})
        self.sockets.append(socket)
        self.fake.touch()
        async for message in socket:
            if message.type is aiohttp.WSMsgType.TEXT:
                told = json.loads(message.data)
                self._answers[told["envelope_id"]] = told.get("payload", "")
                self._acked.setdefault(told["envelope_id"], asyncio.Event()).set()
        self.sockets.remove(socket)
        return socket

    async def refresh(self, reason: str = "refresh_requested") -> None:
        """Asks the app to open other sockets, and closes these."""
        for socket in list(self.sockets):
            await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "x"}})
        for socket in list(self.sockets):
            await socket.close()

    async def _bring(self) -> None:
        """Brings what happened, in order, one at a time; what was not taken comes again by the platform's schedule."""
        async with aiohttp.ClientSession() as session:
            held: tuple[str, Json] | None = None
            while True:
                kind, payload = await self.fake.outbox.get()
                unruly = self.fake.unruly if kind == "events_api" else None
                if unruly and held is None and unruly.random() < LATE and not self.fake.outbox.empty():
                    held = (kind, payload)
                    continue
                for each in [(kind, payload), *([held] if held else [])]:
                    await self._bring_first(session, *each)
                    if unruly and unruly.random() < TWICE:
                        await self._bring_once(session, *each, 0)
                held = None

    async def _bring_first(self, session: aiohttp.ClientSession, kind: str, payload: Json) -> None:
        if not await self._bring_once(session, kind, payload, 0) and kind == "events_api":
            self._start(self._bring_again(session, kind, payload))

    async def _bring_again(self, session: aiohttp.ClientSession, kind: str, payload: Json) -> None:
        for attempt, pause in enumerate(self.fake.retries, start=1):
            due = self.fake.now() + pause
            await self.fake.until(lambda due=due: self.fake.now() >= due, 3_600)  # type: ignore[misc]  # bound early
            if await self._bring_once(session, kind, payload, attempt):
                return
        self.given_up.append(payload)
        self.fake.touch()

    async def _bring_once(self, session: aiohttp.ClientSession, kind: str, payload: Json, attempt: int) -> bool:
        if self.hook_url:
            taken = await self._by_web(session, kind, payload, attempt)
        else:
            taken = await self._by_socket(kind, payload, attempt)
        if not taken:
            self.refused += 1
        elif kind == "events_api":
            self.fake.taken.add(str(payload.get("event", {}).get("ts")))
        self.fake.touch()
        return taken

    async def _by_socket(self, kind: str, payload: Json, attempt: int) -> bool:
        await self.fake.until(lambda: self.sockets, 3_600)
        id_ = f"env-{payload.get('event_id') or payload.get('trigger_id')}-{next(self._ids)}"
        acked = self._acked.setdefault(id_, asyncio.Event())
        envelope: Json = {"envelope_id": id_, "type": kind, "payload": payload}
        if kind == "events_api":
            envelope |= {"retry_attempt": attempt, "retry_reason": "timeout" if attempt else ""}
        with suppress(ConnectionError):
            await self.sockets[-1].send_json({**envelope, "accepts_response_payload": kind != "events_api"})
        with suppress(TimeoutError):
            await asyncio.wait_for(acked.wait(), PATIENCE)
        if acked.is_set():
            self.fake.ui.take_answer(kind, payload, self._answers.pop(id_, ""))
        return acked.is_set()

    async def _by_web(self, session: aiohttp.ClientSession, kind: str, payload: Json, attempt: int) -> bool:
        content, body = "application/json", json.dumps(payload)
        if kind != "events_api":
            form = payload if kind == "slash_commands" else {"payload": body}
            content, body = "application/x-www-form-urlencoded", urlencode(form)
        headers = {"Content-Type": content, **sign(body.encode(), self.fake.now())}
        if attempt:
            headers |= {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": "http_error"}
        try:
            async with session.post(
                self.hook_url, data=body.encode(), headers=headers, timeout=aiohttp.ClientTimeout(total=PATIENCE)
            ) as response:
                self.answers.append(response.status)
                said: Json | str = await response.text()
                if response.content_type == "application/json":
                    said = json.loads(str(said))
        except (aiohttp.ClientError, TimeoutError):
            return False
        if response.status == 200:
            self.fake.ui.take_answer(kind, payload, said)
        return response.status == 200

    async def _take_response(self, request: web.Request) -> web.Response:
        """Something said to one person at the address that came with what he did: five times, half an hour."""
        url = self.fake.response_urls.get(request.match_info["id"])
        if url is None or url.uses >= 5 or self.fake.now() - url.made_at > 1_800:
            return web.json_response({"ok": False, "error": "used_url"}, status=404)
        url.uses += 1
        self.fake.ephemerals.append({"user": url.user, **(await request.json())})
        self.fake.touch()
        return web.json_response({"ok": True})


def sign(body: bytes, now: float, secret: str = SECRET) -> dict[str, str]:
    """The headers that prove where a request comes from."""
    moment = str(int(now))
    digest = hmac.new(secret.encode(), b"v0:" + moment.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": moment, "X-Slack-Signature": f"v0={digest}"}
