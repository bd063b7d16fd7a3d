"""`firstline chat`: a talk in the terminal."""

import io
from pathlib import Path

import pytest

from tests.cli.conftest import ISP, Firstline


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What is typed at the keyboard."""
    lines = io.StringIO()
    monkeypatch.setattr("sys.stdin", lines)
    monkeypatch.setenv("COLUMNS", "200")
    return lines


def write(typed: io.StringIO, *lines: str) -> None:
    typed.write("\n".join(lines) + "\n")
    typed.seek(0)


def test_a_talk_from_question_to_person_and_back(firstline: Firstline, typed: io.StringIO) -> None:
    """The customer asks, presses by number, asks for a person; the agent answers; a note stays inside."""
    write(typed, "what is my wifi password", "i want a human", "/claim", "/agent Hello, I am here.", "/note he is nice")
    ran = firstline("chat", ISP, "--at", "2026-11-23T12:00")
    assert ran.code == 0
    assert "sticker under your router" in ran.out
    assert "Liis: Hello, I am here." in ran.out
    assert "he is nice" not in ran.out


def test_a_number_presses_a_button(firstline: Firstline, typed: io.StringIO) -> None:
    """The greeting offers starters; their number opens them."""
    write(typed, "2", "/quit", "never said")
    ran = firstline("chat", ISP)
    assert "sticker under your router" in ran.out
    assert "never said" not in ran.out


def test_why_and_state_look_behind_the_scenes(firstline: Firstline, typed: io.StringIO) -> None:
    """/why names the rule, the confidence and the line; /state who has the talk."""
    write(typed, "what is my wifi password", "/why", "/state", "/wait forever", "/scenes")
    ran = firstline("chat", ISP)
    assert "wifi-password" in ran.out
    assert "kb/articles/home-network.yml:" in ran.out
    assert "owner: bot" in ran.out
    assert "/wait 10m" in ran.out


def test_it_talks_in_the_language_asked_for(firstline: Firstline, typed: io.StringIO) -> None:
    """--lang begins in that language; one that the desk does not speak is refused."""
    write(typed, "/state")
    assert "language: et" in firstline("chat", ISP, "--lang", "et").out
    assert firstline("chat", ISP, "--lang", "fi").code == 2
    assert firstline("chat", ISP, "--at", "tomorrow").code == 2


def test_explain_tells_the_reason_after_each_reply(firstline: Firstline, typed: io.StringIO, desk: Path) -> None:
    """--explain says after every reply why."""
    write(typed, "what is my wifi password")
    assert "decided by:" in firstline("chat", desk, "--explain").out


def test_drafts_are_given_on_request_only(firstline: Firstline, typed: io.StringIO, desk: Path) -> None:
    """--drafts answers with what is not published yet."""
    path = desk / "kb" / "articles" / "home-network.yml"
    path.write_text(path.read_text().replace("  - id: wifi-password\n", "  - id: wifi-password\n    status: draft\n"))
    write(typed, "what is my wifi password")
    assert "sticker under your router" not in firstline("chat", desk).out
    typed.seek(0)
    assert "sticker under your router" in firstline("chat", desk, "--drafts").out
