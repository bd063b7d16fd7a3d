"""The platform of the crash tests: chats behind a socket, in the driver's process, which is never killed.

Some requests go wrong, as they do on real platforms: refused before anything happened, told to wait, or done and the
answer lost. Which ones is drawn from a seed.
"""

import json
import random
import sys
from collections.abc import Callable
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


class ChatPlatform:
    """Chats, what stands in them, and the faults."""

    def __init__(self, seed: int) -> None:
        self.posts: list[dict[str, str]] = []
        """Every post in the order it came to stand: `chat`, `text`, `delivery`, `id`."""
        self.done_but_lost = 0
        self._random = random.Random(seed)
        self.app = Starlette(
            routes=[Route("/post", self._post, methods=["POST"]), Route("/find", self._find, methods=["POST"])]
        )

    async def _post(self, request: Request) -> Response:
        body = await request.json()
        fate = self._random.random()
        if fate < 0.02:
            return Response(status_code=500)
        if fate < 0.03:
            return Response(status_code=429, headers={"Retry-After": "0.2"})
        post = {"chat": body["chat"], "text": body["text"], "delivery": body["delivery"], "id": str(len(self.posts))}
        self.posts.append(post)
        if fate < 0.05:
            self.done_but_lost += 1
            return Response(status_code=500)
        return JSONResponse({"id": post["id"]})

    async def _find(self, request: Request) -> Response:
        body = await request.json()
        ids = [post["id"] for post in self.posts if post["delivery"] == body["delivery"]]
        return JSONResponse({"ids": ids})

    def write(self, path: Path) -> None:
        """Writes down what stands in the chats, for the checker."""
        path.write_text("".join(json.dumps(post) + "\n" for post in self.posts), encoding="utf-8")


def tell_ready() -> None:
    """Tells the driver that the server takes requests."""
    sys.stdout.write('{"event": "ready"}\n')
    sys.stdout.flush()


def build_server(app: Starlette, port: int, ready: Callable[[], None] = lambda: None) -> uvicorn.Server:
    """A server on the loopback address that leaves the signals of its process alone."""
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", lifespan="off", ws="none")
    return _Server(config, ready)


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: object = None) -> None:
        """Says that it is ready once it listens."""
        await super().startup()
        self._ready()

    async def serve(self, sockets: object = None) -> None:
        """Serves without looking at signals."""
        await self._serve()
