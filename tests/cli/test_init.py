"""`firstline init`."""

from pathlib import Path

from tests.cli.conftest import Firstline


def test_a_new_desk_is_in_order(firstline: Firstline, tmp_path: Path) -> None:
    """What init makes passes the check, and editors find its schemas."""
    ran = firstline("init", tmp_path / "desk")
    assert ran.code == 0
    assert ran.out == f"{tmp_path / 'desk'}\n"
    assert firstline("check", tmp_path / "desk", "--strict").code == 0
    first_line = (tmp_path / "desk" / "config" / "desk.yml").read_text().splitlines()[0]
    schema = first_line.partition("$schema=")[2]
    assert (tmp_path / "desk" / "config" / schema).exists()


def test_nothing_is_overwritten(firstline: Firstline, tmp_path: Path) -> None:
    """A folder that holds something is left as it is: 2."""
    (tmp_path / "mine.txt").write_text("mine")
    assert firstline("init", tmp_path).code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_an_unknown_template_is_answered_with_those_there_are(firstline: Firstline, tmp_path: Path) -> None:
    """A misspelt template ends with 2 and the list."""
    ran = firstline("init", tmp_path / "desk", "--template", "shop")
    assert ran.code == 2
    assert "isp" in ran.err
