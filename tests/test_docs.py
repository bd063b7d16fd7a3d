"""The documents say what is true: their commands exist and run, their YAML is right, their links lead somewhere."""

import io
import re
import shlex
import shutil
from pathlib import Path

import pytest
import typer
from typer.core import TyperCommand, TyperGroup

from adapters.cli.main import app, run
from adapters.cli.reference import render_pages
from bot.desk import check_alone
from tests.cli.cases import write_case
from tests.cli.conftest import ISP, Firstline, firstline

__all__ = ["firstline"]

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
RUNS_ON = {"serve", "demo"}
"""Commands that run until they are ended; only their words are looked at."""


def blocks_of(page: Path, kind: str) -> list[str]:
    """The fenced blocks of one kind, without their indentation."""
    found = re.findall(rf"^( *)```{kind}\n(.*?)^ *```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return [re.sub(rf"^{indent}", "", text, flags=re.MULTILINE) for indent, text in found]


def commands_in(page: Path) -> list[str]:
    lines = [line for block in blocks_of(page, "sh") for line in block.splitlines()]
    return [line for line in lines if line.startswith("firstline ")]


def find_command(words: list[str]) -> TyperCommand:
    """The command that the words call."""
    command = typer.main.get_command(app)
    for word in words:
        if not isinstance(command, TyperGroup):
            break
        assert word in command.commands, f"there is no command {word}"
        found = command.commands[word]
        assert isinstance(found, TyperCommand | TyperGroup)
        command = found
    assert isinstance(command, TyperCommand)
    return command


@pytest.fixture
def my_desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a desk in it, and the files that commands of the documents name."""
    desk = tmp_path / "my-desk"
    shutil.copytree(ISP, desk, ignore=shutil.ignore_patterns(".firstline"))
    write_case(desk)
    (tmp_path / "faq.csv").write_text("Question,Answer\nAre you open?,At nine.\n")
    (tmp_path / "questions.jsonl").write_text('{"text": "are you open"}\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", io.StringIO("/quit\n"))
    return desk


COMMANDS = sorted({command for page in PAGES for command in commands_in(page)})


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_of_the_documents_runs(
    command: str, my_desk: Path, firstline: Firstline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a reader copies works: its words exist, and it ends without a complaint."""
    words = shlex.split(command.partition(" > ")[0])[1:]
    options = {option for param in find_command(words).params for option in (*param.opts, *param.secondary_opts)}
    assert {word for word in words if word.startswith("--")} <= options
    if words[0] in RUNS_ON:
        return
    words = [word.replace("/var/lib/firstline", "data") for word in words]
    if "my-desk" not in command:
        monkeypatch.chdir(my_desk)
    if words[:2] == ["agents", "link"]:
        firstline("agents", "add", words[2], "--desk", my_desk)
    with pytest.raises(SystemExit) as end:
        run(words)
    assert end.value.code in (0, None)


def test_the_small_desk_of_the_readme_is_whole(tmp_path: Path, firstline: Firstline) -> None:
    """Two files are a desk: it has no error, and its own test holds."""
    settings, article = blocks_of(ROOT / "README.md", "yaml")
    (tmp_path / "config").mkdir()
    (tmp_path / "kb").mkdir()
    (tmp_path / "config" / "desk.yml").write_text(settings)
    (tmp_path / "kb" / "shop.yml").write_text(article)
    assert firstline("check", tmp_path).code == 0
    assert firstline("test", tmp_path).code == 0
    assert "opening-hours" in firstline("explain", tmp_path, "are u open sunday").out.splitlines()[0]


def test_the_targets_of_make_exist() -> None:
    """`make something` in a document is a target of the Makefile."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named_targets = {
        name for page in PAGES for name in re.findall(r"(?:`|^ {4}|^)make ([a-z]+)", page.read_text(), re.MULTILINE)
    }
    assert named_targets <= targets


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_each_link_leads_somewhere(page: Path) -> None:
    """A link to a file of the project leads to one that exists."""
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    missing = [link for link in links if not link.startswith(("http", "...")) and not (page.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_each_block_of_yaml_is_right(page: Path) -> None:
    """Content that a reader copies has no mistake; a part of an article is not looked at."""
    wrong = [
        f"{finding.message} in {block[:60]}"
        for block in blocks_of(page, "yaml")
        if not block.startswith(" ")
        for finding in check_alone("page.yml", block.encode())
    ]
    assert wrong == []


@pytest.mark.parametrize(("name", "text"), render_pages().items(), ids=list(render_pages()))
def test_the_reference_is_up_to_date(name: str, text: str) -> None:
    """`make docs` was run after the last change of a command, a field or a rule."""
    assert (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8") == text
