"""Says independently of the code what may stand where, and holds the places to it.

Agents' words carry marks such as `W00017`, each used once. From what is decided the oracle knows which of them the
customer may see; from the stored messages, read with words of its own, what each place has to show in the end.
"""

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from bot.model import (
    Audience,
    Author,
    AuthorKind,
    Commanded,
    Conversation,
    Deleted,
    Edited,
    Event,
    MessageKind,
    PlaceRole,
    Pressed,
    Said,
    Turn,
)
from bot.ports import Job, Shipment
from bot.worker import TRIES
from tests.fakes.memory import Fault, Post
from tests.machine.world import World, rows

MARK = re.compile(r"W\d{5}")
KEPT = re.compile(r"[\s\u200b]*(?://|note:|[!/][a-z])", re.IGNORECASE)
"""How words begin that are never for the customer."""
GIVES = {"claim", "take_over", "reopen"}
TAKES = {"release", "transfer", "bot"}
EXPLAINED = {str(fault) for fault in Fault} | {"held", "no thread", "The platform could not be reached for a day."}
"""The only reasons for which something may not stand where it should."""


@dataclass(slots=True)
class Word:
    """What an agent said once, under the mark it has now."""

    author: str
    conversation: str
    mark: str
    stands: bool
    """Whether the customer is to see it."""


class Row(NamedTuple):
    """A stored message."""

    number: int
    revision: int
    audience: str
    text: str
    withdrawn: bool
    origin: str
    external_id: str
    late_answer: bool
    """A bot's answer that a claim may have overtaken."""


@dataclass(slots=True)
class Oracle:
    """What it has seen decided, and what follows from that."""

    words: dict[tuple[str, str], Word] = field(default_factory=dict)
    """By place and the id there."""
    sent: dict[str, Word] = field(default_factory=dict)
    """Words that the customer was to see at some time, by mark."""
    holders: dict[str, str] = field(default_factory=dict)
    """Who has each conversation; nobody where there is no entry."""
    claimed: dict[str, int] = field(default_factory=dict)
    """The last message before each conversation's newest claim."""
    accepted: dict[str, str] = field(default_factory=dict)
    """The customer's messages that were accepted: their id in his chat, by the key of their event."""
    given_up: set[str] = field(default_factory=set)
    """Events that ended the process each time they were tried."""
    again: set[int] = field(default_factory=set)
    """Deliveries that an agent had sent once more: they stand where they can."""

    complaints: list[str] = field(default_factory=list)
    """What was sent to the customer and should not have been."""

    def told(self, job: Job, turn: Turn) -> None:
        """Hears what was decided."""
        if job.tries >= TRIES:  # it is quarantined, and had no effect
            self.given_up.add(job.event.key)
            return
        before, after, event = job.conversation, turn.conversation, job.event
        holder = self.holders.get(after.id)
        talking = before is not None and before.id == after.id and not before.is_closed
        if event.author.kind is AuthorKind.AGENT and before is not None:
            self._hear_agent(event, before, turn)
        elif talking:
            assert _agent_of(after) == holder, "only an agent ends an agent's talk"
        else:
            self._note_holder(after.id, _agent_of(after))
        assert _agent_of(after) == self.holders.get(after.id), "the holder is not who he should be"
        if event.author.kind is AuthorKind.CUSTOMER and isinstance(event.body, Said | Pressed):
            assert all(place.live for place in after.places if place.role is PlaceRole.CUSTOMER), "who writes is there"
        if talking and holder and not after.is_closed and self.holders.get(after.id) == holder:
            fresh = [each for each in turn.said if before is not None and each.number > before.last_number]
            assert not any(_is_answer(each.author, each.kind) for each in fresh), "the bot talks over an agent"

    def judge_shipment(self, shipment: Shipment) -> None:
        """Judges what is sent to the customer at the moment it is sent; who sends must not hear of it."""
        if shipment.place.role is PlaceRole.CUSTOMER:
            message = shipment.message
            held = shipment.conversation in self.holders
            overtaken = held and shipment.is_first and message.number <= self.claimed.get(shipment.conversation, 0)
            faults = {
                "it was kept inside": not set(MARK.findall(message.text)) <= self.sent.keys(),
                "it is for the desk": message.audience is Audience.DESK and not message.withdrawn,
                "a claim has overtaken it": overtaken and _is_answer(message.author, message.kind),
            }
            self.complaints += [f"{fault}: {message}" for fault, is_so in faults.items() if is_so]

    def judge_rest(self, world: World) -> None:
        """Judges everything once nothing is under way: the record, and each place against it."""
        open_ = world.read(lambda conn: rows(conn, "SELECT id FROM conversation WHERE closed_at IS NULL"))
        assert len(open_) <= 1, "one customer has two open conversations"
        self._judge_heard(world)
        for (conversation,) in world.read(lambda conn: rows(conn, "SELECT id FROM conversation")):
            self._judge_conversation(world, str(conversation))
        for channel in world.channels.values():
            assert channel.platform.doubles() == 0, "something stands twice"

    def _hear_agent(self, event: Event, before: Conversation, turn: Turn) -> None:
        author, holder = event.author.key, self.holders.get(before.id)
        origin = str(event.at)
        match event.body:
            case Said(text=text, external_id=id_):
                mine = holder == author and not before.is_closed and self._is_live(before, origin)
                self._add(origin, id_, Word(author, before.id, _mark(text), mine and not KEPT.match(text)))
            case Edited(target=target, text=text):
                self._hear_edit(self.words.get((origin, target)), author, text)
            case Deleted(target=target):
                word = self.words.get((origin, target))
                if word and word.author == author:
                    word.stands = False
            case Commanded(name=name, args=args) if not turn.refused:
                self._hear_act(name, args.get("message", ""), event, before)
            case Commanded(name="claim"):
                assert holder or before.is_closed or before.handoff is None, "refused to the first who claims"
            case _:
                pass

    def _hear_edit(self, word: Word | None, author: str, text: str) -> None:
        if word is None or word.author != author:
            return
        word.mark = _mark(text)
        word.stands = word.stands and not re.match(r"[\s\u200b]*(?://|note:)", text, re.IGNORECASE)
        if word.stands:
            self.sent[word.mark] = word

    def _hear_act(self, name: str, number: str, event: Event, before: Conversation) -> None:
        author, holder = event.author.key, self.holders.get(before.id)
        if name in GIVES or (name == "send" and not holder):
            assert name in ("take_over", "reopen") or not holder, "two agents have it"
            self.claimed[before.id] = before.last_number
            self._note_holder(before.id, author)
        if name in TAKES:
            self._note_holder(before.id, None)
        if name == "send":
            kept = before.find_message(number)
            assert kept is not None
            assert kept.author.key == author, "words of another agent"
            word = Word(author, before.id, _mark(kept.text), stands=True)
            self._add("sent", number, word)
        if name == "reply" and isinstance(event.body, Commanded):
            text = event.body.args["text"]
            self._add("reply", event.key, Word(author, before.id, _mark(text), stands=holder == author))

    def _add(self, origin: str, id_: str, word: Word) -> None:
        self.words[origin, id_] = word
        if word.stands:
            self.sent[word.mark] = word

    def _note_holder(self, id_: str, agent: str | None) -> None:
        if agent is None:
            self.holders.pop(id_, None)
        else:
            self.holders[id_] = agent

    def _is_live(self, before: Conversation, origin: str) -> bool:
        return any(place.live and str(place.address) == origin for place in before.places)

    def _judge_heard(self, world: World) -> None:
        """What the customer wrote stands in the record once."""
        found = world.read(lambda conn: rows(conn, "SELECT external_id FROM message WHERE kind = 'customer'"))
        due = [id_ for key, id_ in self.accepted.items() if key not in self.given_up]
        assert Counter(str(id_) for (id_,) in found) == Counter(due), "words lost or doubled"

    def _judge_conversation(self, world: World, id_: str) -> None:
        messages = _read_messages(world, id_)
        assert [each.number for each in messages] == list(range(1, len(messages) + 1)), "the record has a gap"
        seen = {mark for each in messages if _is_for_customer(each) for mark in MARK.findall(each.text)}
        due = {word.mark for word in self.words.values() if word.conversation == id_ and word.stands}
        assert seen == due, f"the record does not say what the customer may see: {seen ^ due}"
        question = "SELECT id, role, channel, account, chat, thread, since, live FROM place WHERE conversation = ?"
        for place, role, *address, since, live in world.read(lambda conn: rows(conn, question, id_)):
            at = next(
                (posts for where, posts in _chats(world, str(address[0])) if str(where) == ":".join(map(str, address))),
                [],
            )
            states = _read_states(world, id_, str(place))
            here = [post for post in at if post.conversation == id_ and not post.withdrawn]
            for each in messages:
                visible = role == "desk" or _is_for_customer(each)
                if each.origin == ":".join(map(str, address)):
                    continue
                wanted = bool(live) and each.number >= int(str(since)) and visible and not each.withdrawn
                overtaken = role == "customer" and each.late_answer and each.number <= self.claimed.get(id_, 0)
                self._judge_message(each, here, states.get(each.number), wanted=wanted, overtaken=overtaken)
            again = {number for number, (delivery, _, _) in states.items() if delivery in self.again}
            order = [post.number for post in here if post.number not in again]
            assert order == sorted(order), "out of order"

    def _judge_message(
        self, each: Row, here: list[Post], state: tuple[int, str, str] | None, *, wanted: bool, overtaken: bool
    ) -> None:
        shown = [post for post in here if post.number == each.number]
        assert len(shown) <= 1, f"twice: {each}"
        if state is not None and state[1] in ("failed", "unsure"):
            assert state[2] in EXPLAINED, state[2]
            return
        if wanted and not overtaken:
            assert shown, f"not shown: {each}"
        if shown and (wanted or each.withdrawn):
            assert (shown[0].text, shown[0].revision) == (each.text, each.revision), f"not the newest: {each}"
            assert not each.withdrawn, f"withdrawn, and still there: {each}"


def _mark(text: str) -> str:
    return "".join(MARK.findall(text))


def _agent_of(conversation: Conversation) -> str | None:
    return conversation.handoff.agent if conversation.handoff else None


def _is_answer(author: Author, kind: MessageKind) -> bool:
    return author.kind is AuthorKind.BOT and kind is MessageKind.ANSWER


def _is_for_customer(each: Row) -> bool:
    return each.audience == "customer" and not each.withdrawn


def _chats(world: World, channel: str) -> list[tuple[object, list[Post]]]:
    return list(world.channels[channel].platform.chats.items())


def _read_messages(world: World, id_: str) -> list[Row]:
    question = (
        "SELECT number, revision, audience, text, withdrawn, origin, external_id, kind, data FROM message"
        " WHERE conversation = ? ORDER BY number"
    )
    found = []
    for number, revision, audience, text, withdrawn, origin, external, kind, data in world.read(
        lambda conn: rows(conn, question, id_)
    ):
        author = json.loads(str(data)).get("author", {})
        found.append(
            Row(
                number=int(str(number)),
                revision=int(str(revision)),
                audience=str(audience),
                text=str(text),
                withdrawn=bool(withdrawn),
                origin=str(origin),
                external_id=str(external),
                late_answer=kind == "answer" and author.get("kind") == "bot",
            )
        )
    return found


def _read_states(world: World, id_: str, place: str) -> dict[int, tuple[int, str, str]]:
    question = "SELECT number, id, state, reason FROM delivery WHERE conversation = ? AND place = ?"
    return {
        int(str(number)): (int(str(delivery)), str(state), str(reason))
        for number, delivery, state, reason in world.read(lambda conn: rows(conn, question, id_, place))
    }
