"""Notes never leak: whatever agents do in their group, no word that was to stay inside is shown to a customer.

Ten thousand random updates go through the real reader and the engine, and what the customer would be shown is
rendered. The model that says who may be heard is the one of Slack; here is how Telegram puts things.
"""

import random
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from adapters.telegram.payload import Known
from adapters.telegram.read import read_update
from adapters.telegram.render import render_message
from bot.decide import decide, open_conversation
from bot.model import Audience, AuthorKind, ConversationId, MessageKind
from tests.making import MONDAY
from tests.slack.test_notes import AGENTS, PEOPLE, TOKEN, World
from tests.telegram.working import GROUP, telegram_desk

IDS = {name: 100 + position for position, name in enumerate(["UANNA", *PEOPLE])}
BOT = 1
KNOWN = Known(
    bot=str(BOT),
    username="helpdesk_bot",
    desks=frozenset({str(GROUP)}),
    agents={str(IDS[name]): author for name, author in AGENTS.items()},
)
ORDERS = ("/next", "/mine", "/more", "/find", "/transfer", "/history", "/away@helpdesk_bot", "/claim@other_bot")
ASKS = ("ask:team:billing", "ask:take_over:", "ask:articles:", "ask:nonsense:")
SHEETS = ("sheet:more:", "sheet:teams:", "sheet:reply:look", "act:article:pay-invoice", "act:assign:liis", "ask:team:x")


@dataclass(kw_only=True)
class TelegramWorld(World):
    """One conversation and its topics."""

    def choose(self) -> dict[str, Any]:
        """Something that somebody does; much of it is the same on Slack."""
        user, thread = self.chance.choice(PEOPLE), self.thread()
        match self.chance.randrange(18):
            case 0:
                return self.message(user, self.chance.choice(ORDERS), "", thread)
            case 1:
                return self.put(user, thread, text=self.token(), forward_origin={"type": "hidden_user"})
            case 2:
                return self.put(user, thread, poll={"question": self.token()})
            case 3:
                return self.put(user, thread, text=self.token(), sender_chat={"id": GROUP})
            case 4:
                return self.press(user, thread, self.chance.choice(SHEETS))
            case 5:
                prefix = self.chance.choice(["//", "note:"])
                return self.put(user, thread, caption=f"{prefix} {self.token()}", photo=[{"file_id": "f"}])
            case _:
                return super().choose()

    def message(self, user: str, text: str, chat: str, thread: str, ts: str = "") -> dict[str, Any]:
        """Words somewhere."""
        if chat == "DANNA":
            private = {"id": IDS[user], "type": "private"}
            return self.update("message", {**self.head(user, "", ts), "chat": private, "text": text})
        return self.put(user, thread, ts, text=text)

    def put(self, user: str, thread: str, ts: str = "", **content: Any) -> dict[str, Any]:
        """Anything in a topic, or beside all topics."""
        return self.update("message", {**self.head(user, thread, ts), **content})

    def edit(self, ts: str) -> dict[str, Any]:
        """The author changes what he wrote."""
        user, thread, was_heard = self.written[ts]
        prefix, token = self.chance.choice(["", "//", "note: "]), self.token()
        is_heard = was_heard and not prefix
        self.written[ts] = (user, thread, is_heard)
        if is_heard:
            self.heard.add(token)
        head = {**self.head(user, thread, ts), "edit_date": int(self.ts())}
        return self.update("edited_message", {**head, "text": f"{prefix}{token}"})

    def delete(self, ts: str) -> dict[str, Any]:
        """The author takes back what he wrote."""
        user, thread, _ = self.written[ts]
        return self.put(user, thread, text="/recall", reply_to_message={"message_id": int(ts)})

    def form(self, user: str, thread: str) -> dict[str, Any]:
        """Words that answer a sheet."""
        rows = [[{"text": "Cancel", "callback_data": self.chance.choice(ASKS[:3])}]]
        sheet = {"message_id": 1, "from": {"id": BOT, "is_bot": True}, "reply_markup": {"inline_keyboard": rows}}
        return self.put(user, thread, text=self.token(), reply_to_message=sheet)

    def press(self, user: str, thread: str, value: str) -> dict[str, Any]:
        """A button of a card or a sheet."""
        query = {"id": self.ts(), "from": {"id": IDS[user], "first_name": user}, "data": value}
        return self.update("callback_query", {**query, "message": self.head("UBOTTY", thread, "")})

    def head(self, user: str, thread: str, ts: str) -> dict[str, Any]:
        """What every message of the group has."""
        person = {"id": IDS[user], "first_name": user, "is_bot": user == "UBOTTY"}
        topic = {"message_thread_id": int(thread), "is_topic_message": True} if thread else {}
        return {
            "message_id": int(ts or self.ts()),
            "from": person,
            "chat": {"id": GROUP, "type": "supergroup"},
            **topic,
        }

    def update(self, kind: str, value: dict[str, Any]) -> dict[str, Any]:
        """As the platform wraps it."""
        return {"update_id": next(self.ids), kind: value}

    def take(self, payload: dict[str, Any]) -> None:
        """The update takes effect as it does in a server, and the customer's side is looked at."""
        [event] = read_update(payload, KNOWN, MONDAY)
        is_customer = event.author.kind is AuthorKind.CUSTOMER
        if not is_customer and (event.at.thread not in self.threads() or event.author.kind is not AuthorKind.AGENT):
            return
        desk, now, talk = telegram_desk(), MONDAY + timedelta(milliseconds=next(self.ids)), self.talk
        if is_customer or talk is None:
            talk = open_conversation(talk, event, desk, (ConversationId("c1"), 1), now)
        turn = decide(talk, event, desk, now)
        self.talk = replace(turn.conversation, places=tuple(self.with_thread(p) for p in turn.conversation.places))
        for message in turn.said:
            if message.audience is Audience.CUSTOMER and message.kind is not MessageKind.CUSTOMER:
                self.shown |= set(TOKEN.findall(" ".join(render_message(message, 1).parts)))
        assert self.shown <= self.heard

    def ts(self) -> str:
        """A number of the platform's, later than all before."""
        return str(next(self.ids) + 2)


@pytest.mark.parametrize("seed", range(4))
def test_no_kept_word_reaches_a_customer(seed: int) -> None:
    """Of 2,500 things done at random in each world; and the words that may be heard are heard."""
    world = TelegramWorld(chance=random.Random(seed))
    world.run(2_500)
    assert len(world.shown) > 25
