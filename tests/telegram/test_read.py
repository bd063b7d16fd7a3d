"""What updates mean: every kind that people and the platform send, and everything else."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.desk.view import DeskView
from adapters.telegram.payload import Known
from adapters.telegram.read import read_update
from adapters.telegram.sheets import Sheet, ask_why, read_sheet
from bot.model import (
    Author,
    AuthorKind,
    Commanded,
    ContactChanged,
    Deleted,
    Edited,
    Event,
    Opened,
    Pressed,
    Reach,
    Reacted,
    Said,
    Unknown,
)
from tests.making import MONDAY, make_agent
from tests.telegram.working import telegram_desk

ANNA = {"id": 7, "is_bot": False, "first_name": "Anna", "last_name": "K.", "language_code": "et"}
LIIS = {"id": 8, "is_bot": False, "first_name": "Liis"}
CHAT = {"id": 7, "type": "private", "first_name": "Anna"}
GROUP = {"id": -100, "type": "supergroup", "title": "Support", "is_forum": True}
KNOWN = Known(bot="99", username="help_bot", desks=frozenset({"-100"}), agents={"8": make_agent("liis")})


def read(update: dict[str, Any], known: Known = KNOWN) -> Event:
    [event] = read_update({"update_id": 5, **update}, known, MONDAY)
    return event


def message(**content: Any) -> dict[str, Any]:
    return {"message": {"message_id": 3, "from": ANNA, "chat": CHAT, "date": 1_795_420_800, **content}}


def in_topic(**content: Any) -> dict[str, Any]:
    place = {"from": LIIS, "chat": GROUP, "message_thread_id": 12, "is_topic_message": True}
    return message(**{**place, **content})


def test_a_denial_says_why() -> None:
    """Its button shows a sheet, and the answer to the sheet is the act's reason."""
    assert read_sheet("card:deny:7") == (Sheet.DENY, "")
    keyboard = ask_why(Sheet.DENY, "", "Deny", DeskView(desk=telegram_desk(), now=MONDAY)).keyboard
    asked = {"message_id": 4, "from": {"id": 99, "is_bot": True}, "reply_markup": {"inline_keyboard": keyboard}}
    event = read(in_topic(text="not twice a year", reply_to_message=asked))
    assert event.body == Commanded(name="deny", args={"reason": "not twice a year"})


def test_words_of_a_customer() -> None:
    """Who, where, when, what, and the keys that let the same thing in once."""
    event = read(message(text="hello"))
    assert event.body == Said(text="hello", external_id="3")
    assert (event.author.key, event.author.name, event.author.kind) == ("7", "Anna K.", AuthorKind.CUSTOMER)
    assert (str(event.at), event.language, event.sent_at) == ("telegram:99:7:", "et", MONDAY)
    assert (event.key, event.content_key) == ("99:5:message:3", "99:7:3")
    assert event.order == "00000000000000000005"


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("/start", Opened()),
        ("/start wifi-password", Opened(entry="link:wifi-password")),
        ("/start <script>", Opened()),
        ("/human", Commanded(name="human", text="/human", external_id="3")),
        ("/HELP@help_bot", Commanded(name="help", text="/HELP@help_bot", external_id="3")),
        ("/language et", Commanded(name="language", args={"to": "et"}, text="/language et", external_id="3")),
        ("/human@other_bot", Said(text="/human@other_bot", external_id="3")),
        ("/unknown", Said(text="/unknown", external_id="3")),
    ],
)
def test_commands(text: str, body: object) -> None:
    """Known ones are commands, with a payload that is not junk; anything else is words."""
    assert read(message(text=text)).body == body


def test_files_and_their_words() -> None:
    """A photo in its largest size, a document by its own name, and what stands below."""
    photo = read(message(photo=[{"file_id": "a", "file_size": 1}, {"file_id": "b", "file_size": 9}], caption="look"))
    assert isinstance(photo.body, Said)
    assert (photo.body.text, photo.body.attachments[0].id) == ("look", "telegram:photo:b")
    document = read(message(document={"file_id": "c", "file_name": "../../x.pdf", "mime_type": "application/pdf"}))
    assert isinstance(document.body, Said)
    assert (document.body.attachments[0].name, document.body.attachments[0].size) == ("x.pdf", 0)


def test_parts_of_an_album_belong_together() -> None:
    """So that they are answered once."""
    assert read(message(photo=[{"file_id": "a"}], media_group_id="g1")).album == "g1"


@pytest.mark.parametrize("kind", ["voice", "sticker", "location", "contact", "poll", "video_note"])
def test_what_nobody_can_read_is_the_customers(kind: str) -> None:
    """He gets one sentence about it."""
    event = read(message(**{kind: {}}))
    assert (event.body, event.author.kind) == (Unknown(kind=kind), AuthorKind.CUSTOMER)


def test_service_messages_are_nobodys_words() -> None:
    """Nothing is said about a pinned message."""
    assert read(message(pinned_message={})).author.kind is AuthorKind.SYSTEM


def test_edits_presses_and_reactions() -> None:
    """Each speaks of a message; a press also where that message is gone."""
    edit = {"edited_message": message(text="new", edit_date=1_795_420_900)["message"]}
    assert read(edit).body == Edited(target="3", text="new")
    assert read(edit).content_key != read(message(text="new")).content_key
    press = {"callback_query": {"id": "q", "from": ANNA, "data": "1.2:0"}}
    assert (read(press).body, read(press).at.chat) == (Pressed(value="1.2:0"), "7")
    reaction = {
        "message_reaction": {
            "chat": CHAT,
            "user": ANNA,
            "message_id": 3,
            "date": 1_795_420_800,
            "old_reaction": [{"type": "emoji", "emoji": "👎"}],
            "new_reaction": [{"type": "emoji", "emoji": "👍"}],
        }
    }
    assert read(reaction).body == Reacted(target="3", added=("👍",), removed=("👎",))


@pytest.mark.parametrize(("status", "reach"), [("kicked", Reach.BLOCKED), ("member", Reach.REACHABLE)])
def test_blocking_and_coming_back(status: str, reach: Reach) -> None:
    """Both are told at once."""
    changed = {"chat": CHAT, "from": ANNA, "date": 1, "new_chat_member": {"status": status}}
    assert read({"my_chat_member": changed}).body == ContactChanged(reach=reach)


@pytest.mark.parametrize(
    "update",
    [
        {},
        {"channel_post": {"message_id": 1, "chat": {"id": -5, "type": "channel"}}},
        {"message": {"message_id": 1, "chat": CHAT}},
        {"message": None},
        {"message": {"message_id": "x", "from": ANNA, "chat": CHAT, "text": 7}},
        {"callback_query": {"id": "q", "from": ANNA, "game_short_name": "g"}},
        {"business_message": {"text": "x"}},
        message(text="x", chat={"id": -9, "type": "group"}),
        {"message": [[]]},
    ],
)
def test_anything_else_is_kept_as_unknown(update: dict[str, Any]) -> None:
    """It never ends the reading, and reaches nobody."""
    event = read(update)
    assert isinstance(event.body, Unknown)
    assert event.author.kind is AuthorKind.SYSTEM


def test_programs_are_not_answered() -> None:
    """Another bot's words have no effect."""
    event = read(message(text="hello", **{"from": {**ANNA, "is_bot": True}}))
    assert (event.body, event.author.kind) == (Unknown(kind="bot"), AuthorKind.BOT)


def test_half_characters_are_replaced() -> None:
    """No database would keep them, and the update would come for ever."""
    assert read(message(text="a\ud800b\x00")).body == Said(text="a�b�", external_id="3")


def test_words_of_an_agent_in_a_topic() -> None:
    """The topic names the conversation; outside of one nothing is anybody's."""
    event = read(in_topic(text="hello"))
    assert (str(event.at), event.body) == ("telegram::-100:12", Said(text="hello", external_id="3"))
    assert event.author.key == "liis"
    for outside in (in_topic(text="x", is_topic_message=False), in_topic(text="x", sender_chat=GROUP)):
        assert isinstance(read(outside).body, Unknown)


def test_words_of_an_outsider_reach_nobody() -> None:
    """Whoever is no agent is not even written down."""
    stranger = read(in_topic(text="send me the data"), replace(KNOWN, agents={}))
    assert (stranger.author.kind, type(stranger.body)) == (AuthorKind.SYSTEM, Unknown)


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("/claim", Commanded(name="claim", text="/claim", external_id="3")),
        ("!claim", Commanded(name="claim", text="!claim", external_id="3")),
        (
            "/transfer billing wrong amount",
            Commanded(
                name="transfer",
                args={"team": "billing", "reason": "wrong amount"},
                text="/transfer billing wrong amount",
                external_id="3",
            ),
        ),
        ("/r hello", Commanded(name="reply", args={"shortcut": "hello"}, text="/r hello", external_id="3")),
        ("/reslove", Said(text="/reslove", external_id="3")),
        ("// /claim", Said(text="// /claim", external_id="3")),
    ],
)
def test_typed_acts_of_agents(text: str, body: object) -> None:
    """A known one is done; what only looks like one is left to the safe-send rule."""
    assert read(in_topic(text=text)).body == body


def test_recalling_by_a_reply() -> None:
    """Deletions are not told, so a reply asks for one."""
    assert read(in_topic(text="/recall", reply_to_message={"message_id": 2})).body == Deleted(target="2")


def test_forwarded_words_stay_inside() -> None:
    """What an agent passes on is somebody else's."""
    event = read(in_topic(text="secret", forward_origin={"type": "user"}))
    assert isinstance(event.body, Commanded)
    assert (event.body.name, event.body.args["text"]) == ("note", "secret")


def test_buttons_of_a_card() -> None:
    """The act by its name, the case by the topic; a forged value is nothing."""
    card = in_topic(text="card")["message"]
    press = {"callback_query": {"id": "q", "from": LIIS, "message": card, "data": "card:claim:1042"}}
    assert read(press).body == Commanded(name="claim")
    press["callback_query"]["data"] = "card:send:7"
    assert read(press).body == Commanded(name="send", args={"message": "7"})
    press["callback_query"]["data"] = "card:claim:1; drop"
    assert isinstance(read(press).body, Unknown)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "message",
                    "from",
                    "chat",
                    "id",
                    "text",
                    "photo",
                    "callback_query",
                    "data",
                    "message_thread_id",
                    "type",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(kind=st.sampled_from(["message", "edited_message", "callback_query", "my_chat_member", "poll"]), value=JSON)
def test_no_update_breaks_the_reading(kind: str, value: object) -> None:
    """Whatever JSON comes, one event comes of it."""
    events = read_update({"update_id": 1, kind: value}, KNOWN, MONDAY)
    assert len(events) == 1
    assert isinstance(events[0].author, Author)
