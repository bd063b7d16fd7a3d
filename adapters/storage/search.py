"""How agents find a conversation: by words of what people said in it, by the customer's name, a tag, a team, a state.

Functions of a connection. Words are kept with the Turn that says them, so nothing is found late; the bot's own words,
the same everywhere, are not. What may be shown to whom is the caller's: he names the teams, and looks again.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, and_, delete, false, or_, select

from adapters.storage.conversations import read_head
from adapters.storage.putting import put_missing
from adapters.storage.tables import conversation, customer, message, word
from bot.model import Conversation, Message, MessageKind
from kb.normalise import cap, fold, words_of

PEOPLES = (MessageKind.CUSTOMER, MessageKind.AGENT, MessageKind.NOTE)
"""Kinds of messages that people write."""
SHORTEST_BEGINNING = 3
"""Letters from which on a word is also found by its beginning."""
_TAG = "#"
_AFTER = "\U0010ffff"


class State(StrEnum):
    """Where a conversation stands, as one asks for it."""

    OPEN = "open"
    WAITING = "waiting"
    """Handed over, and nobody has it."""
    MINE = "mine"
    BOT = "bot"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is looked for; all of it must hold."""

    words: tuple[str, ...] = ()
    """Folded, each a word or its beginning."""
    tags: tuple[str, ...] = ()
    teams: tuple[str, ...] | None = None
    """Ids, any of them."""
    states: tuple[State, ...] | None = ()
    """None if a state was asked for that there is not: nothing is in it."""
    number: int | None = None
    agent: str = ""
    """Who looks."""
    scope: tuple[str, ...] = ()
    """The teams he works for; none for all."""
    sees_bot: bool = True
    """Whether he sees what no team has been asked to take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A conversation without its messages, and the newest words in it that hold what was looked for."""

    conversation: Conversation
    words: str


def keep_words(conn: Connection, new: Conversation, former: Conversation | None, said: Iterable[Message]) -> None:
    """Writes down the words by which a Turn's conversation is found from now on."""
    known = former is not None and (former.customer.name, former.tags) == (new.customer.name, new.tags)
    found = set() if known else _words_about(new)
    for each in said:
        if each.kind in PEOPLES:
            found.update(words_of(cap(each.text)))
    put_missing(conn, word, [{"word": each, "number": new.number} for each in sorted(found)])


def forget_words(conn: Connection, number: int) -> None:
    """Forgets every word of a conversation."""
    conn.execute(delete(word).where(word.c.number == number))


def search_talks(conn: Connection, search: Search, most: int) -> list[Found]:
    """The newest conversations that hold what is looked for."""
    wanted = _HEADS.where(*_conditions(search)).order_by(conversation.c.number.desc()).limit(most)
    talks = [read_head(row) for row in conn.execute(wanted)]
    texts = _read_texts(conn, talks) if search.words else {}
    found = (_look(each, texts.get(each.id, ()), search.words) for each in talks)
    return [each for each in found if each is not None]


_HEADS = select(conversation, customer.c.data.label("customer_data")).join(
    customer, customer.c.id == conversation.c.customer
)
_PEOPLES_WORDS = select(message.c.conversation, message.c.text).where(
    message.c.kind.in_(PEOPLES), ~message.c.withdrawn, message.c.text != ""
)


def _words_about(talk: Conversation) -> set[str]:
    return {*words_of(cap(talk.customer.name)), *(_TAG + fold(tag) for tag in talk.tags)}


def _conditions(search: Search) -> list[ColumnElement[bool]]:
    of = conversation.c
    held = [_begins_with(each) for each in search.words] + [word.c.word == _TAG + tag for tag in search.tags]
    wanted: list[ColumnElement[bool]] = [of.number.in_(select(word.c.number).where(each)) for each in held]
    wanted += [_is_in(state, search.agent) for state in search.states] if search.states is not None else [false()]
    if search.number is not None:
        wanted.append(of.number == search.number)
    if search.teams is not None:
        wanted.append(of.team.in_(search.teams))
    of_scope = or_(of.team.in_(search.scope), of.agent == search.agent) if search.scope else of.team.is_not(None)
    wanted.append(or_(of_scope, of.team.is_(None)) if search.sees_bot else of_scope)
    return wanted


def _begins_with(beginning: str) -> ColumnElement[bool]:
    if len(beginning) < SHORTEST_BEGINNING:
        return word.c.word == beginning
    return and_(word.c.word >= beginning, word.c.word < beginning + _AFTER)


def _is_in(state: State, agent: str) -> ColumnElement[bool]:
    of = conversation.c
    is_open = of.closed_at.is_(None)
    match state:
        case State.OPEN:
            return is_open
        case State.CLOSED:
            return of.closed_at.is_not(None)
        case State.WAITING:
            return and_(is_open, of.handed_at.is_not(None), of.agent.is_(None))
        case State.MINE:
            return and_(is_open, of.agent == agent)
        case State.BOT:
            return and_(is_open, of.handed_at.is_(None))


def _read_texts(conn: Connection, talks: Sequence[Conversation]) -> Mapping[str, Sequence[str]]:
    """What people say in some conversations now, the newest first."""
    texts: defaultdict[str, list[str]] = defaultdict(list)
    wanted = _PEOPLES_WORDS.where(message.c.conversation.in_([each.id for each in talks]))
    for row in conn.execute(wanted.order_by(message.c.number.desc())):
        texts[row.conversation].append(row.text)
    return texts


def _look(talk: Conversation, texts: Sequence[str], words: Sequence[str]) -> Found | None:
    """The conversation with its newest text that holds a word looked for; None if one of them is no longer there."""
    if not words:
        return Found(conversation=talk, words=talk.last_words)
    held = [(text, words_of(cap(text))) for text in texts]
    everything = [*words_of(cap(talk.customer.name)), *(each for _, of_text in held for each in of_text)]
    if not all(any(_matches(each, beginning) for each in everything) for beginning in words):
        return None
    holding = (text for text, of_text in held if any(_matches(each, b) for each in of_text for b in words))
    return Found(conversation=talk, words=next(holding, talk.last_words))


def _matches(each: str, beginning: str) -> bool:
    return each == beginning or (len(beginning) >= SHORTEST_BEGINNING and each.startswith(beginning))
