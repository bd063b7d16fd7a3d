"""`firstline init`."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Firstline

TEMPLATES = ["isp", "saas", "shop", "empty"]


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_new_desk_is_in_order(firstline: Firstline, tmp_path: Path, template: str) -> None:
    """What init makes passes the check strictly, is laid out, passes its own tests, and editors find its schemas."""
    desk = tmp_path / "desk"
    ran = firstline("init", desk, "--template", template, "--yes")
    assert ran.code == 0
    assert ran.out == f"{desk}\n"
    checked = firstline("check", desk, "--strict", "--today", "2026-11-21")
    assert checked.code == 0, checked.out
    assert firstline("fmt", desk, "--check").code == 0
    first_line = (desk / "config" / "desk.yml").read_text().splitlines()[0]
    schema = first_line.partition("$schema=")[2]
    assert (desk / "config" / schema).exists()


@pytest.mark.parametrize("template", ["saas", "shop", "empty"])
def test_the_tests_of_a_new_desk_pass(firstline: Firstline, tmp_path: Path, template: str) -> None:
    """Its sentences find their articles and its talks go as they are written."""
    firstline("init", tmp_path / "desk", "--template", template)
    ran = firstline("test", tmp_path / "desk")
    assert ran.code == 0, ran.out
    assert "0 failed" in ran.out


def test_nothing_is_overwritten(firstline: Firstline, tmp_path: Path) -> None:
    """A folder that holds something is left as it is: 2."""
    (tmp_path / "mine.txt").write_text("mine")
    assert firstline("init", tmp_path).code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_an_unknown_template_is_answered_with_those_there_are(firstline: Firstline, tmp_path: Path) -> None:
    """A misspelt template ends with 2 and the list."""
    ran = firstline("init", tmp_path / "desk", "--template", "shops")
    assert ran.code == 2
    assert "isp, saas, shop, empty" in ran.err


def test_the_empty_one_can_be_had_in_any_language(firstline: Firstline, tmp_path: Path) -> None:
    """--lang says which languages the desk has, the main one first."""
    ran = firstline("init", tmp_path / "desk", "--template", "empty", "--lang", "et", "--lang", "en", "--yes")
    assert ran.code == 0
    text = (tmp_path / "desk" / "config" / "desk.yml").read_text()
    assert "languages: [et, en]\n  default_language: et\n" in text
    assert firstline("check", tmp_path / "desk").code == 0


def test_a_template_has_the_languages_it_is_written_in(firstline: Firstline, tmp_path: Path) -> None:
    """Another main language of its own is taken, one that it lacks is refused with what to do instead."""
    ran = firstline("init", tmp_path / "one", "--template", "saas", "--lang", "et,en", "--yes")
    assert ran.code == 0
    assert "languages: [et, en]\n  default_language: et\n" in (tmp_path / "one" / "config" / "desk.yml").read_text()
    refused = firstline("init", tmp_path / "two", "--template", "saas", "--lang", "fi")
    assert refused.code == 2
    assert "--template empty" in refused.err
    assert not (tmp_path / "two").exists()
    assert "not a language code" in firstline("init", tmp_path / "two", "--lang", "estonian").err


@pytest.mark.parametrize(
    ("template", "languages", "gone"), [("isp", "et,ru", "regning"), ("isp", "lt", "роутер"), ("saas", "et,en", "")]
)
def test_a_desk_has_only_the_languages_asked_for(
    firstline: Firstline, tmp_path: Path, template: str, languages: str, gone: str
) -> None:
    """Texts, words and talks in other languages are left out; what stays is in order and passes its own tests."""
    desk = tmp_path / "desk"
    assert firstline("init", desk, "--template", template, "--lang", languages, "--yes").code == 0
    written = "".join(path.read_text().lower() for path in desk.rglob("*.yml"))
    assert f"languages: [{', '.join(languages.split(','))}]" in written
    assert not gone or gone not in written
    checked = firstline("check", desk, "--strict", "--today", "2026-11-21")
    assert checked.code == 0, checked.out
    assert firstline("fmt", desk, "--check").code == 0
    ran = firstline("test", desk)
    assert ran.code == 0, ran.out


def test_on_a_terminal_it_asks(tmp_path: Path) -> None:
    """Whoever gives no template is told what there is and asked; return takes what is proposed."""
    desk = tmp_path / "desk"
    person, terminal = pty.openpty()
    command = [sys.executable, "-c", "from adapters.cli.main import run; run()", "init", str(desk)]
    with subprocess.Popen(command, stdin=terminal, stdout=subprocess.PIPE, stderr=terminal) as process:
        os.close(terminal)
        os.write(person, b"shop\n\n")
        said = b""
        while b"firstline serve" not in said:
            said += os.read(person, 4096)
        assert process.wait(120) == 0
    os.close(person)
    assert b"What is the desk for?" in said
    assert "Marigold" in (desk / "config" / "desk.yml").read_text()
