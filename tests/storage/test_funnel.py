"""What became of each step of a flow, from real talks to the counts in a real database."""

from datetime import timedelta
from functools import partial

from sqlalchemy import Connection

from adapters.storage import conversations, funnel
from adapters.storage.database import Database
from adapters.storage.store import SqlStore
from bot.deciding import decide_job
from bot.desk import Desk
from bot.funnel import Fate, StepEvent, read_steps
from bot.play import Play
from tests.echo import START, HandClock, customer_says
from tests.kb.flows.written import build, play

FLOW = """
- say: Hello.
- ask: mail
  type: email
  text: Mail?
- ask: wish
  text: Wish?
  optional: yes
- solved
- end
"""
DAY = timedelta(days=1)


def fates(*lines: str) -> list[tuple[str, Fate]]:
    """What a talk notes, by the name of the step."""
    talk = play(FLOW, "start the flow", *lines)
    return [(each.step, each.what) for turn in talk.turns for each in read_steps(turn)][2:]


def test_what_happens_at_a_question_is_noted() -> None:
    """Answered at once or later, asked again, given up, left for a person, by a word, by silence: each by its name."""
    assert fates("anna@example.com")[0] == ("mail", Fate.ANSWERED)
    assert fates("anna@example.com", "[Skip]")[2] == ("wish", Fate.ANSWERED)
    assert fates("zebra", "anna@example.com")[:2] == [("mail", Fate.ASKED_AGAIN), ("mail", Fate.ANSWERED_LATER)]
    assert fates("zebra", "zebra", "zebra")[-1] == ("mail", Fate.GAVE_UP)
    assert fates("i want to talk to a human") == [("mail", Fate.HUMAN)]
    assert fates("stop") == [("mail", Fate.LEFT)]
    assert fates("120m") == [("mail", Fate.LEFT)]
    assert fates("why?", "when are you open?") == []


def keep(conn: Connection, talk: Play) -> None:
    """Stores what a talk has noted, with the conversation it belongs to."""
    for turn in talk.turns:
        conversations.store_customer(conn, turn.conversation)
        conversations.store_conversation(conn, turn.conversation, None, START)
        funnel.add_steps(conn, turn, START)


async def test_the_funnel_counts_conversations(db: Database) -> None:
    """Each conversation counts once for each thing that happened at a step; other flows and times do not count."""
    await db.write(lambda conn: keep(conn, play(FLOW, "start the flow", "zebra", "zebra", "anna@example.com", "stop")))
    found = await db.read(lambda conn: funnel.read_funnel(conn, "f", START, START + DAY))
    assert found == {
        "say": {Fate.REACHED: 1},
        "mail": {Fate.REACHED: 1, Fate.ASKED_AGAIN: 1, Fate.ANSWERED_LATER: 1},
        "wish": {Fate.REACHED: 1, Fate.LEFT: 1},
    }
    assert await db.read(lambda conn: funnel.read_funnel(conn, "g", START, START + DAY)) == {}
    assert await db.read(lambda conn: funnel.read_funnel(conn, "f", START + DAY, START + 2 * DAY)) == {}


async def test_a_turn_is_kept_with_its_steps(db: Database, store: SqlStore, clock: HandClock) -> None:
    """The steps stand in the database as soon as the Turn does, in the same transaction."""
    desk: Desk = build(FLOW)
    for number, text in enumerate(("start the flow", "anna@example.com")):
        await store.accept([customer_says(text, f"key-{number}")])
        (lane,) = await store.lanes(clock.now(), 1)
        job = await store.load(lane, clock.now())
        assert job is not None
        turn, wake_at = decide_job(job, desk, clock.now())
        assert await store.commit(job, turn, wake_at, clock.now())
    found = await db.read(partial(funnel.read_funnel, flow="f", since=START, until=START + DAY))
    assert list(found) == ["say", "mail", "wish"]
    assert found["mail"] == {Fate.REACHED: 1, Fate.ANSWERED: 1}
    assert StepEvent(flow="f", step="mail", what=Fate.ANSWERED) in list(read_steps(turn))
