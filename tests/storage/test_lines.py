"""How the teams' lines stand, in a real database."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

from sqlalchemy import Connection

from adapters.storage import conversations, lines
from adapters.storage.database import Database
from bot.model import Address, Conversation, ConversationId, Customer, Wait
from tests.making import MONDAY, claimed_by, make_conversation, make_handoff


async def put(db: Database, of: Conversation) -> None:
    """Stores a conversation."""

    def write(conn: Connection) -> None:
        conversations.store_customer(conn, of)
        conversations.store_conversation(conn, of, None, MONDAY)

    await db.write(write)


def make_waiting(number: int, minutes: int, team: str = "frontline") -> Conversation:
    """A conversation that was handed over some minutes after Monday's opening."""
    handoff = make_handoff(team=team, opened_at=MONDAY + timedelta(minutes=minutes))
    return make_conversation(
        id=ConversationId(f"{number:032}"),
        number=number,
        key=Address(channel="web", account="site", chat=f"c{number}"),
        customer=Customer(key=f"c{number}"),
        handoff=handoff,
    )


async def test_the_place_in_the_line_counts_those_who_came_before(db: Database) -> None:
    """Only conversations that wait for the same team, unclaimed and open, and were handed over earlier."""
    first, second, other = make_waiting(1, 0), make_waiting(2, 5), make_waiting(3, 1, team="billing")
    taken = replace(make_waiting(4, 2), handoff=claimed_by("liis"))
    for each in (first, second, other, taken):
        await put(db, each)
    ask = [partial(lines.read_queues, of=each, waits={}) for each in (first, second, other, taken)]
    assert [(await db.read(each)).position for each in ask] == [1, 2, 1, 0]


async def test_waits_are_read_by_team_newest_last_and_forgotten_when_old(db: Database) -> None:
    """A wait of fifteen days ago says nothing about today."""
    await db.write(lambda conn: lines.add_wait(conn, Wait(team="frontline", seconds=9, shown=0), MONDAY))
    later = MONDAY + timedelta(days=15)
    for seconds in (60, 120):
        waited = Wait(team="frontline", seconds=seconds, shown=2)
        await db.write(partial(lines.add_wait, waited=waited, now=later))
    waits = await db.read(lambda conn: lines.read_waits(conn, later))
    assert waits == {"frontline": [Wait(team="frontline", seconds=s, shown=2) for s in (60, 120)]}
