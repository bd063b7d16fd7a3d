"""A desk folder on the disk: where it is, and what stands in it.

Only reads files; what they mean is `config`'s and `kb`'s. Used by every command that is given a desk, and by `watch`.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from config.errors import FirstlineError
from config.source import MAX_FILE_BYTES, MAX_FOLDER_BYTES, DeskFolder

ROOMS = ("config", "kb", "escalation", "tests")
"""The folders of a desk in which content is looked for."""
CONTENT = (".yml", ".yaml")
MOST_FILES = 10_000
"""A folder with more files than this is no desk; somebody named his home directory."""


class NoDeskError(FirstlineError):
    """There is no desk folder."""

    def __init__(self, path: Path) -> None:
        """Names the place where none was found."""
        super().__init__(
            f"There is no desk folder at {path}: no config/*.yml there, nor in a folder above it.\n"
            "Name one (firstline check my-desk), or see a ready one with: firstline demo"
        )


class FolderUnreadableError(FirstlineError):
    """The desk folder cannot be read whole."""


def find_root(path: Path) -> Path:
    """The desk folder that a path lies in: the nearest folder, the path or above it, with a `*.yml` in its `config/`.

    Raises:
        NoDeskError: There is none.
    """
    start = path.resolve()
    for folder in (start, *start.parents):
        if any(next((folder / "config").glob(f"*{suffix}"), None) for suffix in CONTENT):
            return folder
    raise NoDeskError(path)


def read_folder(root: Path, shown_as: str = "") -> DeskFolder:
    """Reads the content of a desk folder.

    Links that lead out of the folder, hidden files, and what vanishes while it is read do not exist. One byte more
    than the limit is read of what is too large, so that the check can say so.

    Args:
        root: The desk folder.
        shown_as: How messages name it; the path itself if empty.

    Raises:
        FolderUnreadableError: It holds more than 10,000 files, or one that may not be read.
    """
    real = root.resolve()
    content: dict[str, bytes] = {}
    media: dict[str, int] = {}
    room_left = MAX_FOLDER_BYTES + 1
    for path in _files(real):
        name = path.relative_to(real).as_posix()
        if path.suffix in CONTENT:
            data = _read(path, min(MAX_FILE_BYTES + 1, room_left))
            if data is not None:
                content[name] = data
                room_left -= len(data)
        elif name.startswith("kb/") and (size := _size(path)) is not None:
            media[name.removeprefix("kb/")] = size
    return DeskFolder(root=shown_as or str(root), content=content, media=media)


def _files(real: Path) -> Iterator[Path]:
    """Files of the rooms by name; folders behind links are not entered, so there is no circle."""
    seen = 0
    for room in ROOMS:
        for folder, folders, names in os.walk(real / room):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                path = Path(folder, name)
                if name.startswith(".") or (path.is_symlink() and not path.resolve().is_relative_to(real)):
                    continue
                seen += 1
                if seen > MOST_FILES:
                    raise FolderUnreadableError(f"{real} holds over {MOST_FILES:,} files; is it a desk folder?")
                yield path


def _size(path: Path) -> int | None:
    """None for what is no file, or no longer."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None


def _read(path: Path, limit: int) -> bytes | None:
    """The beginning of a file; None for what is no file, or no longer."""
    if _size(path) is None:
        return None
    try:
        with path.open("rb") as file:
            return file.read(limit)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise FolderUnreadableError(f"{path} cannot be read: {error.strerror}. Give firstline the right to.") from error
