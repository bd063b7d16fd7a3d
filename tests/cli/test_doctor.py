"""`firstline doctor`."""

import json
import socket
from pathlib import Path

import pytest

from tests.cli.conftest import Firstline


def test_each_part_has_a_line_with_its_mark(firstline: Firstline, desk: Path, tmp_path: Path) -> None:
    """A desk in order has no cross, and what is not there yet is said with its command."""
    assert firstline("agents", "add", "anna", "--desk", desk, "--data", tmp_path / "data").code == 0
    ran = firstline("doctor", desk, "--data", tmp_path / "data")
    assert ran.code == 0
    assert "✗" not in ran.out
    assert "agents: 1 account\n" in ran.out
    for part in ("python", "clock", "desk", "zone", "origins", "address", "port", "disk", "database", "agents"):
        assert f" {part}: " in ran.out


def test_a_desk_with_errors_is_a_cross_with_its_fix(firstline: Firstline, desk: Path) -> None:
    """What is broken names the command that shows more, and ends with 1."""
    (desk / "kb" / "glossary.yml").write_text("glosary: []\n")
    ran = firstline("doctor", desk)
    assert ran.code == 1
    assert f"firstline check {desk}" in ran.out


def test_a_missing_secret_is_named_and_a_taken_port_too(
    firstline: Firstline, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The environment is looked at as the server would; --json says the same to programs."""
    (desk / "config" / "channels.yml").write_text(
        "channels:\n  web:\n    identity: signed\n    identity_secret: WIDGET_SECRET\n"
    )
    monkeypatch.delenv("WIDGET_SECRET", raising=False)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ran = firstline("doctor", desk, "--port", str(taken.getsockname()[1]), "--json")
    assert ran.code == 1
    marks = {line["part"]: line["mark"] for line in json.loads(ran.out)["parts"]}
    assert marks["WIDGET_SECRET"] == "broken"
    assert marks["port"] == "warning"


def test_no_desk_is_told_as_one(firstline: Firstline, tmp_path: Path) -> None:
    """The machine is looked at even where there is no desk."""
    ran = firstline("doctor", tmp_path)
    assert ran.code == 1
    assert "✓ python" in ran.out
    assert "✗ desk" in ran.out


def test_the_age_of_the_last_backup_is_told(firstline: Firstline, desk: Path, tmp_path: Path) -> None:
    """Without one it is said how to make it; it is no fault."""
    firstline("db", "upgrade", desk)
    before = firstline("doctor", desk, "--port", "0")
    assert "! backup: none was made here → firstline db backup" in before.out
    assert firstline("db", "backup", tmp_path / "copy", "--desk", desk).code == 0
    assert "✓ backup: the last one is 0 days old" in firstline("doctor", desk, "--port", "0").out
