"""Who the people in a payload are: agents known by their id, members who claim for the first time, customers' names.

Names are a courtesy: one is waited for a moment, and never stands in the way of what somebody said.
"""

import asyncio
import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from adapters.names import clean_name
from adapters.slack.api import Api, ApiError
from adapters.slack.forms import named_agent
from adapters.slack.payload import CHANNEL, Json, Known, dicts_in
from adapters.storage.conversations import find_newest_head
from adapters.storage.identities import enrol_member, find_by_identity
from adapters.storage.staff import find_agent
from adapters.storage.store import SqlStore
from bot.current import CurrentDesk
from bot.model import Address, Author, AuthorKind
from bot.ports import Clock
from escalation.policy import Enrol

PATIENCE = 0.15
"""Seconds that a message waits for its author's name; the next one has it."""
PATIENCE_TO_CLAIM = 1.5
DESK_COMMAND = "/desk"
"""What agents type in any channel; every other command is a customer's."""
MOST_KNOWN = 20_000
_CLAIMS = re.compile(r"card:(claim|send):\d+|\s*[/!]claim\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What the platform says about a person."""

    name: str
    team: str
    is_member: bool
    """A full member of a workspace: no guest, no program, nobody who has left."""


class People:
    """The people as the platform and the database know them."""

    def __init__(self, store: SqlStore, current: CurrentDesk, clock: Clock, api: Api) -> None:
        self._store, self._current, self._clock, self._api = store, current, clock, api
        self._profiles: dict[str, Profile] = {}
        self._asking: dict[str, asyncio.Task[None]] = {}
        self._direct: dict[str, str] = {}

    @property
    def desks(self) -> Mapping[str, Enrol]:
        """The channels in which teams work, and who becomes an agent there."""
        return {team.slack: team.enrol for team in self._current.desk.policy.teams.values() if team.slack}

    async def complete(self, known: Known, payload: Json) -> Known:
        """What must be known besides, to read this payload."""
        chat, thread, user = where_and_who(payload)
        known = replace(known, desks=frozenset(self.desks))
        if not user or user == known.user:
            return known
        if chat in self.desks:
            agents = await self._find_agent(payload, user, chat, known)
            return replace(known, agents=agents, names=self._names(), colleagues=await self._find_named(payload))
        if payload.get("command") == DESK_COMMAND:
            found = await self._store.db.read(lambda conn: find_by_identity(conn, CHANNEL, [user]))
            return replace(known, agents={key: agent.author for key, agent in found.items()})
        await self._learn([user], PATIENCE)
        profile = self._profiles.get(user)
        is_guest = profile is not None and (not profile.is_member or profile.team != known.team)
        known = replace(known, names=self._names(), guests=frozenset({user} if is_guest else ()))
        if "command" in payload or is_home(payload):
            return replace(known, direct=await self._find_direct(user))
        if chat and not chat.startswith("D"):
            at = Address(channel=CHANNEL, account=known.team, chat=chat, thread=thread)
            head = await self._store.db.read(lambda conn: find_newest_head(conn, str(at)))
            customers = {f"{chat}:{thread}": str(head.customer).rpartition(":")[2]} if head is not None else {}
            return replace(known, customers=customers)
        return known

    async def stop(self) -> None:
        """Asks for nothing more."""
        for task in self._asking.values():
            task.cancel()
        await asyncio.gather(*self._asking.values(), return_exceptions=True)

    def _names(self) -> Mapping[str, str]:
        return {user: profile.name for user, profile in self._profiles.items()}

    async def _find_agent(self, payload: Json, user: str, chat: str, known: Known) -> Mapping[str, Author]:
        """A member who has claimed nothing yet is an agent without any right: his words reach nobody."""
        enrol = self.desks[chat]
        agent = (await self._store.db.read(lambda conn: find_by_identity(conn, CHANNEL, [user]))).get(user)
        if agent is not None:
            return {user: agent.author}
        if enrol is Enrol.LISTED:
            return {}
        await self._learn([user], PATIENCE_TO_CLAIM if is_claim(payload) else PATIENCE)
        profile = self._profiles.get(user)
        if profile is not None and not (profile.is_member and profile.team == known.team):
            return {}
        if profile is not None and is_claim(payload):
            name, now = profile.name or user, self._clock.now()
            made = await self._store.db.write(lambda conn: enrol_member(conn, CHANNEL, user, name, now))
            return {user: made.author} if made is not None else {}
        name = profile.name if profile else ""
        return {user: Author(kind=AuthorKind.AGENT, key=f"{CHANNEL}:{user}", name=name)}

    async def _find_named(self, payload: Json) -> Mapping[str, str]:
        """Names of the agents to whom this payload gives a conversation, by their own id."""
        id_ = named_agent(payload.get("view"))
        agent = await self._store.db.read(lambda conn: find_agent(conn, id_)) if id_ else None
        return {} if agent is None else {agent.id: agent.name}

    async def _find_direct(self, user: str) -> str:
        if user not in self._direct:
            try:
                opened = await asyncio.wait_for(self._api.call("conversations.open", users=user), PATIENCE_TO_CLAIM)
            except (ApiError, TimeoutError):
                return ""
            channel = opened.get("channel")
            self._direct[user] = str(channel.get("id") or "") if isinstance(channel, dict) else ""
        return self._direct[user]

    async def _learn(self, users: list[str], seconds: float) -> None:
        """Asks about people who are not known, and waits so long for the answer; it is kept if it comes later."""
        for user in users:
            if user not in self._profiles and user not in self._asking and len(self._asking) < 100:
                task = self._asking[user] = asyncio.create_task(self._ask(user))
                task.add_done_callback(lambda _, user=user: self._asking.pop(user, None))  # type: ignore[misc]  # bound early on purpose
        waiting = [self._asking[user] for user in users if user in self._asking]
        if waiting:
            await asyncio.wait(waiting, timeout=seconds)

    async def _ask(self, user: str) -> None:
        with suppress(ApiError):
            answer = await self._api.call("users.info", user=user)
            person = answer.get("user")
            if isinstance(person, dict):
                if len(self._profiles) >= MOST_KNOWN:
                    self._profiles.clear()
                self._profiles[user] = read_profile(person)


def read_profile(person: Json) -> Profile:
    """What the platform's record of a person says."""
    profile = person.get("profile") or {}
    name = profile.get("display_name") or profile.get("real_name") or person.get("real_name") or person.get("name")
    outside = ("is_bot", "is_restricted", "is_ultra_restricted", "is_stranger", "deleted")
    return Profile(
        name=clean_name(str(name or "")),
        team=str(person.get("team_id") or ""),
        is_member=not any(person.get(each) for each in outside),
    )


def where_and_who(payload: Json) -> tuple[str, str, str]:
    """The chat, the thread and the person that a payload speaks of, as far as it names them."""
    event = payload.get("event")
    if isinstance(event, dict):
        inner = event.get("message") or event.get("previous_message") or event
        inner = inner if isinstance(inner, dict) else {}
        item = event.get("item") if isinstance(event.get("item"), dict) else {}
        chat = event.get("channel") or (item or {}).get("channel")
        return _text(chat), _text(inner.get("thread_ts") or inner.get("ts")), _text(inner.get("user"))
    container, channel, user = (payload.get(name) for name in ("container", "channel", "user"))
    person = user.get("id") if isinstance(user, dict) else payload.get("user_id")
    if payload.get("type") in ("view_submission", "block_suggestion"):
        return *_where_of(payload.get("view")), _text(person)
    container = container if isinstance(container, dict) else {}
    chat = channel.get("id") if isinstance(channel, dict) else container.get("channel_id")
    return _text(chat), _text(container.get("thread_ts") or container.get("message_ts")), _text(person)


def is_home(payload: Json) -> bool:
    """Whether somebody uses the app's page."""
    view = payload.get("view")
    return isinstance(view, dict) and view.get("type") == "home"


def _where_of(view: object) -> tuple[str, str]:
    """The chat and thread that a form of ours is about."""
    try:
        chat, thread, _ = json.loads(view["private_metadata"]) if isinstance(view, dict) else ("", "", "")
    except (KeyError, TypeError, ValueError):
        return "", ""
    return _text(chat), _text(thread)


def is_claim(payload: Json) -> bool:
    """Whether somebody claims with this, or sends what claims."""
    event, actions = payload.get("event"), payload.get("actions")
    words = [event.get("text")] if isinstance(event, dict) else []
    words += [each.get("value") for each in dicts_in(actions)]
    return any(isinstance(each, str) and _CLAIMS.match(each) for each in words)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
