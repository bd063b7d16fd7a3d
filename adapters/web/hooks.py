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
    """One request of a platform; its status says it all, but for the few that want to hear a word back."""
    hook = services_of(request).hooks.get(request.url.path)
    if hook is None:
        raise RefusedError("not_found", "There is nothing here.")
    answer = await hook(_headers_of(request), request.body)
    status, said, kind = (answer, "", "text/plain") if isinstance(answer, int) else answer
    return Response(said, status_code=status, media_type=kind)


def _headers_of(request: Request) -> dict[str, str]:
    """The headers by their names in small letters; one that was given twice shows it by a comma."""
    return {name: ", ".join(request.headers.getlist(name)) for name in {name.lower() for name in request.headers}}


ROUTES = [Route("/hooks/{channel}/{key}", take_hook, methods=["POST"])]
