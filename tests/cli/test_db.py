"""`firstline db`."""

from pathlib import Path

from tests.cli.conftest import Firstline


def test_a_copy_can_be_served_as_it_is(firstline: Firstline, desk: Path, tmp_path: Path) -> None:
    """The copy has the accounts, the secret and the files of the moment it was made."""
    firstline("agents", "add", "anna", "--desk", desk)
    (desk / ".firstline" / "files").mkdir()
    (desk / ".firstline" / "files" / "picture").write_bytes(b"123")
    ran = firstline("db", "backup", tmp_path / "copy", "--desk", desk)
    assert ran.code == 0
    assert ran.out == f"{tmp_path / 'copy'}\n"
    assert "anna" in firstline("agents", "list", "--desk", desk, "--data", tmp_path / "copy").out
    assert (tmp_path / "copy" / "files" / "picture").read_bytes() == b"123"


def test_a_copy_never_overwrites(firstline: Firstline, desk: Path, tmp_path: Path) -> None:
    """A folder that holds something is refused, and so is a desk without data: 2."""
    assert firstline("db", "backup", tmp_path / "copy", "--desk", desk).code == 2
    firstline("db", "upgrade", desk)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").touch()
    ran = firstline("db", "backup", tmp_path / "full", "--desk", desk)
    assert ran.code == 2
    assert "not empty" in ran.err
    assert firstline("db", "backup", tmp_path / "copy", "--desk", desk).code == 0


def test_upgrade_says_where_the_data_is(firstline: Firstline, desk: Path, tmp_path: Path) -> None:
    """The tables are made, or brought up to date."""
    ran = firstline("db", "upgrade", desk, "--data", tmp_path / "data")
    assert ran.code == 0
    assert str(tmp_path / "data") in ran.err
    assert (tmp_path / "data" / "firstline.db").exists()
