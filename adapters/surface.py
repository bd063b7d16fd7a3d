"""What the platforms we speak with have in common as parts of a server: they run until told to stop, and read."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path, PurePosixPath

import anyio

from adapters.desk.view import DeskView
from adapters.files import FileStore
from adapters.standing import OpenFile, Reading
from adapters.storage.store import SqlStore
from adapters.storage.views import find_conversation, read_messages
from bot.model import Attachment

DESK_FILE = "kb:"
"""Before the path of a file of the desk folder, in an attachment's id."""

Fetch = Callable[[str], Awaitable[bytes | None]]
"""Gets a file from the platform where it stays, by an attachment's id; none if it is not to be had."""


async def until(stop: asyncio.Event, work: Awaitable[None]) -> None:
    """Runs something until it ends or `stop` is set."""
    task, waiting = asyncio.ensure_future(work), asyncio.create_task(stop.wait())
    await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    task.cancel()
    outcomes = await asyncio.gather(task, waiting, return_exceptions=True)
    if isinstance(outcomes[0], Exception):
        raise outcomes[0]


def reading_of(store: SqlStore, view: Callable[[], DeskView], opens: OpenFile) -> Reading:
    """What a channel sees beyond the message that it shows."""
    return Reading(
        talk=lambda id_: store.db.read(lambda conn: find_conversation(conn, id_)),
        messages=lambda id_: store.db.read(lambda conn: read_messages(conn, id_)),
        view=view,
        open_file=opens,
    )


async def open_file(
    attachment: Attachment, files: FileStore, folder: Path, fetchers: Mapping[str, Fetch]
) -> bytes | None:
    """A file of the desk folder, of a platform that its id names, or of the file store."""
    fetch = fetchers.get(attachment.id.partition(":")[0])
    if fetch is not None:
        return await fetch(attachment.id)
    if attachment.id.startswith(DESK_FILE):
        inside = PurePosixPath(attachment.id.removeprefix(DESK_FILE))
        if inside.is_absolute() or ".." in inside.parts:
            return None
        path = folder / "kb" / inside
    else:
        stored = files.find(attachment.id)
        if stored is None:
            return None
        path = stored.path
    try:
        return await anyio.Path(path).read_bytes()
    except OSError:
        return None
