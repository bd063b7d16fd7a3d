"""How a server runs and how it stops: every part a task, one signal to end gracefully, a second one to end at once."""

import asyncio
import json
import logging
import signal
import socket
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from datetime import timedelta

import uvicorn

from adapters.cli.wiring import Parts
from adapters.clock import SystemClock, Ticker
from adapters.storage.persons import scrub
from adapters.web.app import build_app

GRACE_SECONDS = 8
"""What is under way has so long to end; with closing the database that stays under ten seconds. What has not ended
then is cut off, and done after the next start."""
LARGEST_DRIFT = timedelta(minutes=5)
"""If somebody sets the clock by more than this, promises in minutes and shown times no longer agree."""

log = logging.getLogger(__name__)


async def run_parts(parts: Parts, ready: Callable[[], Awaitable[None]]) -> None:
    """Runs a server until a signal ends it.

    Args:
        parts: From `build_parts`; closed at the end.
        ready: Awaited once, when traffic is accepted.
    """
    server = _Server(_configure(parts))
    stop = asyncio.Event()
    _end_on_signal(stop)
    ticker = Ticker()
    ticker.every(1.0, lambda: _look(parts), "look")
    ticker.every(3_600.0, parts.services.store.forget_old_events, "forget")
    ticker.every(600.0, lambda: asyncio.to_thread(scrub, parts.services.db.path), "scrub")
    try:
        async with asyncio.timeout(None) as limit, asyncio.TaskGroup() as tasks:
            tasks.create_task(server.serve(sockets=[parts.socket]))
            tasks.create_task(parts.worker.run())
            tasks.create_task(parts.caller.run())
            tasks.create_task(parts.watch.run(stop))
            tasks.create_task(parts.sender.run())
            for surface in parts.surfaces:
                tasks.create_task(surface.run(stop))
            ticker.start()
            await server.is_up.wait()
            await ready()
            await stop.wait()
            limit.reschedule(asyncio.get_running_loop().time() + GRACE_SECONDS)
            await _wind_down(parts, server)
    except TimeoutError:
        log.warning("stopped_in_the_middle", extra={"seconds": GRACE_SECONDS})
    finally:
        ticker.stop()
        parts.services.db.close()


class _Server(uvicorn.Server):
    """Leaves the signals of the process to us, the web being one part among others, and says when it is up."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Accepts connections from here on."""
        await super().startup(sockets)
        self.is_up.set()

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Captures none."""
        yield


def _configure(parts: Parts) -> uvicorn.Config:
    proxies = parts.loaded.desk.channels.server.trusted_proxies
    return uvicorn.Config(
        build_app(parts.services),
        http="httptools",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies),
        timeout_graceful_shutdown=GRACE_SECONDS - 2,
    )


def _end_on_signal(stop: asyncio.Event) -> None:
    """The first signal asks to end; the next one finds the system's own way."""
    loop = asyncio.get_running_loop()

    def end() -> None:
        stop.set()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
            signal.signal(number, signal.SIG_DFL)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)


async def _wind_down(parts: Parts, server: uvicorn.Server) -> None:
    """No new requests, streams end, the events at hand are finished; what waits stays in the inbox."""
    parts.services.stop()
    server.should_exit = True
    await parts.caller.stop()
    await parts.worker.stop()
    await parts.sender.stop()


async def _look(parts: Parts) -> None:
    """Says in health what nobody else would notice."""
    health = parts.services.health
    problems = parts.services.current.problems
    reason = f"A newer desk is refused: {problems[0]}" if problems else ""
    health.set("desk", ok=not problems, reason=reason)
    clock = parts.services.clock
    if isinstance(clock, SystemClock):
        drift = clock.drift()
        reason = f"The machine's clock was set by {drift}; restart firstline." if abs(drift) > LARGEST_DRIFT else ""
        health.set("clock", ok=not reason, reason=reason)


def ready_line(parts: Parts, pid: int) -> str:
    """The line of JSON that tells other programs that traffic is accepted."""
    return json.dumps({"event": "ready", "web": parts.services.public_url, "pid": pid})
