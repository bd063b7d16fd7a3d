"""`firstline translate`."""

import csv
from pathlib import Path

import pytest

from tests.cli.conftest import Firstline, write_desk

FILES = {
    "config/desk.yml": "desk:\n  name: Shop\n  languages: [en, et]\n  default_language: en\n",
    "kb/shop.yml": """articles:
  - id: hours
    title: Opening hours   # as on the door
    owner: liis
    questions:
      - When are you open?   # asked a lot
      - Open on Sundays?
    answer:
      # the long one
      en: |
        At **nine**.

        Not on Sundays.
    buttons:
      - {label: Call us, url: "https://x.example"}
      - label: {en: "=Write: us"}
        url: https://x.example
    tests:
      match: [is the shop open]

  # the second one
  - id: returns
    title: {en: Returns, et: Tagastus}
    questions: {en: [How?, When?], et: [Kuidas?]}
    answer: Bring it.
""",
}
ESTONIAN = {
    "articles > hours > title": "Lahtioleku: ajad",
    "articles > hours > answer": "Kell **üheksa**.\n\nPühapäeval mitte.",
    "articles > hours > buttons > 1 > label": "Helista, palun",
    "articles > hours > buttons > 2 > label": "'=Kirjuta",
    "articles > returns > answer": "Too see.",
    "articles > returns > questions": "Kuidas?\nMillal siis?",
}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A desk that is half translated."""
    return write_desk(tmp_path / "shop", FILES)


def read_table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write_table(path: Path, rows: list[dict[str, str]], delimiter: str = ",") -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
        table.writeheader()
        table.writerows(rows)


def test_what_is_missing_is_listed_with_its_line(firstline: Firstline, shop: Path) -> None:
    """Each text that lacks a language is one line: where, which text, which languages."""
    ran = firstline("translate", shop, "--missing")
    assert ran.code == 0
    assert "kb/shop.yml:3  articles > hours > title  et" in ran.out.splitlines()
    assert "returns > title" not in ran.out


def test_a_language_that_is_not_built_in_lacks_the_bots_own_phrases(firstline: Firstline, tmp_path: Path) -> None:
    """What the bot says by itself is listed, too."""
    desk = "desk:\n  name: Shop\n  languages: [en, de]\n  default_language: en\n"
    shop = write_desk(tmp_path / "shop", FILES | {"config/desk.yml": desk})
    assert "phrases  greeting  de" in firstline("translate", shop, "--missing").out.splitlines()


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_translations_come_back_into_the_files(
    firstline: Firstline, shop: Path, tmp_path: Path, delimiter: str
) -> None:
    """Every translated cell stands in its file afterwards; comments and all else stay, and the desk has no error."""
    table = tmp_path / "texts.csv"
    assert firstline("translate", shop, "--export", table).code == 0
    rows = read_table(table)
    for row in rows:
        row["et"] = ESTONIAN.get(row["field"], row["et"])
    write_table(table, rows, delimiter)
    ran = firstline("translate", shop, "--import", table)
    assert ran.code == 0, ran.err
    after = (shop / "kb/shop.yml").read_text()
    for kept in ("# as on the door", "# asked a lot", "# the long one", "# the second one"):
        assert kept in after
    again = tmp_path / "again.csv"
    firstline("translate", shop, "--export", again)
    back = {row["field"]: row["et"].strip() for row in read_table(again)}
    assert {field: back[field] for field in ESTONIAN} == ESTONIAN
    assert firstline("check", shop).code == 0
    assert firstline("translate", shop, "--missing").out.count("\n") == 1


def test_a_table_that_was_not_touched_changes_nothing(firstline: Firstline, desk: Path, tmp_path: Path) -> None:
    """Out and in again, a desk is the same, byte for byte."""
    before = {path: path.read_bytes() for path in desk.rglob("*.yml")}
    firstline("translate", desk, "--export", tmp_path / "texts.csv")
    assert firstline("translate", desk, "--import", tmp_path / "texts.csv").code == 0
    assert {path: path.read_bytes() for path in desk.rglob("*.yml")} == before


def test_no_cell_is_a_formula(firstline: Firstline, shop: Path, tmp_path: Path) -> None:
    """A text that a spreadsheet would compute is a text there, and itself again when it comes back."""
    firstline("translate", shop, "--export", tmp_path / "texts.csv")
    cells = [cell for row in read_table(tmp_path / "texts.csv") for cell in row.values()]
    assert "'=Write: us" in cells
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r") and cell]


def test_a_text_that_changed_since_is_dropped(firstline: Firstline, shop: Path, tmp_path: Path) -> None:
    """A translation of what the text no longer says is not written: 1, with the reason."""
    table = tmp_path / "texts.csv"
    firstline("translate", shop, "--export", table)
    rows = read_table(table)
    write_table(table, [row | {"et": "Too see."} for row in rows if row["field"].endswith("returns > answer")])
    path = shop / "kb/shop.yml"
    path.write_text(path.read_text().replace("Bring it.", "Send it."))
    ran = firstline("translate", shop, "--import", table)
    assert ran.code == 1
    assert "its en text is not the one that was translated" in ran.err
    assert "Too see" not in path.read_text()


def test_a_comment_is_never_lost(firstline: Firstline, shop: Path, tmp_path: Path) -> None:
    """Sentences with a comment among them are left for a person."""
    table = tmp_path / "texts.csv"
    firstline("translate", shop, "--export", table)
    rows = read_table(table)
    for row in rows:
        row["et"] = "Millal?" if row["field"].endswith("hours > questions") else row["et"]
    write_table(table, rows)
    ran = firstline("translate", shop, "--import", table)
    assert ran.code == 1
    assert "write it by hand" in ran.err
    assert (shop / "kb/shop.yml").read_text() == FILES["kb/shop.yml"]


def test_what_is_no_table_is_refused(firstline: Firstline, shop: Path, tmp_path: Path) -> None:
    """Neither two wishes at once nor a file without the columns: 2."""
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    assert firstline("translate", shop, "--import", tmp_path / "x.csv").code == 2
    assert firstline("translate", shop).code == 2
