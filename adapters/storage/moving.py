"""A chat that a platform has given another address: everything that stands there moves with it, in one transaction."""

from sqlalchemy import Connection, select, update

from adapters.storage.tables import conversation, place
from bot.model import PlaceRole


def move_chat(conn: Connection, channel: str, old: str, new: str) -> int:
    """Writes the new address of a chat into every place in it; returns how many there were."""
    mine = (place.c.channel == channel, place.c.chat == old)
    talks = select(place.c.conversation).where(*mine)
    conn.execute(update(conversation).where(conversation.c.id.in_(talks)).values(version=conversation.c.version + 1))
    return conn.execute(update(place).where(*mine).values(chat=new)).rowcount


def find_team(conn: Connection, channel: str, chat: str) -> str | None:
    """The team whose desk stands in a chat, as far as a conversation has been there; none if there is no desk."""
    mine = (place.c.channel == channel, place.c.chat == chat, place.c.role == PlaceRole.DESK)
    return conn.execute(select(place.c.team).where(*mine).limit(1)).scalar()
