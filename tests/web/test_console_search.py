"""Finding a conversation in the console: by its words, people, number, team and state, within an agent's scope."""

import pytest

from adapters.storage.tables import word
from bot.model import Conversation, Role
from tests.running import RunningSite
from tests.web.conftest import Employ, Meet, Serve
from tests.web.working import ConsoleAgent, as_text, hand_over


def found(agent: ConsoleAgent, asked: str) -> str:
    """What stands in the queue when this is looked for."""
    answer = agent.http.get("/console/queue", params={"view": "mine", "q": asked})
    assert answer.status_code == 200, answer.text
    return as_text(answer.text)


@pytest.fixture
def talk(site: RunningSite, meet: Meet) -> Conversation:
    """A waiting conversation about an unusual thing."""
    return hand_over(site, meet(site), "My Zeppelin-Röhre is broken, ёлка тоже. I want a human")


def test_a_conversation_is_found_by_what_people_said_in_it(
    site: RunningSite, talk: Conversation, employ: Employ
) -> None:
    """The customer's words, the agent's and a note's, whole or begun, in any case; also after the end."""
    liis = employ(site)
    liis.act(talk, "claim")
    liis.act(talk, "say", text="Please mail the sprocket.", seen="99")
    liis.act(talk, "note", text="Sounds like a wobbly flange to me.")
    number = f"#{talk.number}"
    for asked in ("zeppelin", "ZEPPELIN ROHRE", "röhre", "Елка", "zepp", "sprocket", "wobb flange", number):
        assert number in found(liis, asked), asked
    for asked in ("zeppelin unheard", "ze", "#999999", "wobbly is:closed", "sticker"):
        assert number not in found(liis, asked), asked
    assert "Sounds like a wobbly flange" in found(liis, "flange"), "the words that hold it are shown"
    liis.act(talk, "resolve")
    assert number in found(liis, "zeppelin is:closed")
    assert number not in found(liis, "zeppelin is:open")


def test_states_and_teams_narrow_a_search(site: RunningSite, talk: Conversation, employ: Employ) -> None:
    """A conversation waits, then is mine and no colleague's; its team is named by id or title."""
    liis, jonas, number = employ(site), employ(site), f"#{talk.number}"
    assert number in found(liis, "zeppelin is:waiting")
    liis.act(talk, "claim")
    assert number in found(liis, "zeppelin is:mine team:frontline")
    assert number in found(jonas, "zeppelin team:customer")
    for asked in ("zeppelin is:waiting", "zeppelin is:mine", "is:bot", "zeppelin team:billing", "is:lost", "team:lost"):
        assert number not in found(jonas, asked), asked


def test_an_agent_finds_only_what_he_may_see(site: RunningSite, talk: Conversation, employ: Employ) -> None:
    """Not another team's, not by its number either; once it is passed on to his team he finds it."""
    liis, pia, number = employ(site), employ(site, teams=("billing",)), f"#{talk.number}"
    assert number not in found(pia, "zeppelin") + found(pia, f"#{talk.number} is:open")
    liis.act(talk, "claim")
    liis.act(talk, "transfer", team="billing", reason="An invoice")
    assert number in found(pia, "zeppelin")
    assert employ(site, Role.EDITOR).http.get("/console/queue", params={"q": "zeppelin"}).status_code == 403


def test_what_was_taken_back_is_not_found(site: RunningSite, meet: Meet, employ: Employ) -> None:
    """A message that its writer changed or withdrew is found by its present words only."""
    anna, liis = meet(site), employ(site)
    talk = hand_over(site, anna, "quuxly I want a human")
    liis.act(talk, "claim")
    heard = anna.read("joined")
    own = next(event.number for event in heard if event.kind == "message" and "quuxly" in event.text)
    anna.post("edits", client_id="e" * 16, message=own, text="garply I want a human")
    anna.read("garply")
    assert f"#{talk.number}" in found(liis, "garply")
    assert f"#{talk.number}" not in found(liis, "quuxly")


def test_whatever_is_typed_is_only_looked_for(site: RunningSite, employ: Employ) -> None:
    """Signs of a query language, emptiness and length break nothing."""
    liis = employ(site)
    for asked in ("%", "' OR 1=1 --", "*", '"', "team:", "is:", "#", "\x00", "a" * 5_000, "x " * 500, "#" + "9" * 12):
        found(liis, asked)


def test_an_erased_customer_is_not_found(serve: Serve, meet: Meet, employ: Employ) -> None:
    """Nothing of his is left among the words."""
    site = serve()
    talk = hand_over(site, meet(site), "zeppelin I want a human")
    admin = employ(site, *Role)
    assert f"#{talk.number}" in found(admin, "zeppelin")
    admin.post("/console/customer/erase", number=str(talk.number), again=str(talk.number))
    assert f"#{talk.number}" not in found(admin, "zeppelin")
    assert site.services.db.read_now(lambda conn: conn.execute(word.select()).all()) == []
