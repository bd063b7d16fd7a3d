"""One request to the console: who makes it, in which language, and what it may reach."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.requests import Request

from adapters.desk.reader import Reader
from adapters.storable import storable_text
from adapters.storage.sessions import Session
from adapters.web.refusals import RefusedError
from adapters.web.services import Services
from bot.model import Author

LARGEST_FORM = 200_000
"""Bytes of a form: a reply of 16,000 characters, each escaped in up to 12, and a few fields."""
MOST_FIELDS = 20
RING = "X-Console-Ring"
"""Header of a request that the stream caused and not the agent: it does not keep his session alive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A request with its reader. Only the sign-in pages see one without a session."""

    request: Request
    services: Services
    reader: Reader
    session: Session | None
    fields: Mapping[str, str]
    """The form's fields; empty for requests that change nothing."""

    @property
    def agent(self) -> Author:
        """Who is signed in."""
        return self.reader.agent

    @property
    def is_fragment(self) -> bool:
        """Whether a script asks for a part of a page."""
        return "hx-request" in self.request.headers

    def refuse(self, code: str, key: str, **values: str | int) -> RefusedError:
        """An error with words for this reader."""
        return RefusedError(code, self.reader.say(key, **values))

    def field(self, name: str, limit: int = 200) -> str:
        """A field that must be there.

        Raises:
            RefusedError: `invalid`: it is empty or too long.
        """
        value = self.fields.get(name, "").strip()
        if not value:
            raise self.refuse("invalid", "console_invalid")
        if len(value) > limit:
            raise self.refuse("invalid", "console_too_long", limit=limit)
        return value


async def read_fields(request: Request) -> dict[str, str]:
    """Reads the form of a request; each field once, the last one counts.

    Raises:
        RefusedError: `too_large` or `bad_request`.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_FORM:
            raise RefusedError("too_large", "This text is too long.")
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError as error:
        raise RefusedError("bad_request", "This form cannot be read.") from error
    return {name: storable_text(value) for name, value in pairs}
