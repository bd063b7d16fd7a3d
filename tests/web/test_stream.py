"""The stream: whoever is cut off, anywhere, has the same on his screen in the end as one who never was."""

import random

import pytest

from tests.running import RunningSite
from tests.web.conftest import Meet, Serve
from tests.web.visiting import Heard, Visitor, messages

TALK = ("What is my Wi-Fi password?", "my internet is down", "stop", "where can I pay my invoice?", "marker-end")


def talk(visitor: Visitor) -> list[Heard]:
    """A talk with several answers, used-up buttons and a flow that is left; every event of it."""
    for words in TALK:
        visitor.say(words)
        visitor.read(words)
    return visitor.read("marker-end")


def test_any_cursor_gives_the_rest(site: RunningSite, meet: Meet) -> None:
    """From the beginning, from any version and from none, the screen is the same in the end."""
    anna = meet(site)
    whole = talk(anna)
    conversation = whole[0].data["conversation"]
    screen = messages(whole)
    last = int(whole[-1].id.split(":")[1])
    for version in range(last):
        rest = anna.read("marker-end", f"{conversation}:{version}")
        assert messages(rest).items() <= screen.items()
        assert rest[-1].id == whole[-1].id


def test_a_reader_who_is_cut_off_everywhere_misses_nothing(site: RunningSite, meet: Meet) -> None:
    """Dropped after any number of events, also between two of one version, he has everything once in the end."""
    anna = meet(site)
    screen = messages(talk(anna))
    chance = random.Random(7)
    shown: dict[int, str] = {}
    cursor = ""
    for _ in range(60):
        events = anna.listen(cursor)
        heard = [event for event, _ in zip(events, range(chance.randint(1, 4)), strict=False)]
        events.close()  # type: ignore[attr-defined]  # it is a generator; closing it cuts the connection
        shown |= messages(heard)
        cursor = next((event.id for event in reversed(heard) if event.id), cursor)
        if len(shown) == len(screen):
            break
    shown |= messages(anna.read("marker-end", cursor if len(shown) < len(screen) else ""))
    assert shown == screen


NO_ONE = "f" * 32


@pytest.mark.parametrize("cursor", ["rubbish", "a:b", ":", f"{NO_ONE}:5", f"{NO_ONE}:99999999999999999999", "0" * 900])
def test_a_cursor_that_means_nothing_gives_everything(site: RunningSite, meet: Meet, cursor: str) -> None:
    """A foreign, broken or endless cursor counts as none."""
    anna = meet(site)
    anna.say("marker")
    assert messages(anna.read("marker", cursor)) == messages(anna.read("marker"))


def test_two_readers_see_the_same(site: RunningSite, meet: Meet) -> None:
    """Each tab has its own stream, and none takes anything from the other."""
    anna = meet(site)
    tab = meet(site, visitor=anna.session["visitor"])
    screen = messages(talk(anna))
    assert messages(tab.read("marker-end")) == screen


def test_a_stream_ends_with_its_token(serve: Serve, meet: Meet) -> None:
    """After a quarter of an hour it stops at its next sign of life, and asks for a new token."""
    site = serve()
    anna = meet(site)
    anna.say("marker")
    events = anna.listen()
    while next(events).kind != "state":
        pass
    site.clock.turn(minutes=16)
    key = f"web:site:{anna.session['customer']}:"
    site.call(lambda: site.services.signals.agent_types(key, "Liis", site.clock.now()))
    assert [event.kind for event in events if event.kind == "message"] == []


def test_an_agent_s_typing_has_no_id(serve: Serve, meet: Meet) -> None:
    """It is shown, moves no cursor, and is never told again."""
    site = serve()
    anna = meet(site)
    anna.say("marker")
    cursor = anna.read("marker")[-1].id
    events = anna.listen(cursor)
    key = f"web:site:{anna.session['customer']}:"

    def type_on() -> None:
        site.services.signals.agent_types(key, "Liis", site.clock.now())
        site.loop.call_later(0.05, type_on)

    site.call(type_on)
    typing = next(event for event in events if event.kind == "typing")
    assert (typing.data, typing.id) == ({"name": "Liis"}, "")


def test_a_server_that_stops_ends_its_streams(serve: Serve, meet: Meet) -> None:
    """Open streams do not hold it up."""
    site = serve()
    anna = meet(site)
    anna.say("marker")
    events = anna.listen()
    next(events)
    site.__exit__()
    assert sum(1 for _ in events) < 10


def test_the_page_knows_when_nothing_more_is_to_come(site: RunningSite, meet: Meet) -> None:
    """After words that the bot leaves unanswered it is told so, and need not pretend that somebody is typing."""
    anna = meet(site)
    anna.say("thanks")
    state = next(heard for heard in anna.listen() if heard.kind == "state")
    assert state.data["busy"] is False
