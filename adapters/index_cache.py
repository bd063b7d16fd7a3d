"""Indexes on the disk, so that a desk that was built before is ready at once.

An index is found by everything that goes into it: the desk's content, which articles are overdue, and the code that
builds it. What is damaged or was made with other libraries is built anew.
"""

import hashlib
import logging
import os
from functools import cache
from pathlib import Path

import kb.index
from bot.content import Content
from kb.index import Index
from kb.index_file import UnusableIndexError, dump_index, load_index

KEPT = 3
"""So many of the newest indexes stay."""
CODE = Path(kb.index.__file__).parent

log = logging.getLogger(__name__)


class IndexCache:
    """A folder of indexes."""

    def __init__(self, folder: Path) -> None:
        """Takes a folder, which is made when the first index is kept."""
        self._folder = folder
        self._code = _sum_code()

    def find(self, content: Content) -> Index | None:
        """The index of this content, if it was kept and can be used."""
        path = self._path(content)
        try:
            return load_index(path.read_bytes())
        except FileNotFoundError:
            return None
        except (UnusableIndexError, OSError) as error:
            log.warning("index_unusable", extra={"path": path, "reason": str(error)})
            return None

    def keep(self, content: Content, index: Index) -> None:
        """Keeps an index: written aside and moved into place, so that nobody reads half of it."""
        path = self._path(content)
        aside = path.with_suffix(f".{os.getpid()}")
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            aside.write_bytes(dump_index(index))
            aside.replace(path)
            newest_first = sorted(self._folder.glob("*.index"), key=lambda file: file.stat().st_mtime, reverse=True)
            for old in newest_first[KEPT:]:
                old.unlink(missing_ok=True)
        except OSError as error:
            log.warning("index_not_kept", extra={"path": path, "reason": str(error)})

    def _path(self, content: Content) -> Path:
        overdue = [one.id for one in content.articles if one.review_by is not None and one.review_by < content.today]
        statuses = [one.status for one in content.articles], [one.status for one in content.flows]
        key = hashlib.sha256(repr((content.version, overdue, statuses, self._code)).encode())
        return self._folder / f"{key.hexdigest()[:32]}.index"


@cache
def _sum_code() -> str:
    """Names the code that builds indexes, once: a process goes on with what it began with while files are renewed."""
    code = hashlib.sha256()
    for path in sorted(CODE.glob("*.py")):
        code.update(path.read_bytes())
    return code.hexdigest()
