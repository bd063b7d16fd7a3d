"""An agent at the console of a site that is a process of its own: what the page's script does, over plain HTTP."""

import re
from datetime import UTC, datetime
from pathlib import Path

import httpx

from adapters.storage import sessions, staff
from adapters.storage.database import Database
from bot.model import Role
from tests.web.working import as_text


def make_account(data: Path, login: str) -> str:
    """Makes an account while no server runs, and returns the path of a link that signs in once."""
    db, now = Database(data), datetime.now(UTC)
    id_ = db.write_now(
        lambda conn: staff.add_agent(conn, login=login, name=login.title(), roles=[Role.AGENT], teams=["care"], now=now)
    )
    secret = db.write_now(lambda conn: sessions.make_link(conn, id_, now))
    db.close()
    return f"/console/link/{secret}"


class AtConsole:
    """Somebody who is signed in."""

    def __init__(self, client: httpx.AsyncClient, token: str) -> None:
        self._client, self._token = client, token

    @classmethod
    async def sign_in(cls, client: httpx.AsyncClient, link: str) -> "AtConsole":
        """Follows a link that signs in."""
        answer = await client.post(link)
        assert answer.status_code == 303, answer.text
        page = (await client.get("/console/password")).text
        found = re.search(r'data-token="([^"]+)"', page)
        assert found, page
        return cls(client, found[1])

    async def act(self, conversation: str, name: str, /, **fields: str) -> None:
        """Does something with a conversation."""
        headers = {"X-Console-Token": self._token, "HX-Request": "true"}
        answer = await self._client.post(f"/console/c/{conversation}/{name}", data=fields, headers=headers)
        assert answer.is_success, answer.text

    async def see(self, conversation: str) -> str:
        """What stands on the page of a conversation, as text."""
        return as_text((await self._client.get(f"/console/c/{conversation}")).text)
