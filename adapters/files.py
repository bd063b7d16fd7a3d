"""Files that people sent, in a folder beside the database.

A file has a random name, so nobody can guess it and nothing a sender writes becomes a path. What it is called, what
it is and whose it is stand in a small record beside it; the record is written last, so a file without one does not
exist and is swept away at the next start. Which types are welcome is the channel's business.
"""

import json
import os
import secrets
from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import anyio
import anyio.to_thread

from bot.model import Attachment

PART = ".part"
RECORD = ".json"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file that is here, and whose it is."""

    attachment: Attachment
    owner: str
    """Key of the customer who sent it."""
    path: Path


class FileStore:
    """The folder of files."""

    def __init__(self, folder: Path) -> None:
        """Makes the folder, and removes what a killed process left unfinished in it."""
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.iterdir():
            if path.suffix == PART or (not path.suffix and not path.with_suffix(RECORD).exists()):
                path.unlink()

    async def receive(self, chunks: AsyncIterator[bytes]) -> Path:
        """Writes what comes in to a new file on disk, which is not yet in the store.

        Whatever goes wrong meanwhile, the file is gone again.
        """
        path = self._folder / f"{secrets.token_hex(16)}{PART}"
        with ExitStack() as undo:
            undo.callback(path.unlink, missing_ok=True)
            async with await anyio.open_file(path, "wb") as file:
                async for chunk in chunks:
                    await file.write(chunk)
                await file.flush()
                await anyio.to_thread.run_sync(os.fsync, file.wrapped.fileno())
            undo.pop_all()
        return path

    async def keep(self, path: Path, *, name: str, media_type: str, owner: str, alt: str = "") -> StoredFile:
        """Takes a received file into the store."""
        attachment = Attachment(
            id=path.stem, name=name, media_type=media_type, size=(await anyio.Path(path).stat()).st_size, alt=alt
        )
        return await anyio.to_thread.run_sync(self._keep, path, attachment, owner)

    def find(self, file_id: str) -> StoredFile | None:
        """The file of this id, if there is one."""
        return find_file(self._folder, file_id)

    def remove(self, file_id: str) -> None:
        """Removes a file for good; the record first, so that it no longer exists even if we are stopped here."""
        if found := self.find(file_id):
            found.path.with_suffix(RECORD).unlink(missing_ok=True)
            found.path.unlink(missing_ok=True)

    def remove_of(self, owner: str) -> int:
        """Removes all files of a customer, sent or not; returns how many there were."""
        records = [path for path in self._folder.glob(f"*{RECORD}") if _owner_of(path) == owner]
        for record in records:
            self.remove(record.stem)
        return len(records)

    def _keep(self, received: Path, attachment: Attachment, owner: str) -> StoredFile:
        path = received.with_suffix("")
        record = {
            "owner": owner,
            "attachment": {
                "id": attachment.id,
                "name": attachment.name,
                "media_type": attachment.media_type,
                "size": attachment.size,
                "alt": attachment.alt,
            },
        }
        received.rename(path)
        waiting = path.with_suffix(f"{RECORD}{PART}")
        waiting.write_text(json.dumps(record), encoding="utf-8")
        with waiting.open("rb") as file:
            os.fsync(file.fileno())
        waiting.rename(path.with_suffix(RECORD))
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return StoredFile(attachment=attachment, owner=owner, path=path)


def _owner_of(record: Path) -> str:
    return str(json.loads(record.read_text(encoding="utf-8"))["owner"])


def find_file(folder: Path, file_id: str) -> StoredFile | None:
    """The file of this id in a folder of files, if there is one; also for who looks beside a running server."""
    if not (len(file_id) == 32 and all(c in "0123456789abcdef" for c in file_id)):
        return None
    path = folder / file_id
    try:
        record = json.loads(path.with_suffix(RECORD).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return StoredFile(attachment=Attachment(**record["attachment"]), owner=record["owner"], path=path)
