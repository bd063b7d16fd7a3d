"""Following a desk folder: good changes are in force, broken ones change nothing."""

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.clock import SystemClock
from adapters.desk_folder import read_folder
from adapters.loading import load_desk
from adapters.watch import Watch
from bot.current import CurrentDesk
from kb.index_file import dump_index
from kb.search import Decision, search

ISP = Path(__file__).parents[1] / "config" / "templates" / "isp"


class Followed:
    """A desk in force, its folder, and the watch over it."""

    def __init__(self, root: Path) -> None:
        clock, folder = SystemClock(), read_folder(root)
        self.root, self.today = root, clock.now().date()
        self.article = root / "kb" / "articles" / "home-network.yml"
        self.current = CurrentDesk(load_desk(folder, clock.now().date()).desk)
        self.watch = Watch(root, self.current, clock, seen=folder)

    def edit(self, old: str, new: str) -> None:
        """Changes the text of a file of articles."""
        self.article.write_text(self.article.read_text().replace(old, new))

    @property
    def answer(self) -> str:
        """What the desk in force says about the Wi-Fi password."""
        return str(self.current.desk.articles["wifi-password"].answer)


@pytest.fixture
def followed(tmp_path: Path) -> Followed:
    root = tmp_path / "desk"
    shutil.copytree(ISP, root, ignore=shutil.ignore_patterns(".firstline"))
    return Followed(root)


async def until(holds: Callable[[], bool]) -> None:
    """Waits until something holds, at most twenty seconds."""
    async with asyncio.timeout(40):
        while not holds():  # noqa: ASYNC110 - the file system rings no bell of ours
            await asyncio.sleep(0.02)


async def test_a_saved_edit_comes_into_force_by_itself(followed: Followed) -> None:
    """Saving a file is all an editor does; the desk is swapped whole."""
    stop = asyncio.Event()
    task = asyncio.create_task(followed.watch.run(stop))
    followed.edit("sticker under your router", "label below your router")
    await until(lambda: "label below your router" in followed.answer)
    stop.set()
    await task


async def test_a_broken_edit_changes_nothing_and_says_where(
    followed: Followed, capsys: pytest.CaptureFixture[str]
) -> None:
    """The last good desk stays in force; the place and the hint of each mistake are kept for people to see."""
    before = followed.current.desk
    followed.edit("    title:", "    titel:")
    await followed.watch.look()
    assert followed.current.desk is before
    assert "kb/articles/home-network.yml:" in followed.current.problems[0]
    assert "did you mean 'title'?" in followed.current.problems[0]


async def test_a_mended_edit_clears_the_problems(followed: Followed) -> None:
    """Once the folder is good again it is in force and nothing is wrong any more."""
    followed.edit("    title:", "    titel:")
    await followed.watch.look()
    followed.edit("    titel:", "    title:")
    await followed.watch.look()
    assert followed.current.problems == ()


async def test_an_unchanged_folder_is_not_loaded_again(followed: Followed) -> None:
    """Looking costs nothing while nothing has changed."""
    before = followed.current.desk
    await followed.watch.look()
    assert followed.current.desk is before


async def test_a_folder_that_is_gone_changes_nothing(followed: Followed) -> None:
    """An unmounted or deleted folder is refused like a broken one."""
    before = followed.current.desk
    shutil.rmtree(followed.article.parents[2])
    await followed.watch.look()
    assert followed.current.desk is before
    assert followed.current.problems != ()


async def test_a_new_question_is_live_at_once_and_measured_in_peace(followed: Followed) -> None:
    """How sure to be is borrowed until a look finds nothing new; then the desk is as if it were built from nothing."""
    followed.edit("        - wifi code\n", "        - wifi code\n        - the secret word of my radio\n")
    await followed.watch.look()
    hasty = followed.current.desk
    assert search(hasty.index, "secret word of my radio").decision is not Decision.UNKNOWN
    await followed.watch.look()
    settled = followed.current.desk
    fresh = load_desk(read_folder(followed.root), followed.today).desk
    assert (hasty.index.is_settled, settled.index.is_settled) == (False, True)
    assert dump_index(settled.index) == dump_index(fresh.index)
