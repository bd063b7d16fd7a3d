"""Reads requests of visitors: where they come from, who sends them, and what their JSON says.

Everything that is not as agreed is refused before anything is stored.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from adapters.storable import storable_text
from adapters.web.identity import Visitor
from adapters.web.rates import ADDRESS_REQUESTS, address_of
from adapters.web.refusals import RefusedError
from adapters.web.services import Services
from adapters.web.site import Site, site_of

LONGEST_TEXT = 16_000
"""Bytes of a message in UTF-8."""
MOST_FILES = 5
_CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")


def services_of(request: Request) -> Services:
    """The services of the app that serves this request."""
    services: Services = request.app.state.services
    return services


def chat_of(request: Request) -> Site:
    """The web chat, if the desk has one.

    Raises:
        RefusedError: `not_found`, if the desk has switched it off.
    """
    site = site_of(services_of(request))
    if not site.web.enabled:
        raise RefusedError("not_found", "There is no chat here.")
    return site


def check_origin(request: Request, site: Site) -> None:
    """Lets requests through that come from an allowed page.

    A reading request of our own page carries no Origin; whoever sends one without a token gets nothing anyway.

    Raises:
        RefusedError: `origin_denied`.
    """
    origin = request.headers.get("origin")
    if origin is None and request.method in ("GET", "HEAD"):
        if request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none"):
            return
    elif origin is not None and site.origins.is_allowed(origin):
        return
    raise RefusedError("origin_denied", "This page may not use the chat. Its origin is not on the list of the desk.")


def read_bearer(request: Request) -> str:
    """The token of a request; it travels in this header only, never in an address."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def read_visitor(request: Request) -> tuple[Site, Visitor]:
    """Who sends a request, from an allowed page and with a good token.

    Raises:
        RefusedError: `not_found`, `origin_denied`, `not_signed_in`, `token_expired`, or `identity_required`.
    """
    site = chat_of(request)
    check_origin(request, site)
    return site, site.identity.read(read_bearer(request), site.services.clock.now())


def address_from(request: Request, site: Site) -> str:
    """The address that a request is counted against."""
    peer = request.client.host if request.client else ""
    forwarded = request.headers.get("x-forwarded-for", "")
    return address_of(peer, forwarded, site.desk.channels.server.trusted_proxies)


def count_request(request: Request, site: Site) -> None:
    """Counts a request against its address.

    Raises:
        RefusedError: `too_many`.
    """
    services = site.services
    services.rates.take(f"address:{address_from(request, site)}", ADDRESS_REQUESTS, services.clock.now())


async def read_json(request: Request) -> Mapping[str, Any]:
    """The object that a request holds.

    Raises:
        RefusedError: `invalid`, if it is anything else.
    """
    try:
        body = json.loads(await request.body())
    except (ValueError, RecursionError) as error:
        raise RefusedError("invalid", "The request is not JSON that we can read.") from error
    if not isinstance(body, dict):
        raise RefusedError("invalid", "The request is not a JSON object.")
    return body


def read_text(body: Mapping[str, Any], name: str, *, most: int = LONGEST_TEXT) -> str:
    """A text, as the sender wrote it; what no database can hold is replaced by U+FFFD.

    Raises:
        RefusedError: `invalid`, or `too_large` over so many bytes.
    """
    value = body.get(name, "")
    if not isinstance(value, str):
        raise RefusedError("invalid", f"'{name}' must be a text.")
    text = storable_text(value)
    if len(text) > most or len(text.encode()) > most:
        raise RefusedError("too_large", f"'{name}' is too long; {most} bytes at most.")
    return text


def read_client_id(body: Mapping[str, Any]) -> str:
    """The id that the sender gave his request, so that it takes effect once.

    Raises:
        RefusedError: `invalid`.
    """
    value = body.get("client_id")
    if not isinstance(value, str) or not _CLIENT_ID.fullmatch(value):
        raise RefusedError("invalid", "'client_id' must be 8 to 64 letters, digits, '-' or '_'.")
    return value


def read_number(body: Mapping[str, Any], name: str) -> int:
    """The number of a message.

    Raises:
        RefusedError: `invalid`.
    """
    value = body.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 10**9:
        raise RefusedError("invalid", f"'{name}' must be the number of a message.")
    return value


def read_file_ids(body: Mapping[str, Any]) -> tuple[str, ...]:
    """The ids of files that were sent before.

    Raises:
        RefusedError: `invalid`.
    """
    value = body.get("files", [])
    if not isinstance(value, list) or len(value) > MOST_FILES or not all(isinstance(each, str) for each in value):
        raise RefusedError("invalid", f"'files' must be the ids of {MOST_FILES} files at most.")
    return tuple(dict.fromkeys(value))
