"""`firstline customers`."""

import json
from pathlib import Path

from tests.cli.cases import WORDS, write_case
from tests.cli.conftest import Firstline


def test_a_customer_gets_what_is_held_about_him(firstline: Firstline, desk: Path, tmp_path: Path) -> None:
    """Data for a program and a page to read, in a new folder."""
    case = write_case(desk)
    ran = firstline("customers", "export", case, "--out", tmp_path / "anna", "--desk", desk)
    assert (ran.code, ran.out) == (0, f"{tmp_path / 'anna'}\n")
    data = json.loads((tmp_path / "anna" / "data.json").read_text(encoding="utf-8"))
    assert data["conversations"][0]["messages"][0]["text"] == WORDS
    assert WORDS in (tmp_path / "anna" / "index.html").read_text(encoding="utf-8")
    assert firstline("customers", "export", case, "--out", tmp_path / "anna", "--desk", desk).code == 2


def test_erasing_asks_for_a_second_word(firstline: Firstline, desk: Path) -> None:
    """Without --yes it is only said what would go; afterwards there is no such case any more: 2."""
    case = write_case(desk)
    ran = firstline("customers", "erase", case, "--desk", desk)
    assert ran.code == 0
    assert "--yes" in ran.err
    assert WORDS.encode() in (desk / ".firstline" / "firstline.db").read_bytes()
    assert firstline("customers", "erase", case, "--yes", "--desk", desk).code == 0
    assert not [path for path in (desk / ".firstline").rglob("*") if path.is_file() and b"Anna" in path.read_bytes()]
    again = firstline("customers", "erase", case, "--yes", "--desk", desk)
    assert again.code == 2
    assert "has been erased" in again.err
