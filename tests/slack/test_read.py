"""What each payload of Slack's becomes: one event, an unknown one, or none."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.slack.payload import Known, read_mrkdwn
from adapters.slack.read import read_payload
from bot.model import (
    Author,
    AuthorKind,
    Body,
    Commanded,
    Deleted,
    Edited,
    Event,
    Opened,
    Pressed,
    Reacted,
    Said,
    Trust,
    Unknown,
)

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
LIIS = Author(kind=AuthorKind.AGENT, key="a1", name="Liis", trust=Trust.KNOWN)
KNOWN = Known(
    team="T1",
    user="U0BOT",
    bot="B0BOT",
    app="A1",
    desks=frozenset({"C0DESK"}),
    agents={"ULIIS": LIIS},
    names={"UANNA": "Anna"},
    direct="DANNA",
)
TS = "1795420804.000100"


def envelope(event: dict[str, Any], **also: object) -> dict[str, Any]:
    """An event as the platform wraps it."""
    return {"type": "event_callback", "team_id": "T1", "api_app_id": "A1", "event_id": "Ev1", "event": event, **also}


def message(text: str = "hi", **also: object) -> dict[str, Any]:
    """A message in Anna's direct chat."""
    event = {"type": "message", "channel": "DANNA", "channel_type": "im", "user": "UANNA", "text": text, "ts": TS}
    return {**event, "event_ts": TS, **also}


def desk(text: str, **also: object) -> dict[str, Any]:
    """Words of an agent in the thread of a card."""
    return message(text, channel="C0DESK", channel_type="channel", user="ULIIS", thread_ts="1795420000.000000", **also)


def read(payload: dict[str, Any], known: Known = KNOWN) -> list[Event]:
    """The events of a payload."""
    return read_payload(payload, known, NOW)


def body_of(event: dict[str, Any]) -> Body:
    """What the only event of a wrapped one says."""
    (found,) = read(envelope(event))
    return found.body


@pytest.mark.parametrize("subtype", [None, "file_share", "thread_broadcast", "me_message"])
def test_somebodys_words_are_a_message(subtype: str | None) -> None:
    """Whatever kind of message a person has written, with keys that name it and its place in the order."""
    (event,) = read(envelope(message("pay &lt;now&gt;", subtype=subtype)))
    assert event.body == Said(text="pay <now>", external_id=TS)
    assert (event.at.account, event.at.chat, event.at.thread) == ("T1", "DANNA", "")
    assert event.author == Author(kind=AuthorKind.CUSTOMER, key="UANNA", name="Anna", trust=Trust.KNOWN)
    assert (event.key, event.content_key, event.order) == (
        "Ev1",
        f"T1:DANNA:{TS}",
        "00000000001795420804.000100000",
    )


@pytest.mark.parametrize("subtype", ["channel_join", "bot_message", "pinned_item", "brand_new"])
def test_what_nobody_has_written_is_unknown(subtype: str) -> None:
    """Other subtypes are kept and counted, and never answered."""
    assert isinstance(body_of(message(subtype=subtype)), Unknown)


@pytest.mark.parametrize("own", [{"user": "U0BOT"}, {"bot_id": "B0BOT"}, {"app_id": "A1", "bot_id": "B9"}])
def test_our_own_words_come_back_to_nobody(own: dict[str, str]) -> None:
    """They are dropped by user, by bot and by app."""
    assert read(envelope(message(**own))) == []


def test_another_programs_words_are_never_answered() -> None:
    """They are kept as those of a bot."""
    (event,) = read(envelope(message(bot_id="B9")))
    assert (event.author.kind, type(event.body)) == (AuthorKind.BOT, Unknown)


@pytest.mark.parametrize("foreign", [{"team_id": "T2"}, {"api_app_id": "A2"}])
def test_what_is_not_for_us_leaves_nothing(foreign: dict[str, str]) -> None:
    """Another workspace or app gives no event at all."""
    assert read(envelope(message()) | foreign) == []


def test_a_thread_in_the_direct_chat_is_a_conversation_of_its_own() -> None:
    """It is named by its root."""
    (event,) = read(envelope(message(thread_ts="1795420000.000000")))
    assert event.at.thread == "1795420000.000000"


def test_a_mention_begins_a_conversation_in_its_thread_once() -> None:
    """It comes as message and as mention; the content key lets one through, and the mention is no part of the text."""
    said = message("<@U0BOT> my bill", channel="C1", channel_type="channel")
    events = [*read(envelope(said)), *read(envelope({**said, "type": "app_mention"}, event_id="Ev2"))]
    assert {event.content_key for event in events} == {f"T1:C1:{TS}"}
    assert [event.body for event in events] == [Said(text="my bill", external_id=TS)] * 2
    assert {event.at.thread for event in events} == {TS}


def test_in_a_channel_only_the_customer_is_answered() -> None:
    """Others in his thread, and talk without a mention, are kept and not answered."""
    assert isinstance(body_of(message(channel="C1", channel_type="channel")), Unknown)
    in_thread = message(channel="C1", channel_type="channel", thread_ts="1.2")
    known = Known(team="T1", user="U0BOT", customers={"C1:1.2": "UANNA"})
    (his,) = read(envelope(in_thread), known)
    (other,) = read(envelope({**in_thread, "user": "UOTHER"}), known)
    assert (type(his.body), type(other.body)) == (Said, Unknown)


def test_an_edit_is_one_only_if_the_words_differ() -> None:
    """Slack tells of an unfolded link in the same way."""
    former = message("helo")
    changed = {"type": "message", "subtype": "message_changed", "channel": "DANNA", "channel_type": "im", "ts": "9.9"}
    edited = {**former, "text": "hello", "edited": {"user": "UANNA", "ts": "1795420900.000000"}}
    assert body_of({**changed, "message": edited, "previous_message": former}) == Edited(target=TS, text="hello")
    unfolded = {**former, "attachments": [{}]}
    assert isinstance(body_of({**changed, "message": unfolded, "previous_message": former}), Unknown)
    deleted = {**changed, "subtype": "message_deleted", "deleted_ts": TS, "previous_message": former}
    assert body_of(deleted) == Deleted(target=TS)


def test_a_reaction_is_told_in_signs() -> None:
    """A thumb is the one that everybody knows."""
    event = {"type": "reaction_added", "user": "UANNA", "reaction": "+1::skin-tone-2", "event_ts": TS}
    event["item"] = {"type": "message", "channel": "DANNA", "ts": TS}  # type: ignore[assignment]  # a payload
    assert body_of(event) == Reacted(target=TS, added=("👍",))


def press(value: str, **also: Any) -> dict[str, Any]:
    """A press as the platform tells it."""
    action = {"type": "button", "action_id": "press:1:0", "value": value, "action_ts": TS}
    payload = {"type": "block_actions", "team": {"id": "T1"}, "api_app_id": "A1", "user": {"id": "UANNA"}}
    return {**payload, "channel": {"id": "DANNA"}, "message": {"ts": TS}, "actions": [action], **also}


def test_a_press_is_told_with_its_value() -> None:
    """Its key names who pressed what and when, so that a repeat counts once; a link is no press."""
    (event,) = read(press("1.2:0"))
    assert (event.body, event.key) == (Pressed(value="1.2:0"), f"T1:UANNA:{TS}:press:1:0")
    assert read(press("", actions=[{"type": "button", "action_id": "link:1:0", "action_ts": TS}])) == []


def test_a_cards_button_is_an_act_in_its_thread() -> None:
    """Of an agent; anybody else's press is nothing."""
    (event,) = read(press("card:again:7", user={"id": "ULIIS"}, channel={"id": "C0DESK"}))
    assert (event.at.thread, event.author, event.body) == (TS, LIIS, Commanded(name="again", args={"delivery": "7"}))
    assert read(press("card:claim:1", channel={"id": "C0DESK"})) == []


@pytest.mark.parametrize(
    ("text", "name", "args"),
    [
        ("!claim", "claim", {}),
        ("!transfer billing he asks for it", "transfer", {"team": "billing", "reason": "he asks for it"}),
        ("!r hello", "reply", {"shortcut": "hello"}),
    ],
)
def test_a_typed_command_is_an_act(text: str, name: str, args: dict[str, str]) -> None:
    """In the thread of a card, with what it needs."""
    found = body_of(desk(text))
    assert isinstance(found, Commanded)
    assert (found.name, found.args) == (name, args)


def test_on_a_desk_only_agents_in_a_thread_are_heard() -> None:
    """Words at the top of the channel and those of strangers become nothing that could reach anybody."""
    assert body_of(desk("hello")) == Said(text="hello", external_id=TS, reply_to="1795420000.000000")
    assert isinstance(body_of({**desk("hello"), "user": "UANNA"}), Unknown)
    top = desk("hello")
    del top["thread_ts"]
    assert isinstance(body_of(top), Unknown)


def test_a_slash_command_is_answered_in_the_direct_chat() -> None:
    """With words it is a message, with a known word a command, alone it opens the talk."""
    given = {"command": "/support", "team_id": "T1", "api_app_id": "A1", "user_id": "UANNA", "trigger_id": "1.T1"}
    bodies = [read({**given, "text": text})[0].body for text in ("my bill", "human", "")]
    assert [type(body) for body in bodies] == [Said, Commanded, Opened]


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("<@UANNA> hi", "@Anna hi"),
        ("<#C1|general>", "#general"),
        ("<https://a.example|a.example>", "a.example"),
        ("<https://a.example/x|here>", "here (https://a.example/x)"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("<!here> <!date^1^{date}|today>", "here today"),
        ("&amp;lt; *bold*", "&lt; *bold*"),
    ],
)
def test_words_are_read_as_plain_text(raw: str, plain: str) -> None:
    """Signs are decoded once, links and names are read, marks stay as typed."""
    assert read_mrkdwn(raw, KNOWN.names) == plain


def test_words_in_blocks_count_where_there_is_no_text() -> None:
    """A message without a text has those of its blocks."""
    element = {
        "type": "rich_text_section",
        "elements": [{"type": "text", "text": "my "}, {"type": "text", "text": "bill"}],
    }
    said = body_of(message("", blocks=[{"type": "rich_text", "elements": [element]}]))
    assert said == Said(text="my bill", external_id=TS)


@pytest.mark.parametrize(
    "broken", [{"ts": "x"}, {"channel": 7}, {"text": 7}, {"files": 3}, {"user": ["U"]}, {"thread_ts": {}}, {"ts": None}]
)
def test_what_cannot_be_read_is_kept_as_unknown(broken: dict[str, Any]) -> None:
    """Never an error: it would come again for ever."""
    events = read(json.loads(json.dumps(envelope(message(**broken)))))
    assert all(isinstance(event.body, Unknown | Said) for event in events)
