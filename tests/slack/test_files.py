"""Files go across in both directions, and what cannot be changed any more is corrected."""

from pathlib import Path

from tests.fakes.slack import FakeSlack, Fault, SlackServer, Trouble
from tests.running import TurnedClock
from tests.slack.working import DESK, handed_over, running

PICTURE = b"\x89PNG\r\n\x1a\n" + b"p" * 500


async def test_files_go_to_the_thread_and_back(
    tmp_path: Path, fake: FakeSlack, server: SlackServer, clock: TurnedClock
) -> None:
    """A customer's picture stands in the thread, the agent's in the chat, each with its words and its bytes, once."""
    async with handed_over(tmp_path, fake, server, clock) as (firstline, thread):
        fake.shares("UANNA", "router.png", PICTURE, "this is my router")
        await fake.until(lambda: fake.files_in(DESK) == [("router.png", PICTURE)])
        await fake.until(lambda: any("this is my router" in text for text in fake.from_bot(DESK, thread)))
        fake.shares("ULIIS", "cable.png", PICTURE[::-1], "use this one", chat=DESK, thread=thread)
        await fake.until(lambda: fake.files_in("DANNA") == [("router.png", PICTURE), ("cable.png", PICTURE[::-1])])
        fake.shares("ULIIS", "secret.png", b"inside", "// only for us", chat=DESK, thread=thread)
        await firstline.settle()
        assert "use this one" in "\n".join(fake.from_bot("DANNA"))
        assert len(fake.files_in("DANNA")) == 2


async def test_a_picture_of_the_desk_says_what_it_shows(
    tmp_path: Path, fake: FakeSlack, server: SlackServer, clock: TurnedClock
) -> None:
    """An article's picture stands in the chat, and who cannot see it is read its alt text."""
    anna = fake.person("Anna")
    chat = fake.direct(anna)
    async with running(tmp_path, server, clock) as firstline:
        fake.says(anna, "what is my wifi password?")
        await fake.until(lambda: "Yes" in fake.labels(chat))
        await firstline.settle()
    assert [name for name, _ in fake.files_in(chat)] == ["router-sticker.png"]
    (upload,) = fake.calls("files.getUploadURLExternal")
    assert str(upload.given["alt_txt"]).startswith("Router seen from below")


async def test_a_file_that_cannot_be_had_is_named(
    tmp_path: Path, fake: FakeSlack, server: SlackServer, clock: TurnedClock
) -> None:
    """The platform serves a page to sign in at; the words go on, with the file's name below."""
    async with handed_over(tmp_path, fake, server, clock, claimed=False) as (firstline, _):
        fake.shares("UANNA", "gone.png", PICTURE, "look", is_gone=True)
        await fake.until(lambda: any("📎 gone.png" in text for text in fake.from_bot(DESK)))
        await firstline.settle()
        assert any("look" in text for text in fake.from_bot(DESK))


async def test_a_sharing_in_doubt_is_looked_up(
    tmp_path: Path, fake: FakeSlack, server: SlackServer, clock: TurnedClock
) -> None:
    """Shared, but answered with an error: the file stands there once."""
    async with handed_over(tmp_path, fake, server, clock, claimed=False) as (firstline, _):
        fake.faults.append(Fault(method="files.completeUploadExternal", trouble=Trouble.DONE_BUT_ERROR))
        fake.shares("UANNA", "router.png", PICTURE, "this is my router")
        await firstline.doubts()
        clock.turn(seconds=16)
        await fake.until(lambda: any("this is my router" in text for text in fake.from_bot(DESK)))
        await firstline.settle()
        assert fake.files_in(DESK) == [("router.png", PICTURE)]


async def test_an_edit_that_slack_refuses_becomes_a_correction(
    tmp_path: Path, fake: FakeSlack, server: SlackServer, clock: TurnedClock
) -> None:
    """The new words stand below the old ones, said to be a correction."""
    async with handed_over(tmp_path, fake, server, clock) as (firstline, thread):
        own = fake.says("ULIIS", "it costs 10 euros", chat=DESK, thread=thread)
        await fake.until(lambda: any("10 euros" in text for text in fake.from_bot("DANNA")))
        await firstline.settle()
        fake.faults.append(Fault(method="chat.update", trouble=Trouble.REFUSED, error="edit_window_closed"))
        fake.edits("ULIIS", DESK, own, "it costs 12 euros")
        await fake.until(lambda: any("Correction: it costs 12 euros" in text for text in fake.from_bot("DANNA")))
        await firstline.settle()
        assert sum("10 euros" in text for text in fake.from_bot("DANNA")) == 1
