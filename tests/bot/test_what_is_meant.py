"""Which message an event speaks of: where a platform counts messages itself, its numbers are never taken for ours."""

from bot.model import Address, Audience, Author, AuthorKind, Message, MessageKind, Place, PlaceId, PlaceRole
from tests.making import MONDAY, make_conversation

CHAT = Address(channel="telegram", account="1", chat="7")
WEB = Address(channel="web", account="site", chat="anna")


def said(number: int, own_id: str, at: Address) -> Message:
    author = Author(kind=AuthorKind.CUSTOMER, key="anna")
    return Message(
        number=number,
        audience=Audience.CUSTOMER,
        kind=MessageKind.CUSTOMER,
        author=author,
        text=own_id,
        at=MONDAY,
        origin=str(at),
        external_id=own_id,
    )


def test_a_platforms_number_is_none_of_ours() -> None:
    """The platform's fifth message is meant, not the fifth of the conversation; one that nobody knows is none."""
    place = Place(id=PlaceId("c"), role=PlaceRole.CUSTOMER, address=CHAT)
    talk = make_conversation(places=(place,), messages=(said(3, "5", CHAT), said(5, "8", CHAT)))
    meant = talk.find_message("5", str(CHAT))
    assert meant is not None
    assert meant.number == 3
    assert talk.find_message("3", str(CHAT)) is None


def test_elsewhere_a_number_is_ours() -> None:
    """On the web and in the console messages are known by our own numbers, or by what the browser called them."""
    talk = make_conversation(messages=(said(3, "a1", WEB),))
    assert talk.find_message("3", str(WEB)) == talk.find_message("a1", str(WEB)) == talk.messages[0]
