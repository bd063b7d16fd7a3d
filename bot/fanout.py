"""Where a message is to be seen: the rule that makes deliveries out of messages and places.

Pure. The storage applies it in the same transaction that stores the Turn; the sender then closes the differences.
"""

from dataclasses import replace

from bot.model import Audience, Message, Place, PlaceRole


def stands_in(message: Message, place: Place) -> bool:
    """Whether a message belongs into a place: a customer sees what is for him, a desk everything from `since` on."""
    if not place.live or message.number < place.since:
        return False
    return place.role is PlaceRole.DESK or message.audience is Audience.CUSTOMER


def is_origin(message: Message, place: Place) -> bool:
    """Whether a person wrote the message in this very place, so that it is there already."""
    return bool(message.origin) and message.origin == str(place.address)


def as_seen_in(message: Message, place: Place) -> Message:
    """The message as a place may show it: what is no longer for the customer is withdrawn there, without its words."""
    if place.role is PlaceRole.DESK or (message.audience is Audience.CUSTOMER and not message.withdrawn):
        return message
    return replace(message, withdrawn=True, text="", former=(), choices=(), attachments=())
