"""The addresses at which platforms bring what happened. Here is only the way in; each channel judges for itself.

A channel gets the headers first and asks for the body only when the request is genuine.
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.web.reading import services_of
from adapters.web.refusals import RefusedError

PREFIX = "/hooks/"


async def take_hook(request: Request) -> Response:
    """One request of a platform; an empty answer, as its status says it all."""
    hook = services_of(request).hooks.get(request.url.path)
    if hook is None:
        raise RefusedError("not_found", "There is nothing here.")
    return Response(
        status_code=await hook({name.lower(): value for name, value in request.headers.items()}, request.body)
    )


ROUTES = [Route("/hooks/{channel}/{key}", take_hook, methods=["POST"])]
