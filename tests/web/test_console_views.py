"""What the console shows, without a server: the queue's order, who may see what, and the words around it."""

import hashlib
import re
from datetime import timedelta

import pytest
from starlette.requests import Request

from adapters.desk.formats import age_of, initials_of, language_name
from adapters.desk.lines import View, build_queue
from adapters.desk.reader import Reader
from adapters.desk.scope import is_in_scope
from adapters.web.console.messages import ShownMessage
from adapters.web.console.pages import KEY_HELP, STATIC, WEB
from adapters.web.console.rights import Right, may
from adapters.web.console.settings import LANGUAGES, go_back, read_settings
from adapters.web.console.talks import build_talk, pick_news, unseen_by_agent
from bot.model import (
    BOT,
    Attachment,
    Audience,
    Author,
    AuthorKind,
    Because,
    Conversation,
    ConversationId,
    Message,
    MessageKind,
    Role,
)
from config.values import Priority
from tests.desks import isp_desk
from tests.making import MONDAY, claimed_by, make_agent, make_conversation, make_handoff

ANNA = Author(kind=AuthorKind.CUSTOMER, key="anna", name="Anna K.")


def reader(agent: Author | None = None, language: str = "en") -> Reader:
    """An agent in front of the example desk."""
    return Reader(agent=agent or make_agent(), desk=isp_desk(), language=language, now=MONDAY)


def waiting(number: int, priority: Priority, minutes: int) -> Conversation:
    """A conversation that has been waiting for so many minutes."""
    return make_conversation(
        id=ConversationId(f"{number:032x}"),
        number=number,
        handoff=make_handoff(priority=priority),
        customer_at=MONDAY - timedelta(minutes=minutes),
    )


def said(number: int, kind: MessageKind, author: Author, text: str = "Hello", version: int = 1) -> Message:
    """One message."""
    return Message(
        number=number,
        audience=Audience.CUSTOMER,
        kind=kind,
        author=author,
        text=text,
        at=MONDAY,
        version=version,
    )


def shown(message: Message, agent: Author | None = None) -> ShownMessage:
    """One message as an agent sees it."""
    return build_talk(make_conversation(handoff=make_handoff()), [message], {}, reader(agent)).messages[0]


def test_the_most_urgent_stands_first() -> None:
    """By priority, then by who has waited longest; who waits for the customer comes after, closed ones last."""
    talks = [
        make_conversation(number=1, closed_at=MONDAY),
        make_conversation(number=2, handoff=claimed_by("liis"), agent_spoke_last=True),
        waiting(3, Priority.NORMAL, 5),
        waiting(4, Priority.NORMAL, 50),
        waiting(5, Priority.URGENT, 1),
        waiting(6, Priority.LOW, 90),
    ]
    queue = build_queue(talks, View.ALL, "", reader())
    assert [line.number for line in queue.lines] == [5, 4, 3, 6, 2, 1]


def test_each_view_holds_its_own() -> None:
    """Mine, unassigned and team are told apart by who has the conversation."""
    talks = [
        make_conversation(number=1, handoff=claimed_by("liis")),
        make_conversation(number=2, handoff=claimed_by("jonas")),
        waiting(3, Priority.NORMAL, 5),
        make_conversation(number=4),
    ]
    numbers = {
        view: {line.number for line in build_queue(talks, view, "", reader()).lines}
        for view in (View.MINE, View.UNASSIGNED, View.TEAM, View.ALL)
    }
    assert numbers == {View.MINE: {1}, View.UNASSIGNED: {3}, View.TEAM: {1, 2, 3}, View.ALL: {1, 2, 3, 4}}


@pytest.mark.parametrize(
    ("roles", "teams", "handoff", "sees"),
    [
        ((Role.AGENT,), (), make_handoff(), True),
        ((Role.AGENT,), ("frontline",), make_handoff(), True),
        ((Role.AGENT,), ("billing",), make_handoff(), False),
        ((Role.AGENT,), ("billing",), claimed_by("liis"), True),
        ((Role.AGENT,), ("billing",), None, False),
        ((Role.AGENT,), (), None, True),
        ((Role.SUPERVISOR,), ("billing",), None, True),
        ((Role.SUPERVISOR,), ("billing",), make_handoff(), False),
        ((Role.EDITOR,), (), make_handoff(), False),
        ((Role.ADMIN,), (), make_handoff(), False),
    ],
)
def test_who_sees_a_conversation(roles: tuple[Role, ...], teams: tuple[str, ...], handoff: object, sees: bool) -> None:
    """Own ones always, those of the own teams, the bot's only with a view over all; editors and admins none."""
    agent = make_agent("liis", *roles, teams=teams)
    assert is_in_scope(agent, make_conversation(handoff=handoff)) is sees


def test_a_right_that_nobody_was_given_is_nobodys() -> None:
    """Without roles there is nothing but the door, and no role holds more than its line says."""
    assert [right for right in Right if may((), right)] == [Right.ANYBODY]
    assert not may((Role.EDITOR, Role.ADMIN), Right.WORK)
    assert not may((Role.AGENT, Role.EDITOR), Right.OPERATE)


def test_news_are_what_the_browser_lacks() -> None:
    """New messages, and of the old ones only those that have changed since."""
    messages = [said(1, MessageKind.CUSTOMER, ANNA, version=7), said(2, MessageKind.CUSTOMER, ANNA, version=2)]
    messages.append(said(3, MessageKind.AGENT, make_agent(), version=8))
    news = pick_news(build_talk(make_conversation(version=8), messages, {}, reader()), 5, 2)
    assert [message.number for message in news.fresh] == [3]
    assert [message.number for message in news.changed] == [1]


def test_only_the_customers_words_must_be_seen() -> None:
    """A colleague's note or the bot's line hold no reply back; an edit by the customer does."""
    messages = [said(1, MessageKind.CUSTOMER, ANNA, version=3), said(2, MessageKind.NOTE, make_agent(), version=9)]
    assert not unseen_by_agent(messages, 3)
    assert unseen_by_agent(messages, 2)


def test_the_bots_words_carry_their_confidence() -> None:
    """An answer shows how sure the bot was and can be asked why; a person's words show neither."""
    because = Because(rule="knowledge", article="wifi-password", confidence=0.871)
    answer = Message(
        number=1,
        audience=Audience.CUSTOMER,
        kind=MessageKind.ANSWER,
        author=BOT,
        text="*Hi*",
        at=MONDAY,
        because=because,
    )
    assert (shown(answer).look, shown(answer).confidence, shown(answer).has_why) == ("answer", 87, True)
    assert "<em>Hi</em>" in shown(answer).html
    person = shown(said(1, MessageKind.CUSTOMER, ANNA, "*Hi*"))
    assert (person.look, person.confidence, person.has_why) == ("customer", 0, False)
    assert "*Hi*" in person.html


def test_only_own_messages_can_be_changed() -> None:
    """A colleague's words, the customer's and what was withdrawn have no edit."""
    own = said(1, MessageKind.AGENT, make_agent("liis"))
    assert shown(own, make_agent("liis")).can_edit
    assert not shown(own, make_agent("jonas")).can_edit
    assert not shown(said(1, MessageKind.CUSTOMER, ANNA), make_agent("liis")).can_edit


def test_what_the_customer_changed_keeps_its_original() -> None:
    """An edit shows what stood there before; a withdrawn message shows nothing of its own any more."""
    edited = Message(
        number=1,
        audience=Audience.CUSTOMER,
        kind=MessageKind.CUSTOMER,
        author=ANNA,
        text="new",
        former=("old",),
        at=MONDAY,
    )
    assert shown(edited).former == ("old",)
    assert shown(edited).edited == "edited by the customer"


def test_files_of_the_desk_and_of_customers_have_their_own_addresses() -> None:
    """A picture of an article comes from the desk folder, a customer's file only through his conversation."""
    files = (
        Attachment(id="kb:media/router.png", name="router.png", media_type="image/png", size=0),
        Attachment(id="f" * 32, name="bill.pdf", media_type="application/pdf", size=2048),
    )
    message = Message(
        number=1,
        audience=Audience.CUSTOMER,
        kind=MessageKind.ANSWER,
        author=BOT,
        text="Look",
        at=MONDAY,
        attachments=files,
    )
    picture, bill = shown(message).files
    assert picture.href == "/media/router.png"
    assert picture.is_picture
    assert bill.href == f"/console/c/{'c' * 32}/files/{'f' * 32}"
    assert bill.size == "2 KB"


@pytest.mark.parametrize(
    ("back", "leads"),
    [
        ("/console/c/1?view=mine", "/console/c/1?view=mine"),
        ("https://evil.example", "/console"),
        ("//evil.example", "/console"),
        ("/consoles", "/console"),
        ("/console/\r\nSet-Cookie: a=b", "/console"),
        ("", "/console"),
    ],
)
def test_a_form_leads_only_into_the_console(back: str, leads: str) -> None:
    """Wherever a form says it came from, nobody is sent to another site."""
    assert go_back({"back": back}).headers["location"] == leads


@pytest.mark.parametrize(
    ("accepted", "cookie", "language"),
    [("et-EE,en;q=0.8", "", "et"), ("de,fr", "", "en"), ("ru", "lt", "lt"), ("ru", "xx", "ru"), ("", "", "en")],
)
def test_the_language_is_chosen_or_the_browsers(accepted: str, cookie: str, language: str) -> None:
    """What the agent has chosen goes before what his browser prefers, and that before the desk's own."""
    headers = [(b"accept-language", accepted.encode()), (b"cookie", f"firstline-language={cookie}".encode())]
    request = Request({"type": "http", "headers": headers})
    assert read_settings(request, "en").language == language


def test_every_phrase_of_the_console_exists() -> None:
    """Each key that a template or a module names is there in all six languages."""
    sources = [*(WEB / "templates" / "console").iterdir(), *(WEB / "console").glob("*.py")]
    named = {key for path in sources for key in re.findall(r'"(console_[a-z_]*[a-z])"', path.read_text())}
    named |= {key for _, key in KEY_HELP}
    phrases = isp_desk().phrases
    missing = {key for key in named if not {*LANGUAGES} <= set(phrases.text(key).wordings)}
    assert len(named) > 100
    assert missing == set()


def test_htmx_is_the_one_we_say() -> None:
    """The script of others is unchanged: its sum is the one that stands beside it."""
    told = re.search(r"`([0-9a-f]{64})`", (STATIC / "vendor" / "README.md").read_text())
    assert told
    assert hashlib.sha256((STATIC / "vendor" / "htmx.min.js").read_bytes()).hexdigest() == told[1]


def test_small_words() -> None:
    """Names, ages and languages as they are written in the console."""
    assert [initials_of(name) for name in ("Anna Kask", "Мария", "", "(??)", "Rūta Ona Ka")] == [
        "AK",
        "М",
        "?",
        "?",
        "RK",
    ]
    assert age_of(MONDAY - timedelta(minutes=4), MONDAY, "en") == "4m"
    assert age_of(MONDAY + timedelta(minutes=4), MONDAY, "en") == "0s"
    assert language_name("et", "lt") == "Estų"
    assert language_name("xx-nonsense", "en") == "xx-nonsense"
