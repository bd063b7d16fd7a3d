"""A visitor of the web chat who speaks plain HTTP: what a browser's script does, one request at a time."""

import json
import re
import secrets
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any, Protocol

import httpx

PATIENCE = 60.0
"""Seconds; only a test that fails waits so long."""


class Served(Protocol):
    """A running server."""

    @property
    def url(self) -> str:
        """Its address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One event of the stream."""

    kind: str
    id: str
    data: Mapping[str, Any]

    @property
    def number(self) -> int:
        """The number of the message that it shows."""
        found = re.search(r'id="m-\w+-(\d+)"', self.data["html"])
        assert found
        return int(found[1])

    @property
    def text(self) -> str:
        """What a reader sees of the message."""
        html = re.sub(r'<p class="(by|meta)">.*?</p>', "", self.data["html"], flags=re.DOTALL)
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())

    def button(self, label: str) -> str:
        """The value of the button with this label."""
        found = re.search(rf'value="([^"]+)"[^>]*>{label}<', self.data["html"])
        assert found, self.data["html"]
        return found[1]


class Visitor:
    """Somebody with a browser's key and a token."""

    def __init__(self, site: Served, *, origin: str | None = None, **session: object) -> None:
        self.http = httpx.Client(base_url=site.url, headers={"Origin": origin or site.url}, timeout=PATIENCE)
        answer = self.http.post("/web/v1/session", json=session)
        assert answer.status_code == 200, answer.text
        self.session: dict[str, Any] = answer.json()
        self.http.headers["Authorization"] = f"Bearer {self.session['token']}"

    def post(self, path: str, **body: object) -> httpx.Response:
        """Sends a request of the chat."""
        return self.http.post(f"/web/v1/{path}", json=body)

    def say(self, text: str, client_id: str = "", **more: object) -> httpx.Response:
        """Writes a message."""
        return self.post("messages", client_id=client_id or secrets.token_hex(8), text=text, **more)

    def press(self, value: str) -> httpx.Response:
        """Presses a button."""
        return self.post("press", client_id=secrets.token_hex(8), value=value)

    def listen(self, cursor: str = "") -> Iterator[Heard]:
        """The events of one stream as they come, but for the clock at its beginning."""
        headers = {"Last-Event-ID": cursor} if cursor else {}
        with self.http.stream("GET", "/web/v1/stream", headers=headers) as answer:
            assert answer.status_code == 200, answer.read()
            fields: dict[str, str] = {}
            for line in answer.iter_lines():
                if line:
                    name, _, value = line.partition(": ")
                    fields[name] = value
                elif fields.get("event") == "clock":
                    fields = {}
                elif "data" in fields:
                    yield Heard(kind=fields["event"], id=fields.get("id", ""), data=json.loads(fields["data"]))
                    fields = {}

    def read(self, until: str, cursor: str = "") -> list[Heard]:
        """The events up to and with the one whose text holds these words, and the cursor after it."""
        heard: list[Heard] = []
        found = False
        ends = time.monotonic() + PATIENCE
        for event in self.listen(cursor):
            assert time.monotonic() < ends, [each.text for each in heard if each.kind == "message"]
            heard.append(event)
            found = found or (event.kind == "message" and until in event.text)
            if found and event.id:
                return heard
        raise AssertionError(f"the stream ended without {until!r}")


def messages(heard: list[Heard]) -> dict[int, str]:
    """What stands on the screen after these events: each message at its number."""
    screen = {event.number: event.text for event in heard if event.kind == "message"}
    return {number: screen[number] for number in sorted(screen)}
