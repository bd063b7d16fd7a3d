"""The manners of the command line: quick help, near words, exit codes, plain sentences."""

import subprocess
import sys
from pathlib import Path

import pytest

from adapters.cli.main import app, run
from tests.cli.conftest import Firstline

COMMANDS = [command.name or command.callback.__name__ for command in app.registered_commands if command.callback]
HEAVY = {"numpy", "scipy", "sqlalchemy", "starlette", "uvicorn", "jinja2", "bot.desk", "kb.search", "yaml"}


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)])
def test_help_imports_nothing_heavy(command: list[str]) -> None:
    """`--help` of every command answers before anything large is loaded."""
    code = (
        "import sys; from adapters.cli.main import run\n"
        f"try: run({[*command, '--help']!r})\n"
        "except SystemExit: pass\n"
        "print(*sys.modules, sep=chr(10), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "Usage: firstline" in done.stdout
    assert HEAVY & set(done.stderr.split()) == set()


def test_a_misspelt_command_is_guessed(firstline: Firstline) -> None:
    """An unknown command names the nearest one and ends with 2."""
    ran = firstline("chekc")
    assert ran.code == 2
    assert "Did you mean 'check'?" in ran.err


def test_no_desk_is_a_sentence_with_the_right_line(firstline: Firstline, tmp_path: Path) -> None:
    """A missing desk is told on stderr with a command that works, and ends with 2."""
    ran = firstline("chat", tmp_path)
    assert ran.code == 2
    assert ran.out == ""
    assert str(tmp_path) in ran.err
    assert "firstline demo" in ran.err


def test_a_desk_with_errors_is_refused_with_all_of_them(firstline: Firstline, desk: Path) -> None:
    """Every problem is told at once, with its place, and the command that shows them."""
    (desk / "kb" / "articles" / "late.yml").write_text("articles:\n  - id: late\n    titel: Late\n")
    (desk / "kb" / "glossary.yml").write_text("glosary: []\n")
    ran = firstline("explain", desk, "hello")
    assert ran.code == 2
    assert "kb/articles/late.yml:3:5 S03" in ran.err
    assert "kb/glossary.yml:1:1" in ran.err
    assert "firstline check" in ran.err


def test_an_error_of_ours_is_a_sentence_and_3(firstline: Firstline, monkeypatch: pytest.MonkeyPatch) -> None:
    """What firstline did wrong itself ends with 3, without a traceback; --debug shows one."""
    monkeypatch.setattr("adapters.cli.answers.CODE", None)
    ran = firstline("explain", "R01")
    assert ran.code == 3
    assert "AttributeError" in ran.err
    assert "Traceback" not in ran.err
    assert "Traceback" in firstline("explain", "R01", "--debug").err


def test_the_version_is_told(firstline: Firstline) -> None:
    """`--version` prints name and version."""
    ran = firstline("--version")
    assert ran.code == 0
    assert ran.out.startswith("firstline ")


def test_a_closed_pipe_is_no_error_of_ours(desk: Path) -> None:
    """A reader that has seen enough ends the command quietly."""
    code = f"from adapters.cli.main import run; run(['explain', {str(desk)!r}, 'wifi', '--json'])"
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout
    process.stdout.close()
    _, err = process.communicate(timeout=60)
    assert process.returncode in (0, 1)
    assert "Traceback" not in err


def test_run_takes_the_words_of_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """The console script reads the process's own arguments."""
    monkeypatch.setattr(sys, "argv", ["firstline", "--version"])
    with pytest.raises(SystemExit) as end:
        run()
    assert end.value.code == 0
