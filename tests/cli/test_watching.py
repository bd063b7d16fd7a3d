"""`firstline check --watch` and `firstline test --watch`, as processes of their own."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from bot.desk import check_folder
from config.source import KnownFiles
from tests.cli.conftest import Firstline, write_desk
from tests.desks import TODAY
from tests.samples import sample_folder

FILES = {
    "config/desk.yml": "desk: {name: Shop, languages: [en], default_language: en}\n",
    "kb/shop.yml": "articles:\n  - id: hours\n    title: Hours\n    questions: [When do you open?]\n    answer: 9.\n",
}


@contextmanager
def running(*arguments: str | Path) -> Iterator[subprocess.Popen[str]]:
    """A command that goes on until Ctrl-C, and then ends without a complaint."""
    command = [sys.executable, "-c", "from adapters.cli.main import run; run()", *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            yield process
            process.send_signal(signal.SIGINT)
            assert process.wait(120) == 0
        finally:
            process.kill()


def read_until(stream: IO[str] | None, end: str) -> str:
    """What the process says, up to a line with this in it."""
    assert stream is not None
    said = ""
    while end not in said:
        line = stream.readline()
        assert line, said
        said += line
    return said


def test_a_saved_mistake_is_reported_at_once(tmp_path: Path) -> None:
    """Check --watch reports, waits, reports what a change has broken, and what mends it."""
    desk = write_desk(tmp_path / "desk", FILES)
    path = desk / "kb" / "shop.yml"
    with running("check", desk, "--watch") as process:
        assert "0 errors" in read_until(process.stdout, "Waiting for a change")
        path.write_text(FILES["kb/shop.yml"].replace("answer:", "anwser:"))
        assert "did you mean 'answer'?" in read_until(process.stdout, "Waiting for a change")
        path.write_text(FILES["kb/shop.yml"])
        assert "0 errors" in read_until(process.stdout, "Waiting for a change")


def test_a_saved_sentence_is_tried_at_once(tmp_path: Path) -> None:
    """Test --watch plays again after each change, and waits while the desk has an error."""
    desk = write_desk(tmp_path / "desk", FILES)
    path = desk / "kb" / "shop.yml"
    with running("test", desk, "--watch") as process:
        assert "0 passed, 0 failed" in read_until(process.stdout, "Waiting for a change")
        path.write_text(FILES["kb/shop.yml"] + "    tests: {match: [when do you open today]}\n")
        assert "1 passed, 0 failed" in read_until(process.stdout, "Waiting for a change")
        path.write_text(FILES["kb/shop.yml"] + "    test: {}\n")
        assert "when the desk has no error" in read_until(process.stdout, "Waiting for a change")


def test_known_files_change_no_finding() -> None:
    """What is read from memory is reported like what is read from the file, also where it is broken."""
    known = KnownFiles()
    for text in ("articles:\n\t- id: x\n", "articles:\n  - id: x\n    tilte: y\n", "articles:\n\t- id: x\n"):
        folder = sample_folder(text)
        for _ in range(2):
            assert check_folder(folder, today=TODAY, known=known).findings == check_folder(folder, today=TODAY).findings


def test_watching_mends_nothing(firstline: Firstline, desk: Path) -> None:
    """--fix and --watch together are refused."""
    assert firstline("check", desk, "--watch", "--fix").code == 2
