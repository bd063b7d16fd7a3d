"""How long agents wait for the search of the queue on a full database: `python -m benchmarks.search`."""

import argparse
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection

from adapters.storage.conversations import store_conversation, store_customer, store_messages
from adapters.storage.database import Database
from adapters.storage.search import Search, State, keep_words, search_talks
from bot.model import (
    Address,
    Audience,
    Author,
    AuthorKind,
    Conversation,
    ConversationId,
    Customer,
    Handoff,
    Message,
    MessageKind,
)

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
MOST = 100
OPEN = 800
TEAMS = ("billing", "network", "field", "")
VOCABULARY = [
    a + b + c for a in ("wi", "ro", "in", "bi", "пар") for b in ("fi", "ter", "net", "ол") for c in "aeiklopst"
]
SEARCHES = {
    "a word of some": Search(words=("innett",)),
    "a word of everybody": Search(words=("anna",)),
    "the beginning of many words": Search(words=("wif",)),
    "six beginnings of many words": Search(words=("anna", "wif", "rot", "int", "bin", "пар")),
    "a word that nobody said": Search(words=("anna", "unheard")),
    "a word in one team, as who works for it": Search(words=("wifi",), scope=("field",), sees_bot=False),
    "whatever a team has closed": Search(teams=("billing",), states=(State.CLOSED,)),
}


def make_talks(count: int) -> Iterator[tuple[Conversation, list[Message]]]:
    """Conversations of eight messages of nine words, every other one the customer's; the last ones are open."""
    chance = random.Random(1)
    weights = [1 / place for place in range(1, len(VOCABULARY) + 1)]
    for number in range(1, count + 1):
        team = chance.choice(TEAMS)
        handoff = Handoff(team=team, opened_at=NOW, queued_at=NOW, upto=8, card=8) if team else None
        talk = Conversation(
            id=ConversationId(f"{number:032x}"),
            number=number,
            key=Address(channel="web", chat=f"c{number}"),
            customer=Customer(key=f"c{number}", name="Anna"),
            version=1,
            opened_at=NOW,
            closed_at=NOW if number <= count - OPEN else None,
            language="en",
            last_number=8,
            handoff=handoff,
        )
        yield talk, [_say(at, " ".join(chance.choices(VOCABULARY, weights, k=9))) for at in range(1, 9)]


def _say(number: int, text: str) -> Message:
    kind = MessageKind.CUSTOMER if number % 2 else MessageKind.ANSWER
    author = Author(kind=AuthorKind.CUSTOMER if number % 2 else AuthorKind.BOT)
    return Message(number=number, audience=Audience.CUSTOMER, kind=kind, author=author, text=text, at=NOW)


def fill(db: Database, count: int) -> None:
    """Puts made conversations in, a thousand at a time."""
    talks = make_talks(count)
    while part := list(islice(talks, 1_000)):
        db.write_now(partial(_store, part))


def _store(part: Sequence[tuple[Conversation, list[Message]]], conn: Connection) -> None:
    for talk, said in part:
        store_customer(conn, talk)
        store_conversation(conn, talk, None, NOW)
        store_messages(conn, talk, said, 0)
        keep_words(conn, talk, None, said)


def measure(db: Database, search: Search) -> tuple[float, int]:
    """Milliseconds of processor time of the middle one of twenty tries, and how many were found."""
    costs, found = [], 0
    for _ in range(20):
        began = time.process_time()
        found = len(db.read_now(lambda conn: search_talks(conn, search, MOST)))
        costs.append((time.process_time() - began) * 1000)
    return sorted(costs)[10], found


def main() -> None:
    """Fills a database and prints what each search costs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--conversations", type=int, default=50_000)
    count = parser.parse_args().conversations
    with tempfile.TemporaryDirectory() as folder, closing(Database(Path(folder))) as db:
        fill(db, count)
        for name, search in SEARCHES.items():
            cost, found = measure(db, search)
            print(f"{name:42} {cost:6.0f} ms of processor time, {found} found", flush=True)


if __name__ == "__main__":
    main()
