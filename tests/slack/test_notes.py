"""Notes never leak: whatever agents do in their channel, no word that was to stay inside is shown to a customer.

Ten thousand random payloads go through the real reader and the engine, and what the customer would be shown is
rendered; a model of a few lines says who may be heard.
"""

import json
import random
import re
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from adapters.slack.payload import Known
from adapters.slack.read import read_payload
from adapters.slack.render import render_message
from bot.decide import decide, open_conversation
from bot.model import Audience, Author, AuthorKind, Conversation, ConversationId, MessageKind, PlaceRole, Role, Trust
from escalation.handoff import Owner, owner_of
from tests.making import MONDAY
from tests.slack.working import DESK, slack_desk

TOKEN = re.compile(r"zq\d+x")
NOTES = ("//", "// ", "note: ", "NOTE:", "  note: ", "\u200b// ", "\n//", "\ufeffNote: ")
COMMANDS = (
    *["!claim"] * 8,
    *["!release", "!bot", "!resolve", "!reopen", "!transfer billing money", "!priority high", "!none"],
)
PRESSES = (*["claim"] * 8, "release", "bot", "resolve", "reopen", "approve", "deny", "take_over", "nonsense")


def agent(key: str, *roles: Role) -> Author:
    """Somebody who works at the desk."""
    return Author(kind=AuthorKind.AGENT, key=key, name=key.title(), trust=Trust.KNOWN, roles=roles)


AGENTS = {
    "ULIIS": agent("liis", Role.AGENT),
    "UMART": agent("mart", Role.AGENT),
    "USVEN": agent("sven", Role.SUPERVISOR),
    "UNEW": agent("slack:UNEW"),
}
"""Two agents, a supervisor, and a member who has no account yet."""
PEOPLE = [*AGENTS, "UGUEST", "UBOTTY"]


@dataclass(kw_only=True)
class World:
    """One conversation, everything that was written at its desk, and which words may be heard."""

    chance: random.Random
    talk: Conversation | None = None
    heard: set[str] = field(default_factory=set)
    """Words that may reach the customer."""
    written: dict[str, tuple[str, str, bool]] = field(default_factory=dict)
    """By its moment: who wrote a line, in which thread, and whether it may be heard."""
    shown: set[str] = field(default_factory=set)
    """Words that did reach him."""
    ids: Any = field(default_factory=count)

    def run(self, events: int) -> None:
        """Lets so many things happen at the desk, and the customer speak now and then."""
        self.take(self.message("UANNA", "I want to talk to a human", "DANNA", ""))
        for _ in range(events):
            self.take(self.choose())
            if self.owner() in (Owner.BOT, Owner.CLOSED) and self.chance.random() < 0.5:
                self.take(self.message("UANNA", "I want to talk to a human", "DANNA", ""))

    def owner(self) -> Owner:
        """Who has the conversation."""
        assert self.talk
        return owner_of(self.talk, slack_desk().policy, MONDAY)

    def may_speak(self, user: str) -> bool:
        """Whether what this person writes plainly, now, is for the customer."""
        handoff = self.talk.handoff if self.talk else None
        known = AGENTS.get(user)
        return bool(handoff and known and known.key == handoff.agent and self.owner() is Owner.AGENT)

    def choose(self) -> dict[str, Any]:
        """Something that somebody does."""
        user, thread = self.chance.choice(PEOPLE), self.thread()
        match self.chance.randrange(12):
            case 0 | 1:
                return self.message(user, self.chance.choice(COMMANDS), DESK, thread)
            case 2:
                return self.line(user, thread, self.chance.choice(NOTES))
            case 3 | 4 | 5:
                return self.line(user, thread, "")
            case 6 if self.written:
                return self.edit(self.chance.choice(list(self.written)))
            case 7 if self.written:
                return self.delete(self.chance.choice(list(self.written)))
            case 8:
                return self.send(user, thread)
            case 9:
                return self.form(user, thread)
            case 10:
                return self.message(user, f"!{self.token()} and more", DESK, thread)
            case _:
                return self.press(user, thread, f"card:{self.chance.choice(PRESSES)}:1")

    def line(self, user: str, thread: str, prefix: str) -> dict[str, Any]:
        """Words with a prefix that keeps them inside, or plainly."""
        token, ts = self.token(), self.ts()
        is_heard = not prefix and bool(thread) and self.may_speak(user) and thread in self.threads(live=True)
        self.written[ts] = (user, thread, is_heard)
        if is_heard:
            self.heard.add(token)
        return self.message(user, f"{prefix}{token}", DESK, thread, ts)

    def edit(self, ts: str) -> dict[str, Any]:
        """The author changes what he wrote; that may keep it inside from now on, and never lets it out."""
        user, thread, was_heard = self.written[ts]
        prefix, token = self.chance.choice(["", *NOTES]), self.token()
        is_heard = was_heard and not prefix
        self.written[ts] = (user, thread, is_heard)
        if is_heard:
            self.heard.add(token)
        message = {"user": user, "ts": ts, "thread_ts": thread, "text": f"{prefix}{token}", "edited": {"ts": self.ts()}}
        return self.event({"subtype": "message_changed", "message": message, "previous_message": {"text": "other"}})

    def delete(self, ts: str) -> dict[str, Any]:
        """The author takes back what he wrote."""
        user, thread, _ = self.written[ts]
        former = {"user": user, "ts": ts, "thread_ts": thread, "text": "gone"}
        return self.event({"subtype": "message_deleted", "deleted_ts": ts, "previous_message": former})

    def send(self, user: str, thread: str) -> dict[str, Any]:
        """[Claim and send], [Send as text]: the author of a kept line lets it out."""
        assert self.talk
        kept = [each for each in self.talk.messages if each.kind is MessageKind.NOTE and not each.withdrawn]
        number = self.chance.choice(kept).number if kept else 1
        message = self.talk.find_message(str(number))
        if message and user in AGENTS and message.author.key == AGENTS[user].key:
            self.heard |= set(TOKEN.findall(message.text))
        return self.press(user, thread, f"card:send:{number}")

    def form(self, user: str, thread: str) -> dict[str, Any]:
        """A note or a reason in a form."""
        about = self.chance.choice(["note", "transfer"])
        fields = {"text": self.token()} if about == "note" else {"team": "billing", "reason": self.token()}
        values = {name: {"a": {"type": "plain_text_input", "value": value}} for name, value in fields.items()}
        view = {"id": "V1", "hash": self.ts(), "callback_id": about, "state": {"values": values}}
        view["private_metadata"] = json.dumps([DESK, thread or "1.1", ""])
        return {"type": "view_submission", "team": {"id": "T1"}, "user": {"id": user}, "view": view}

    def press(self, user: str, thread: str, value: str) -> dict[str, Any]:
        """A button of a card."""
        action = {"type": "button", "action_id": "press:1", "value": value, "action_ts": self.ts()}
        message = {"ts": thread or "1.1"}
        where = {"channel": {"id": DESK}, "message": message, "team": {"id": "T1"}, "user": {"id": user}}
        return {"type": "block_actions", **where, "actions": [action]}

    def message(self, user: str, text: str, chat: str, thread: str, ts: str = "") -> dict[str, Any]:
        """Words somewhere."""
        ts = ts or self.ts()
        bot = {"bot_id": "B9"} if user == "UBOTTY" else {}
        said = {"user": user, "text": text, "ts": ts, **({"thread_ts": thread} if thread else {}), **bot}
        return self.event({**said, "channel": chat, "channel_type": "im" if chat == "DANNA" else "channel"})

    def event(self, event: dict[str, Any]) -> dict[str, Any]:
        """As the platform wraps it."""
        wrapped = {"type": "message", "channel": DESK, "event_ts": self.ts(), **event}
        return {"type": "event_callback", "team_id": "T1", "event_id": f"Ev{next(self.ids)}", "event": wrapped}

    def take(self, payload: dict[str, Any]) -> None:
        """The payload takes effect as it does in a server, and the customer's side is looked at."""
        desk, known = slack_desk(), Known(team="T1", user="U0", desks=frozenset({DESK}), agents=AGENTS)
        for event in read_payload(payload, known, MONDAY):
            is_customer = event.author.kind is AuthorKind.CUSTOMER
            if not is_customer and (event.at.thread not in self.threads() or event.author.kind is not AuthorKind.AGENT):
                continue
            now = MONDAY + timedelta(milliseconds=next(self.ids))
            talk = self.talk
            if is_customer or talk is None:
                talk = open_conversation(talk, event, desk, (ConversationId("c1"), 1), now)
            turn = decide(talk, event, desk, now)
            self.talk = replace(turn.conversation, places=tuple(self.with_thread(p) for p in turn.conversation.places))
            for message in turn.said:
                if message.audience is Audience.CUSTOMER and message.kind is not MessageKind.CUSTOMER:
                    parts = render_message(message, 1).parts
                    self.shown |= set(TOKEN.findall(" ".join(f"{part.text} {part.blocks}" for part in parts)))
        assert self.shown <= self.heard

    def with_thread(self, place: Any) -> Any:
        """A desk's place whose card stands."""
        if place.role is not PlaceRole.DESK or place.address.thread:
            return place
        return replace(place, address=replace(place.address, thread=self.ts()))

    def threads(self, *, live: bool = False) -> list[str]:
        """All threads of the conversation, or those that it has not left."""
        places = self.talk.places if self.talk else ()
        return [p.address.thread for p in places if p.role is PlaceRole.DESK and (p.live or not live)]

    def thread(self) -> str:
        """Mostly the newest of them, or the top of the channel."""
        known = self.threads() or [""]
        return self.chance.choice([*[known[-1]] * 8, self.chance.choice(known), ""])

    def token(self) -> str:
        """A word that nobody else says."""
        return f"zq{next(self.ids)}x"

    def ts(self) -> str:
        """A moment of the platform's, later than all before."""
        return f"1795420804.{next(self.ids):06d}"


@pytest.mark.parametrize("seed", range(4))
def test_no_kept_word_reaches_a_customer(seed: int) -> None:
    """Of 2,500 things done at random in each world; and the words that may be heard are heard."""
    world = World(chance=random.Random(seed))
    world.run(2_500)
    assert len(world.shown) > 50
