"""Who is an agent in an agents' group: a person known by his id, or a member who claims for the first time."""

import re
from collections.abc import Mapping
from typing import Protocol

from adapters.storage.identities import enrol_member, find_by_identity
from adapters.storage.moving import find_team
from adapters.storage.staff import find_agent
from adapters.storage.store import SqlStore
from adapters.telegram.api import Api, ApiError
from adapters.telegram.payload import CHANNEL, Json, name_of
from adapters.telegram.read import chat_of, person_of
from adapters.telegram.sheets import read_act
from bot.current import CurrentDesk
from bot.model import Author, AuthorKind
from bot.ports import Clock
from escalation.policy import Enrol

_FULL = ("creator", "administrator", "member")
_CLAIMS = re.compile(r"card:(claim|send):\d+|[/!]claim\b", re.IGNORECASE)


class Agents(Protocol):
    """Finds the agents among those who speak in an update."""

    async def find(self, update: Json) -> Mapping[str, Author]:
        """By the platform's id of the person; nobody for an update of a customer."""


class People:
    """The agents as the database knows them."""

    def __init__(self, store: SqlStore, current: CurrentDesk, clock: Clock, api: Api) -> None:
        self._store, self._current, self._clock, self._api = store, current, clock, api
        self._private: dict[str, bool] = {}

    @property
    def desks(self) -> Mapping[str, Enrol]:
        """The groups in which teams work, and who becomes an agent there."""
        return {team.telegram: team.enrol for team in self._current.desk.policy.teams.values() if team.telegram}

    async def find(self, update: Json) -> Mapping[str, Author]:
        """By the platform's id of the person; nobody for an update of a customer, a program or an outsider.

        A member who has claimed nothing yet is an agent without any right: his words are kept, and reach nobody.
        """
        person, chat = person_of(update), chat_of(update)
        enrol = await self.find_enrol(chat)
        if person is None or enrol is None or person.get("is_bot"):
            return {}
        key = str(person["id"])
        agents = await self._store.db.read(lambda conn: find_by_identity(conn, CHANNEL, [key]))
        agent = agents.get(key)
        if agent is None and enrol is Enrol.MEMBERS and _is_claim(update) and await self._is_member(chat, person):
            name, now = name_of(person) or key, self._clock.now()
            agent = await self._store.db.write(lambda conn: enrol_member(conn, CHANNEL, key, name, now))
        if agent is not None:
            return {key: agent.author}
        if enrol is Enrol.LISTED:
            return {}
        return {key: Author(kind=AuthorKind.AGENT, key=f"{CHANNEL}:{key}", name=name_of(person))}

    async def find_enrol(self, chat: str) -> Enrol | None:
        """Who becomes an agent in a group; none if it is no desk. One that has moved is still its team's."""
        if chat in self.desks or not chat.startswith("-"):
            return self.desks.get(chat)
        team = await self._store.db.read(lambda conn: find_team(conn, CHANNEL, chat))
        known = self._current.desk.policy.teams.get(team or "")
        return known.enrol if known and known.telegram else None

    async def find_named(self, update: Json) -> Mapping[str, str]:
        """Names of the agents to whom this update gives a conversation, by their own id."""
        act = read_act(str((update.get("callback_query") or {}).get("data")))
        id_ = act.args.get("agent", "") if act else ""
        agent = await self._store.db.read(lambda conn: find_agent(conn, id_)) if id_ else None
        return {} if agent is None else {agent.id: agent.name}

    async def _is_member(self, chat: str, person: Json) -> bool:
        """Whether this is a full member of a private group, as far as the platform tells."""
        try:
            if chat not in self._private:
                group = await self._api.call("getChat", chat_id=int(chat))
                self._private[chat] = isinstance(group, dict) and not group.get("username")
            member = await self._api.call("getChatMember", chat_id=int(chat), user_id=person["id"])
        except ApiError:
            return False
        return self._private[chat] and isinstance(member, dict) and member.get("status") in _FULL


def _is_claim(update: Json) -> bool:
    query, message = update.get("callback_query") or {}, update.get("message") or {}
    return any(isinstance(words, str) and _CLAIMS.match(words) for words in (query.get("data"), message.get("text")))
