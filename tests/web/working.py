"""An agent at the console who speaks plain HTTP: what the page's script does, one request at a time."""

import json
import re
import secrets
import threading
from collections.abc import Sequence
from html import unescape
from typing import Any

import httpx

from adapters.storage import sessions, staff, views
from adapters.web.console.passwords import hash_password
from bot.model import Conversation, Role
from tests.running import PATIENCE, RunningSite
from tests.web.visiting import Visitor

PASSWORD = "correct horse battery"


def add_account(site: RunningSite, login: str, *roles: Role, teams: Sequence[str] = (), password: str = "") -> str:
    """Makes an account and returns its id."""
    db, now = site.services.db, site.clock.now()
    id_ = db.write_now(
        lambda conn: staff.add_agent(
            conn, login=login, name=login.title(), roles=roles or (Role.AGENT,), teams=teams, now=now
        )
    )
    if password:
        db.write_now(lambda conn: sessions.set_password(conn, id_, hash_password(password)))
    return id_


def make_link(site: RunningSite, id_: str) -> str:
    """The path of a link that signs an agent in once."""
    now = site.clock.now()
    secret = site.services.db.write_now(lambda conn: sessions.make_link(conn, id_, now))
    return f"/console/link/{secret}"


class ConsoleAgent:
    """Somebody who is signed in."""

    def __init__(self, site: RunningSite, *roles: Role, teams: Sequence[str] = (), login: str = "") -> None:
        self.site = site
        self.login = login or f"agent-{secrets.token_hex(4)}"
        self.id = add_account(site, self.login, *roles, teams=teams)
        self.http = httpx.Client(
            base_url=site.url, headers={"Origin": site.url, "Accept": "text/html"}, timeout=PATIENCE
        )
        answer = self.http.post(make_link(site, self.id))
        assert answer.status_code == 303, answer.text
        page = self.http.get("/console/password").text
        found = re.search(r'data-token="([^"]+)"', page)
        assert found, page
        self.token = found[1]
        self._hearings: list[Hearing] = []

    @property
    def name(self) -> str:
        """What customers and colleagues see."""
        return self.login.title()

    def leave(self) -> None:
        """Closes all connections."""
        for hearing in self._hearings:
            hearing.stop()
        self.http.close()

    def get(self, path: str) -> httpx.Response:
        """Fetches a page."""
        return self.http.get(path)

    def post(self, path: str, **fields: str) -> httpx.Response:
        """Does something, as the page's script does."""
        headers = {"X-Console-Token": self.token, "HX-Request": "true"}
        return self.http.post(path, data=fields, headers=headers)

    def act(self, conversation: Conversation, name: str, /, **fields: str) -> httpx.Response:
        """Does something with a conversation."""
        return self.post(f"/console/c/{conversation.id}/{name}", **fields)

    def see(self, conversation: Conversation) -> str:
        """What stands on the page of a conversation, as text."""
        answer = self.get(f"/console/c/{conversation.id}")
        assert answer.status_code == 200, answer.text
        return as_text(answer.text)

    def queue(self, view: str) -> str:
        """What stands in a view of the queue, as text."""
        return as_text(self.get(f"/console/queue?view={view}").text)

    def listen_apart(self, conversation: str = "") -> "Hearing":
        """Listens in a thread of its own."""
        hearing = Hearing(self, conversation)
        self._hearings.append(hearing)
        return hearing


class Hearing:
    """A stream that is read in a thread of its own while the test does something else."""

    def __init__(self, agent: ConsoleAgent, conversation: str) -> None:
        self.heard: list[str] = []
        """Names of the events, in order."""
        self.status = 0
        self._agent = agent
        self._path = f"/console/stream?conversation={conversation}"
        self._stopping = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()
        with self._changed:
            assert self._changed.wait_for(lambda: self.status, PATIENCE), "the stream did not open"

    def wait_for(self, name: str, seconds: float = PATIENCE) -> None:
        """Waits until an event has come."""
        with self._changed:
            assert self._changed.wait_for(lambda: name in self.heard, seconds), self.heard

    def wait_for_end(self, seconds: float = PATIENCE) -> None:
        """Waits until the server has ended the stream."""
        self._thread.join(seconds)
        assert not self._thread.is_alive(), self.heard

    def stop(self) -> None:
        """Leaves the stream at its next sign of life."""
        self._stopping = True
        self.wait_for_end()

    def _listen(self) -> None:
        headers = {"X-Console-Token": self._agent.token}
        with self._agent.http.stream("GET", self._path, headers=headers) as answer:
            with self._changed:
                self.status = answer.status_code
                self._changed.notify_all()
            for line in answer.iter_lines():
                if self._stopping:
                    return
                if line.startswith("event: "):
                    with self._changed:
                        self.heard.append(line.removeprefix("event: "))
                        self._changed.notify_all()


def told(answer: httpx.Response) -> dict[str, Any]:
    """What an answer tells the page's script."""
    return dict(json.loads(answer.headers.get("hx-trigger", "{}")))


def as_text(html: str) -> str:
    """What a reader sees of a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def hand_over(site: RunningSite, customer: Visitor, words: str = "Can I talk to a human, please?") -> Conversation:
    """Lets a customer ask for a person, and finds his conversation once it waits."""
    assert customer.say(words).status_code == 200
    customer.read("passed our whole chat")
    return newest(site)


def newest(site: RunningSite) -> Conversation:
    """The conversation with the highest number, as it is now."""
    return max(site.services.db.read_now(views.read_open), key=lambda conversation: conversation.number)


def now_of(site: RunningSite, conversation: Conversation) -> Conversation:
    """A conversation as it is now."""
    found = site.services.db.read_now(lambda conn: views.find_talk(conn, conversation.id))
    assert found is not None
    return found
