"""The requests of the chat over a real socket: what is accepted takes effect once and comes back over the stream."""

import pytest

from adapters.storage.visits import read_seen
from tests.running import RunningSite
from tests.web.conftest import Meet, Serve
from tests.web.visiting import messages


def test_a_question_is_answered(site: RunningSite, meet: Meet) -> None:
    """Words go up, and come down again with the greeting before and the answer after them."""
    anna = meet(site)
    assert anna.session["talks"] is False
    assert anna.say("What is my Wi-Fi password?").status_code == 200
    screen = messages(anna.read("Did that help?"))
    assert "support bot" in screen[1]
    assert screen[2] == "What is my Wi-Fi password?"
    assert "sticker" in screen[3]


def test_one_client_id_takes_effect_once(site: RunningSite, meet: Meet) -> None:
    """Sent again, even with other words, the first result stands."""
    anna = meet(site)
    for text in ("hello", "hello", "something else"):
        assert anna.say(text, client_id="same-id-twice").status_code == 200
    anna.say("marker-42")
    screen = messages(anna.read("marker-42"))
    assert [text for text in screen.values() if text in ("hello", "something else")] == ["hello"]


def test_two_visitors_may_choose_the_same_client_id(site: RunningSite, meet: Meet) -> None:
    """Ids are told apart by customer: nobody's message is swallowed by another's."""
    anna, boris = meet(site), meet(site)
    assert anna.say("from anna", client_id="the-same-id").status_code == 200
    assert boris.say("from boris", client_id="the-same-id").status_code == 200
    assert "from anna" in messages(anna.read("from anna")).values()
    assert "from boris" in messages(boris.read("from boris")).values()


def test_nothing_is_stored_before_the_first_message(serve: Serve, meet: Meet) -> None:
    """Sessions and empty streams leave no row."""
    site = serve()
    for _ in range(5):
        meet(site)
    counted = site.services.db.read_now(
        lambda conn: [
            conn.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar()
            for table in ("inbox", "conversation", "customer")
        ]
    )
    assert counted == [0, 0, 0]


def test_a_starter_of_the_greeting_works_before_there_is_a_conversation(site: RunningSite, meet: Meet) -> None:
    """The first press makes the greeting true and is answered."""
    anna = meet(site)
    assert anna.press("start:1").status_code == 200
    screen = messages(anna.read("Did that help?"))
    assert "support bot" in screen[1]


def test_a_person_can_be_asked_for_at_once(site: RunningSite, meet: Meet) -> None:
    """[Talk to a human] is good as the very first thing."""
    anna = meet(site)
    anna.press("human")
    heard = anna.read("passed our whole chat")
    assert heard[-1].data["owner"] in ("queue", "bot")


def test_a_used_button_comes_as_a_new_revision(site: RunningSite, meet: Meet) -> None:
    """After a press the message is shown again at its number, without buttons and with what was chosen."""
    anna = meet(site)
    anna.say("What is my Wi-Fi password?")
    asked = next(event for event in anna.read("Did that help?") if "Did that help?" in event.data.get("html", ""))
    value = asked.button("Yes")
    cursor = f"{asked.data['conversation']}:1"
    for _ in range(3):
        assert anna.press(value).status_code == 200
    shown = [event for event in anna.read("Glad", cursor) if event.kind == "message" and event.number == asked.number]
    assert "<button" not in shown[-1].data["html"]


def test_an_edit_and_a_withdrawal_are_shown(site: RunningSite, meet: Meet) -> None:
    """For five minutes own words can be changed and taken back; everybody sees that they were."""
    anna = meet(site)
    anna.say("marker-one")
    number = next(event for event in anna.read("marker-one") if event.data.get("client")).number
    assert anna.post("edits", client_id="edit-0001", message=number, text="marker-two").status_code == 200
    edited = anna.read("marker-two")
    assert any("edited" in event.data.get("html", "") for event in edited)
    assert anna.post("withdraw", client_id="withdraw-1", message=number).status_code == 200
    withdrawn = anna.read("Message withdrawn", edited[-1].id)
    assert "marker" not in str([event.data for event in withdrawn])


def test_after_five_minutes_words_stand(serve: Serve, meet: Meet) -> None:
    """Later than that a change is refused, and so is one of somebody else's words."""
    site = serve()
    anna = meet(site)
    anna.say("marker-one")
    number = next(event for event in anna.read("marker-one") if event.data.get("client")).number
    for wrong in (1, number + 50):
        refused = anna.post("edits", client_id="edit-0002", message=wrong, text="x")
        assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
    site.clock.turn(minutes=6)
    refused = anna.post("withdraw", client_id="withdraw-2", message=number)
    assert (refused.status_code, refused.json()["code"]) == (409, "too_late")


def test_an_old_token_is_traded_for_a_new_one(serve: Serve, meet: Meet) -> None:
    """After a quarter of an hour the token has run out; the same key gives another for the same customer."""
    site = serve()
    anna = meet(site)
    site.clock.turn(minutes=16)
    assert anna.say("late").json()["code"] == "token_expired"
    again = meet(site, visitor=anna.session["visitor"])
    assert again.session["customer"] == anna.session["customer"]
    assert again.say("late").status_code == 200


def test_messages_survive_a_restart(serve: Serve, meet: Meet) -> None:
    """What was said before the server stopped is there when it is back."""
    first = serve()
    anna = meet(first)
    anna.say("marker-before")
    heard = anna.read("marker-before")
    first.__exit__()
    second = RunningSite(first.data)
    with second:
        again = meet(second, visitor=anna.session["visitor"])
        assert again.session["talks"] is True
        assert messages(heard).items() <= messages(again.read("marker-before")).items()


@pytest.mark.parametrize("path", ["messages", "press", "edits", "withdraw", "typing", "read", "files"])
def test_nothing_is_taken_without_a_token(site: RunningSite, meet: Meet, path: str) -> None:
    """Every request up asks for a token."""
    anna = meet(site)
    del anna.http.headers["Authorization"]
    refused = anna.post(path, client_id="some-id-1", text="x")
    assert (refused.status_code, refused.json()["code"]) == (401, "not_signed_in")


def test_typing_and_reading_are_taken_note_of(site: RunningSite, meet: Meet) -> None:
    """The desk can see both; the typing ends with the words, how far he has read is kept and never goes back."""
    anna = meet(site)
    anna.say("marker")
    conversation = anna.read("marker")[0].data["conversation"]
    assert anna.post("typing").status_code == 200
    assert anna.post("read", conversation=conversation, number=2).status_code == 200
    key = f"web:site:{anna.session['customer']}:"
    assert anna.post("read", conversation=conversation, number=1).status_code == 200
    assert meet(site).post("read", conversation=conversation, number=3).status_code == 200
    assert site.services.db.read_now(lambda conn: read_seen(conn, conversation)) == 2
    assert site.services.signals.is_customer_typing(key, site.clock.now())
    anna.say("Here it is.")
    assert not site.services.signals.is_customer_typing(key, site.clock.now())


def test_a_language_can_be_chosen_by_name(site: RunningSite, meet: Meet) -> None:
    """From then on the bot speaks it, whatever is written; one that the desk does not speak is refused."""
    anna = meet(site)
    assert anna.post("language", client_id="before-it", language="et").status_code == 200
    anna.say("What is my Wi-Fi password?")
    cursor = anna.read("Did that help?")[-1].id
    assert anna.post("language", client_id="language-1", language="et").status_code == 200
    anna.press("human")
    assert messages(anna.read("Andsin kogu vestluse", cursor))
    assert anna.post("language", client_id="language-2", language="xx").json()["code"] == "invalid"


def test_when_too_much_waits_nothing_is_acknowledged(serve: Serve, meet: Meet) -> None:
    """A message that cannot be taken is refused with a time to come back; the same one is taken then."""
    site = serve()
    anna = meet(site)
    waiting = range(10**6, 10**6 + 20_000)
    site.call(lambda: site.services.store.backlog.add(waiting, site.clock.now()))
    refused = anna.say("marker", client_id="later-again")
    assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
    assert int(refused.headers["retry-after"]) >= 1
    site.call(lambda: site.services.store.backlog.remove(waiting))
    assert anna.say("marker", client_id="later-again").status_code == 200
    assert list(messages(anna.read("marker")).values()).count("marker") == 1
