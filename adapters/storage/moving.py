"""A chat that a platform has given another address: everything that stands there moves with it, in one transaction."""

from sqlalchemy import Connection, select, update

from adapters.storage.tables import conversation, place


def move_chat(conn: Connection, channel: str, old: str, new: str) -> int:
    """Writes the new address of a chat into every place in it; returns how many there were."""
    mine = (place.c.channel == channel, place.c.chat == old)
    talks = select(place.c.conversation).where(*mine)
    conn.execute(update(conversation).where(conversation.c.id.in_(talks)).values(version=conversation.c.version + 1))
    return conn.execute(update(place).where(*mine).values(chat=new)).rowcount
