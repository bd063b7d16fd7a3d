"""A server for webhooks on a real socket that answers as it is told: late, wrong, endlessly, or not at all."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from types import TracebackType

Behaviour = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Request:
    """What arrived."""

    line: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Hooks(AbstractAsyncContextManager["Hooks"]):
    """Listens on a free port of this machine; each request takes the next behaviour, the last one for good."""

    behaviours: list[Behaviour]
    requests: list[Request] = field(default_factory=list)
    url: str = ""
    _server: asyncio.Server | None = None
    _tasks: set[asyncio.Task[object]] = field(default_factory=set)

    async def __aenter__(self) -> "Hooks":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}/hook"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = {
                name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)
            }
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            number = len(self.requests)
            self.requests.append(Request(head[0], headers, body))
            await self.behaviours[min(number, len(self.behaviours) - 1)](writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()


def reply(body: str, status: str = "200 OK", headers: str = "") -> Behaviour:
    """Answers with a body."""

    async def behave(writer: asyncio.StreamWriter) -> None:
        data = body.encode()
        head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\n{headers}\r\n"
        writer.write(head.encode() + data)
        await writer.drain()

    return behave


async def hang(writer: asyncio.StreamWriter) -> None:
    """Never answers."""
    await asyncio.Event().wait()


async def drip(writer: asyncio.StreamWriter) -> None:
    """Answers one byte at a time, for ever."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.02)


async def flood(writer: asyncio.StreamWriter) -> None:
    """Answers 10 MB."""
    writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{")
    for _ in range(160):
        writer.write(b" " * 65_536)
        await writer.drain()


async def drop(writer: asyncio.StreamWriter) -> None:
    """Ends the connection without a word."""
    writer.transport.abort()
