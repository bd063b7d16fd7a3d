"""Indexes kept on the disk."""

from datetime import date
from pathlib import Path

import pytest

from adapters.desk_folder import read_folder
from adapters.loading import LoadedDesk, load_desk
from config.source import DeskFolder
from tests.desks import ISP

DAY = date(2026, 11, 23)
SMALL = DeskFolder(
    root="small",
    content={
        "config/desk.yml": b"desk: {name: Small, languages: [en], default_language: en}\n",
        "kb/a.yml": b"articles:\n  - {id: hours, title: Hours, questions: [When are you open?], answer: At nine.}\n"
        b"  - {id: pay, title: Paying, questions: [How can I pay?], answer: In cash., review_by: 2026-12-01}\n",
    },
)


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def load(cache: Path, folder: DeskFolder = SMALL, day: date = DAY) -> LoadedDesk:
    return load_desk(folder, day, cache=cache)


def kept(cache: Path) -> list[Path]:
    return sorted(cache.glob("*.index"))


def test_a_kept_index_says_the_same_as_a_built_one(cache: Path) -> None:
    """The second start takes the kept index, and it is the same in all it says."""
    built, taken = load(cache), load(cache)
    assert len(kept(cache)) == 1
    assert taken.desk.index.version == built.desk.index.version
    assert taken.desk.index.phrasings == built.desk.index.phrasings


def test_other_content_asks_for_another_index(cache: Path) -> None:
    """A changed file is never answered from an old index, nor is a day on which an article became overdue."""
    load(cache)
    changed = DeskFolder(root="small", content={**SMALL.content, "kb/b.yml": b"glossary: []\n"})
    load(cache, changed)
    load(cache, day=date(2026, 12, 2))
    assert len(kept(cache)) == 3


def test_a_damaged_index_is_built_anew(cache: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A file that was cut off is said so and replaced."""
    whole = load(cache).desk.index.version
    path = kept(cache)[0]
    path.write_bytes(path.read_bytes()[:-10])
    assert load(cache).desk.index.version == whole
    assert "index_unusable" in caplog.text


def test_only_the_newest_stay(cache: Path) -> None:
    """A folder that is edited for months does not fill the disk."""
    for number in range(5):
        extra = f"glossary: []  # {number}\n".encode()
        load(cache, DeskFolder(root="small", content={**SMALL.content, "kb/b.yml": extra}))
    assert len(kept(cache)) == 3


def test_a_folder_that_cannot_be_written_is_no_hindrance(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Without a place to keep it the index is built each time, and the log says why."""
    (tmp_path / "cache").write_text("not a folder")
    assert load(tmp_path / "cache").desk.name == "Small"
    assert "index_not_kept" in caplog.text


def test_the_shipped_desk_is_kept_and_found(cache: Path) -> None:
    """A real desk with flows, pictures and six languages goes to disk and comes back."""
    first = load(cache, read_folder(ISP)).desk
    again = load(cache, read_folder(ISP)).desk
    assert len(kept(cache)) == 1
    assert again.index.version == first.index.version
