"""Puts the web together: the chat, its pages, the agents' console and health, behind one edge."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from adapters.storage.errors import OverloadedError, StorageDownError
from adapters.web import assets, chat, hooks, page, stream
from adapters.web.console.routes import build_console_routes
from adapters.web.edge import SHARED, Edge, answer_refused
from adapters.web.reading import services_of
from adapters.web.refusals import RefusedError
from adapters.web.services import Services
from adapters.web.site import site_of


class Compression(GZipMiddleware):
    """Compresses pages. What the chat's script sends and gets is short, often, or a picture, and passes as it is."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        passes = scope["type"] == "http" and scope["path"].startswith(SHARED)
        await (self.app(scope, receive, send) if passes else super().__call__(scope, receive, send))


def build_app(services: Services) -> Starlette:
    """The web application of one firstline."""
    app = Starlette(
        routes=[
            Route("/", show_start),
            Route("/health/live", show_live),
            Route("/health/ready", show_ready),
            *chat.ROUTES,
            *stream.ROUTES,
            *page.ROUTES,
            *assets.ROUTES,
            *hooks.ROUTES,
            *build_console_routes(services),
        ],
        middleware=[
            Middleware(Edge, is_secure=services.is_secure, origins=lambda: site_of(services).origins),
            Middleware(Compression, minimum_size=500),
        ],
        exception_handlers={
            RefusedError: answer_refused,
            StorageDownError: answer_refused,
            OverloadedError: answer_refused,
            HTTPException: answer_refused,
            Exception: answer_refused,
        },
    )
    app.state.services = services
    return app


async def show_start(request: Request) -> Response:  # noqa: ARG001 -- the same for every request
    """Whoever opens the bare address is brought to the chat."""
    return RedirectResponse("/chat", status_code=302)


async def show_live(request: Request) -> Response:  # noqa: ARG001 -- that it is answered is the answer
    """The process turns."""
    return JSONResponse({"live": True})


async def show_ready(request: Request) -> Response:
    """Whether traffic is welcome; why not, only admins see in the console."""
    ready = services_of(request).health.is_ready
    return JSONResponse({"ready": ready}, status_code=200 if ready else 503)
