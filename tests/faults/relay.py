"""A small server for the crash tests: the real store, worker and sender between a socket and a chat platform.

    python -m tests.faults.relay PORT DATA PLATFORM_URL

Takes `{"id", "customer", "text"}` at `/say`, has it echoed, and posts the echo to the platform.
"""

import asyncio
import os
import signal
import sys
from datetime import timedelta
from pathlib import Path

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.clock import SystemClock
from adapters.storage.database import Database
from adapters.storage.store import SqlStore
from adapters.testhooks import arm_crash_point
from bot.crashpoint import reached
from bot.health import Health
from bot.model import Address
from bot.ports import Capabilities, SendClass, SendResult, Shipment, UnavailableError
from bot.sender import Sender
from bot.worker import Worker
from tests.echo import NO_DESK, apologise, customer_says, echo
from tests.faults.platform import build_server, tell_ready


class PlatformChannel:
    """Writes to the platform of the crash tests over HTTP."""

    name = "memory"
    capabilities = Capabilities(
        buttons=0,
        edit=False,
        delete=False,
        verify=True,
        settles=timedelta(seconds=0.3),
        typing=False,
        text_limit=4_000,
    )

    def __init__(self, url: str) -> None:
        self._client = httpx.AsyncClient(base_url=url, timeout=5)

    async def send(self, shipment: Shipment) -> SendResult:
        """Posts a message."""
        body = {
            "chat": shipment.place.address.chat,
            "text": shipment.message.text,
            "delivery": f"{shipment.conversation}/{shipment.delivery}",
        }
        try:
            request = asyncio.ensure_future(self._client.post("/post", json=body))
            await asyncio.sleep(0)
            reached("mid_request")
            response = await request
        except httpx.ConnectError as error:
            return SendResult(became=SendClass.NOT_SENT, reason=str(error))
        except httpx.HTTPError as error:
            return SendResult(became=SendClass.UNSURE, reason=str(error))
        if response.status_code == 429:
            return SendResult(became=SendClass.WAIT, wait=float(response.headers["Retry-After"]))
        if response.status_code != 200:
            return SendResult(became=SendClass.UNSURE, reason=str(response.status_code))
        return SendResult(became=SendClass.SENT, external_ids=(response.json()["id"],))

    async def find(self, shipment: Shipment) -> SendResult:
        """Looks a post up by its delivery."""
        delivery = f"{shipment.conversation}/{shipment.delivery}"
        try:
            response = await self._client.post("/find", json={"delivery": delivery})
        except httpx.HTTPError as error:
            return SendResult(became=SendClass.UNSURE, reason=str(error))
        ids = tuple(response.json()["ids"])
        return SendResult(became=SendClass.SENT if ids else SendClass.NOT_SENT, external_ids=ids[:1])

    async def hint(self, at: Address, agent: str, text: str) -> None:
        """Shows nobody anything."""


def build_relay(store: SqlStore, clock: SystemClock) -> Starlette:
    """The door through which messages come in."""

    async def say(request: Request) -> Response:
        body = await request.json()
        event = customer_says(
            body["text"], body["id"], chat=body["customer"], channel=PlatformChannel.name, at=clock.now()
        )
        try:
            await store.accept([event])
        except UnavailableError:
            return Response(status_code=503)
        reached("before_ack")
        return Response(status_code=200)

    return Starlette(routes=[Route("/say", say, methods=["POST"])])


async def serve(port: int, data: Path, platform: str) -> None:
    """Runs until SIGTERM."""
    clock = SystemClock()
    db = Database(data)
    store = SqlStore(db, clock)
    health = Health("worker")
    worker = Worker(store, NO_DESK, clock, health, decide=echo, apologise=apologise)
    sender = Sender(store, [PlatformChannel(platform)], clock, health)
    server = build_server(build_relay(store, clock), port, ready=tell_ready)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with asyncio.TaskGroup() as tasks:
        for run in (server.serve(), worker.run(), sender.run()):
            tasks.create_task(run)
        await stop.wait()
        server.should_exit = True
        await worker.stop()
        await sender.stop()
    db.close()


if __name__ == "__main__":
    arm_crash_point(os.environ)
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]))
