"""One message, one place: what the platform shows, and what the sender is told came of it."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from adapters.desk.view import DeskView
from adapters.standing import Reading
from adapters.telegram.api import Account, Api
from adapters.telegram.pace import Pace
from adapters.telegram.send import CAPABILITIES, TelegramChannel
from bot.model import (
    Address,
    Attachment,
    Audience,
    Author,
    AuthorKind,
    Choice,
    Conversation,
    ConversationId,
    Does,
    Message,
    MessageKind,
    Place,
    PlaceId,
    PlaceRole,
)
from bot.ports import SendClass, Shipment
from tests.fakes.telegram import Chat, FakeTelegram, Fault, FaultKind, Person, TelegramServer
from tests.making import MONDAY, make_agent, make_conversation, make_handoff
from tests.telegram.working import FAST, GROUP, telegram_desk

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100


class Desk:
    """The channel with what it reads, and shipments for it."""

    def __init__(self, channel: TelegramChannel) -> None:
        self.channel = channel
        self.talk = make_conversation(handoff=make_handoff(), wish="my internet is down")
        self.files: dict[str, bytes] = {}

    def shipment(self, address: Address, text: str = "hello", **more: object) -> Shipment:
        """A first post of the bot's."""
        role = PlaceRole.DESK if address.chat.startswith("-") else PlaceRole.CUSTOMER
        message = Message(
            number=5,
            audience=Audience.CUSTOMER,
            kind=MessageKind.ANSWER,
            author=Author(kind=AuthorKind.BOT),
            text=text,
            at=MONDAY,
        )
        return Shipment(
            delivery=1,
            attempt=1,
            conversation=self.talk.id,
            number=self.talk.number,
            language="en",
            place=Place(id=PlaceId("p"), role=role, address=address, team="frontline"),
            message=replace(message, **more),  # type: ignore[arg-type]  # plain fields of a message
            behind_since=MONDAY,
        )

    def card(self, thread: str = "") -> Shipment:
        """The card of the hand-off."""
        return self.shipment(address_of(GROUP, thread), "", kind=MessageKind.CARD, audience=Audience.DESK, number=4)


def address_of(chat: int, thread: str = "") -> Address:
    return Address(channel="telegram", chat=str(chat), thread=thread)


def shown(shipment: Shipment, ids: tuple[str, ...], **changes: object) -> Shipment:
    """The next revision of what stands there."""
    message = replace(shipment.message, revision=2, **changes)  # type: ignore[arg-type]  # plain fields of a message
    return replace(shipment, message=message, external_ids=ids, shown_revision=1)


@pytest.fixture
async def desk(fake: FakeTelegram, server: TelegramServer) -> AsyncIterator[Desk]:
    """The real channel before the fake platform, as fast as it can."""
    api = Api(
        Account(token=fake.token, base_url=f"{server.url}/bot", base_file_url=f"{server.url}/file/bot"),
        request_seconds=1.0,
    )

    async def talk(_: ConversationId) -> Conversation:
        return held.talk

    async def messages(_: ConversationId) -> tuple[Message, ...]:
        return held.talk.messages

    async def open_file(attachment: Attachment) -> bytes | None:
        return held.files.get(attachment.id)

    async def move(old: str, new: str) -> None:
        raise AssertionError(f"{old} has not moved to {new}")

    reading = Reading(
        talk=talk,
        messages=messages,
        view=lambda: DeskView(desk=telegram_desk(), now=MONDAY),
        open_file=open_file,
    )
    held = Desk(TelegramChannel(api, reading, move, Pace(FAST, FAST, FAST)))
    yield held
    await api.close()


@pytest.fixture
def anna(fake: FakeTelegram) -> Person:
    """A customer who has started the bot."""
    person = fake.person("Anna")
    fake.chats[person.id].is_started = True
    return person


@pytest.fixture
def group(fake: FakeTelegram) -> Chat:
    """The agents' group."""
    return fake.forum(GROUP, "Support")


async def test_posts_edits_and_withdraws(desk: Desk, fake: FakeTelegram, anna: Person) -> None:
    """What stands in the chat is always the latest revision."""
    first = desk.shipment(address_of(anna.id), "hello **you**", choices=(Choice(label="Yes", does=Does.YES),))
    result = await desk.channel.send(first)
    assert (result.became, fake.texts(anna), fake.labels(anna)) == (SendClass.SENT, ["hello you"], ["Yes"])
    used = shown(first, result.external_ids, choices=(), chosen="Yes")
    assert (await desk.channel.send(used)).external_ids == result.external_ids
    assert (fake.texts(anna), fake.labels(anna)) == (["hello you\n\n→ Yes"], [])
    assert (await desk.channel.send(used)).became is SendClass.SENT
    gone = await desk.channel.send(shown(first, result.external_ids, withdrawn=True))
    assert (gone.became, fake.texts(anna)) == (SendClass.SENT, [])
    assert (await desk.channel.send(shown(first, result.external_ids, withdrawn=True))).became is SendClass.SENT


async def test_a_long_message_has_parts_that_follow_an_edit(desk: Desk, fake: FakeTelegram, anna: Person) -> None:
    """Missing parts are posted, surplus ones taken away; the buttons stand below the last."""
    first = desk.shipment(address_of(anna.id), "word " * 1_500, choices=(Choice(label="Yes", does=Does.YES),))
    result = await desk.channel.send(first)
    assert len(result.external_ids) == len(fake.texts(anna)) == 2
    assert [bool(m.get("reply_markup")) for m in fake.chats[anna.id].messages.values()] == [False, True]
    shorter = await desk.channel.send(shown(first, result.external_ids, text="short"))
    assert (fake.texts(anna), len(shorter.external_ids)) == (["short"], 1)
    longer = await desk.channel.send(shown(first, shorter.external_ids, text="word " * 2_400))
    assert len(longer.external_ids) == len(fake.texts(anna)) == 3


async def test_what_can_no_longer_be_changed_is_corrected_below(desk: Desk, fake: FakeTelegram, anna: Person) -> None:
    """After two days new words become a line of their own, used-up buttons none; what cannot be deleted is told."""
    first = desk.shipment(address_of(anna.id), "The price is 10", kind=MessageKind.AGENT, author=make_agent("liis"))
    result = await desk.channel.send(first)
    fake.advance(48 * 3600 + 1)
    chosen = await desk.channel.send(shown(first, result.external_ids, chosen="Yes"))
    assert (chosen.became, chosen.external_ids) == (SendClass.SENT, result.external_ids)
    newer = shown(first, result.external_ids, text="The price is 12", former=("The price is 10",))
    edited = await desk.channel.send(newer)
    said = ["Liis: The price is 10", "Liis: Correction: The price is 12"]
    assert (edited.became, fake.texts(anna)) == (SendClass.SENT, said)
    assert edited.external_ids != result.external_ids
    gone = await desk.channel.send(shown(first, result.external_ids, withdrawn=True))
    assert (gone.became, "can't be deleted" in gone.reason) == (SendClass.CONTENT, True)


async def test_a_broken_off_message_goes_on_after_its_last_part(desk: Desk, fake: FakeTelegram, anna: Person) -> None:
    """Nothing that stands there is posted again."""
    first = desk.shipment(address_of(anna.id), "word " * 1_500)
    fake.faults = []
    original = fake.post

    def fail_after_first(chat: Chat, thread: int, content: dict[str, object]) -> dict[str, object]:
        fake.faults.append(Fault(kind=FaultKind.WAIT, method="sendMessage", wait=3))
        fake.post = original  # type: ignore[method-assign]  # the first part only
        return original(chat, thread, content)

    fake.post = fail_after_first  # type: ignore[method-assign]  # a fault between two parts
    result = await desk.channel.send(first)
    assert (result.became, result.wait, len(fake.texts(anna))) == (SendClass.WAIT, 3.0, 1)
    held = await desk.channel.send(first)
    assert (held.became, len(fake.texts(anna))) == (SendClass.WAIT, 1)
    desk.channel.pace = Pace(FAST, FAST, FAST)
    assert (await desk.channel.send(first)).became is SendClass.SENT
    assert len(fake.texts(anna)) == 2


async def test_files_go_before_the_words(desk: Desk, fake: FakeTelegram, anna: Person) -> None:
    """A picture as one, anything else as a document, its caption below, what cannot be had as a line that names it."""
    files = tuple(
        Attachment(id=name, name=name, media_type=kind, size=9, caption=caption)
        for name, kind, caption in (
            ("a.png", "image/png", ""),
            ("b.pdf", "application/pdf", ""),
            ("b.png", "image/png", "The box"),
            ("c.txt", "text/plain", ""),
        )
    )
    desk.files = {"a.png": PNG, "b.pdf": b"%PDF-", "b.png": PNG}
    result = await desk.channel.send(desk.shipment(address_of(anna.id), "look", attachments=files))
    assert (result.became, len(result.external_ids)) == (SendClass.SENT, 5)
    assert fake.texts(anna) == ["<photo>", "<document>", "The box", "📎 c.txt", "look"]


async def test_a_file_of_the_platform_is_passed_on_by_its_id(desk: Desk, fake: FakeTelegram, anna: Person) -> None:
    """It is not fetched and sent again, and shows nobody's name."""
    file = Attachment(id=f"telegram:document:{fake.uploads(b'abc')}", name="x", media_type="", size=3)
    await desk.channel.send(desk.shipment(address_of(anna.id), "", attachments=(file,)))
    assert fake.texts(anna) == ["<document>"]


@pytest.mark.parametrize(
    ("fault", "became"),
    [
        (Fault(kind=FaultKind.ERROR), SendClass.UNSURE),
        (Fault(kind=FaultKind.DONE_BUT_ERROR), SendClass.UNSURE),
        (Fault(kind=FaultKind.DROPPED), SendClass.UNSURE),
        (Fault(kind=FaultKind.HUNG), SendClass.UNSURE),
        (Fault(kind=FaultKind.HTML), SendClass.UNSURE),
        (Fault(kind=FaultKind.EMPTY), SendClass.UNSURE),
        (Fault(kind=FaultKind.ERROR, status=401, description="Unauthorized"), SendClass.ACCOUNT),
        (Fault(kind=FaultKind.ERROR, status=400, description="Bad Request: CHAT NOT FOUND"), SendClass.PLACE_GONE),
        (Fault(kind=FaultKind.ERROR, status=400, description="Bad Request: never heard"), SendClass.CONTENT),
        (Fault(kind=FaultKind.ERROR, status=403, description="Forbidden: user is deactivated"), SendClass.PERSON_GONE),
    ],
    ids=str,
)
async def test_what_becomes_of_a_post(
    desk: Desk, fake: FakeTelegram, anna: Person, fault: Fault, became: SendClass
) -> None:
    """The class of an answer, and never a second request."""
    fake.faults.append(fault)
    assert (await desk.channel.send(desk.shipment(address_of(anna.id)))).became is became
    assert len([call for call in fake.log if call.method == "sendMessage"]) == 1


@pytest.mark.parametrize(
    ("wait", "seconds"), [(7, 7.0), (0, 5.0), (-1, 5.0), (999_999, 900.0), ("Sat, 21 Nov 2026 07:28:00 GMT", 5.0)]
)
async def test_a_wait_is_obeyed_whatever_is_asked(
    desk: Desk, fake: FakeTelegram, anna: Person, wait: object, seconds: float
) -> None:
    """The seconds given, five where they cannot be read, 15 minutes where they are absurd; no request meanwhile."""
    fake.faults.append(Fault(kind=FaultKind.WAIT, wait=wait))
    result = await desk.channel.send(desk.shipment(address_of(anna.id)))
    assert (result.became, result.wait) == (SendClass.WAIT, seconds)
    again = await desk.channel.send(desk.shipment(address_of(anna.id)))
    assert (again.became, len(fake.log)) == (SendClass.WAIT, 1)
    assert 0 < again.wait <= seconds


async def test_somebody_who_blocked_us_is_gone_at_the_first_try(desk: Desk, fake: FakeTelegram, anna: Person) -> None:
    """So is one who never started the bot."""
    fake.chats[anna.id].is_blocked = True
    stranger = fake.person("Boris")
    for person in (anna, stranger):
        result = await desk.channel.send(desk.shipment(address_of(person.id)))
        assert result.became is SendClass.PERSON_GONE


async def test_a_refused_form_goes_once_as_plain_text(desk: Desk, fake: FakeTelegram, anna: Person) -> None:
    """No message is lost to its marks."""
    words = "Bad Request: Can't Parse Entities: unexpected end"
    fake.faults.append(Fault(kind=FaultKind.ERROR, status=400, description=words))
    result = await desk.channel.send(desk.shipment(address_of(anna.id), "**bold** & *italic*"))
    assert (result.became, fake.texts(anna)) == (SendClass.SENT, ["bold & italic"])


async def test_an_unreachable_platform_was_not_written_to(anna: Person, desk: Desk, server: TelegramServer) -> None:
    """A refused connection means that nothing has happened."""
    api = Api(Account(token="1:x", base_url="http://127.0.0.1:9/bot"))
    channel = TelegramChannel(api, Reading(talk=None, messages=None, view=None, open_file=None), None)  # type: ignore[arg-type]  # nothing is read
    assert (await channel.send(desk.shipment(address_of(anna.id)))).became is SendClass.NOT_SENT
    await api.close()


async def test_a_card_opens_its_topic(desk: Desk, fake: FakeTelegram, group: Chat) -> None:
    """Named, with the card pinned in it and its buttons, and the thread is told."""
    result = await desk.channel.send(desk.card())
    [(thread, topic)] = group.topics.items()
    assert (result.became, result.thread) == (SendClass.SENT, str(thread))
    assert topic.name == "● 1042 Anna K. · Customer care"
    assert fake.labels(group) == ["Claim", "More…"]
    assert [str(number) for number in group.pinned] == list(result.external_ids)


async def test_a_topic_that_was_opened_is_kept_if_the_card_fails(desk: Desk, fake: FakeTelegram, group: Chat) -> None:
    """The next try goes on in it."""
    fake.faults.append(Fault(kind=FaultKind.ERROR, method="sendMessage"))
    result = await desk.channel.send(desk.card())
    assert result.became is SendClass.UNSURE
    again = await desk.channel.send(desk.card(result.thread))
    assert (again.became, len(group.topics)) == (SendClass.SENT, 1)


async def test_the_card_follows_the_case(desk: Desk, fake: FakeTelegram, group: Chat) -> None:
    """Claimed it has other buttons, resolved its topic is closed, reopened it is open again."""
    first = await desk.channel.send(desk.card())
    [(thread, topic)] = group.topics.items()
    card = shown(desk.card(first.thread), first.external_ids)
    desk.talk = replace(desk.talk, handoff=make_handoff(agent="liis", agent_name="Liis", claimed_at=MONDAY))
    assert (await desk.channel.send(card)).became is SendClass.SENT
    assert fake.labels(group) == ["Resolve", "Release", "Back to bot", "More…"]
    assert "With Liis" in fake.texts(group, thread)[0]
    desk.talk = replace(desk.talk, closed_at=MONDAY)
    assert (await desk.channel.send(card)).became is SendClass.SENT
    assert (topic.is_open, fake.labels(group)) == (False, ["Reopen", "More…"])
    desk.talk = replace(desk.talk, closed_at=None)
    await desk.channel.send(card)
    assert topic.is_open


async def test_a_deleted_topic_is_opened_anew_once(desk: Desk, fake: FakeTelegram, group: Chat) -> None:
    """With the card in it; if that one goes, too, the place is gone."""
    first = await desk.channel.send(desk.card())
    group.topics.clear()
    line = desk.shipment(address_of(GROUP, first.thread), "are you there?", kind=MessageKind.CUSTOMER)
    result = await desk.channel.send(line)
    [(thread, _)] = group.topics.items()
    assert (result.became, result.thread) == (SendClass.SENT, str(thread))
    assert len(fake.texts(group, thread)) == 2
    group.topics.clear()
    assert (await desk.channel.send(line)).became is SendClass.PLACE_GONE


async def test_a_topic_closed_by_hand_is_opened_to_write(desk: Desk, fake: FakeTelegram, group: Chat) -> None:
    """The customer's words are not lost to it."""
    first = await desk.channel.send(desk.card())
    fake.faults.append(Fault(kind=FaultKind.ERROR, method="sendMessage", status=400, description="TOPIC_CLOSED"))
    group.topics[int(first.thread)].is_open = False
    line = desk.shipment(address_of(GROUP, first.thread), "are you there?", kind=MessageKind.CUSTOMER)
    assert (await desk.channel.send(line)).became is SendClass.SENT
    assert group.topics[int(first.thread)].is_open


async def test_a_lost_card_is_posted_again(desk: Desk, fake: FakeTelegram, group: Chat) -> None:
    """Somebody deleted it; the case goes on with a new one."""
    first = await desk.channel.send(desk.card())
    del group.messages[int(first.external_ids[0])]
    result = await desk.channel.send(shown(desk.card(first.thread), first.external_ids))
    assert result.became is SendClass.SENT
    assert result.external_ids != first.external_ids
    assert len(group.pinned) == 2


async def test_the_transcript_is_one_message_or_a_file(desk: Desk, fake: FakeTelegram, group: Chat) -> None:
    """Whole in either way; a file comes with the last entries beside it."""
    first = await desk.channel.send(desk.card())
    thread = int(first.thread)
    words = desk.shipment(address_of(1), "x").message
    for count, expected in ((3, 2), (400, 4)):
        desk.talk = replace(
            desk.talk, messages=tuple(replace(words, number=n, text=f"line {n} of the talk") for n in range(count))
        )
        transcript = desk.shipment(address_of(GROUP, first.thread), "400", kind=MessageKind.TRANSCRIPT)
        assert (await desk.channel.send(replace(transcript, delivery=count))).became is SendClass.SENT
        assert len(fake.texts(group, thread)) == expected
    [document] = fake.files.values()
    assert b"line 399" in document
    assert b"line 0 " in document


async def test_lines_on_a_desk_say_who_spoke(desk: Desk, fake: FakeTelegram, group: Chat) -> None:
    """Customer, bot, agent elsewhere, note: each is told apart, and an edit shows what was there."""
    first = await desk.channel.send(desk.card())
    at = address_of(GROUP, first.thread)
    customer = Author(kind=AuthorKind.CUSTOMER, key="anna", name="Anna K.")
    lines = (
        {"text": "help <me>", "kind": MessageKind.CUSTOMER, "author": customer},
        {"text": "**Hi**"},
        {"text": "on it", "kind": MessageKind.AGENT, "author": make_agent("liis")},
        {"text": "vip", "kind": MessageKind.NOTE, "author": make_agent("liis")},
        {"text": "new", "former": ("old",), "kind": MessageKind.CUSTOMER, "author": customer},
    )
    for number, line in enumerate(lines, 10):
        await desk.channel.send(replace(desk.shipment(at, **line), delivery=number))  # type: ignore[arg-type]  # plain fields
    assert fake.texts(group, int(first.thread))[1:] == [
        "◦ Anna K.: help <me>",
        "▪ Hi",
        "● Liis: on it",
        "🔒 Liis · Note: vip",
        "◦ Anna K.: old\n✎ new",
    ]


async def test_a_group_without_topics_is_no_desk(desk: Desk, group: Chat) -> None:
    """The card has nowhere to go, so the console alone has it."""
    group.is_forum = False
    assert (await desk.channel.send(desk.card())).became is SendClass.PLACE_GONE


def test_capabilities_are_those_of_the_platform() -> None:
    """Buttons, edits and deletes, typing; a first post in doubt cannot be looked up."""
    can = CAPABILITIES
    assert (can.buttons, can.edit, can.delete, can.verify, can.typing, can.text_limit) == (
        10,
        True,
        True,
        False,
        True,
        4_096,
    )
