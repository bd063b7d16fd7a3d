"""`firstline check`."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import ISP, Firstline

MISSPELT = "articles:\n  - id: late\n    title: Late\n    questons: [When?]\n    answer: Soon.\n"


def test_the_ready_desk_has_no_mistake(firstline: Firstline) -> None:
    """The desk we ship passes its own check, strictly."""
    ran = firstline("check", ISP, "--strict", "--today", "2026-11-21")
    assert ran.code == 0
    assert "0 errors, 0 warnings" in ran.out


def test_a_mistake_is_shown_with_place_line_and_caret(
    firstline: Firstline, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """File names lead there from the working folder; the line, a caret and a hint follow."""
    (desk / "kb" / "articles" / "late.yml").write_text(MISSPELT)
    monkeypatch.chdir(desk.parent)
    ran = firstline("check", "desk")
    assert ran.code == 1
    assert "desk/kb/articles/late.yml:4:5  error S03" in ran.out
    assert "     |     ^^^^^^^^ did you mean 'questions'?" in ran.out


def test_only_what_lies_under_the_path_is_reported(firstline: Firstline, desk: Path) -> None:
    """The whole desk is loaded; findings elsewhere in it are not shown."""
    (desk / "kb" / "articles" / "late.yml").write_text(MISSPELT)
    ran = firstline("check", desk / "kb" / "flows")
    assert ran.code == 0
    assert "S03" not in ran.out


def test_json_is_for_programs(firstline: Firstline, desk: Path) -> None:
    """--json is short for --format json: findings and counts."""
    (desk / "kb" / "articles" / "late.yml").write_text(MISSPELT)
    ran = firstline("check", desk, "--json")
    report = json.loads(ran.out)
    assert ("S03", 4) in [(finding["code"], finding["line"]) for finding in report["findings"]]
    assert report["counts"]["errors"] >= 1


def test_github_gets_annotations(firstline: Firstline, desk: Path) -> None:
    """--format github marks the lines of a change."""
    (desk / "kb" / "articles" / "late.yml").write_text(MISSPELT)
    assert "::error file=" in firstline("check", desk, "--format", "github").out


def test_fix_mends_and_checks_again(firstline: Firstline, desk: Path) -> None:
    """What can be mended is mended, comments stay, and the desk is whole again."""
    path = desk / "kb" / "articles" / "late.yml"
    path.write_text("# asked a lot\n" + MISSPELT)
    ran = firstline("check", path, "--fix")
    assert ran.code == 0
    assert "+    questions: [When?]" in ran.err
    assert path.read_text() == "# asked a lot\n" + MISSPELT.replace("questons", "questions")


def test_diff_only_shows(firstline: Firstline, desk: Path) -> None:
    """--fix --diff changes no file and still ends with 1."""
    path = desk / "kb" / "articles" / "late.yml"
    path.write_text(MISSPELT)
    ran = firstline("check", path, "--fix", "--diff")
    assert ran.code == 1
    assert "+    questions: [When?]" in ran.err
    assert path.read_text() == MISSPELT


def test_a_byte_order_mark_does_not_shift_a_fix(firstline: Firstline, desk: Path) -> None:
    """A mark at the beginning of the file takes no column, and stays."""
    path = desk / "kb" / "glossary.yml"
    path.write_bytes(b"\xef\xbb\xbfglosary:\n  - term: Wi-Fi\n")
    firstline("check", path, "--fix")
    assert path.read_bytes().startswith(b"\xef\xbb\xbfglossary:\n")


def test_a_file_outside_any_desk_is_checked_alone(firstline: Firstline, tmp_path: Path) -> None:
    """A single file is checked for its YAML and its fields."""
    path = tmp_path / "alone.yml"
    path.write_text("articles:\n\t- id: x\n")
    ran = firstline("check", path)
    assert ran.code == 1
    assert "Y05" in ran.out


def test_what_is_no_content_is_refused(firstline: Firstline, tmp_path: Path) -> None:
    """Neither a missing path nor another kind of file can be checked: 2."""
    picture = tmp_path / "a.png"
    picture.write_bytes(b"x")
    assert firstline("check", picture).code == 2
    assert firstline("check", tmp_path / "nowhere").code == 2
    assert firstline("check", tmp_path, "--today", "tomorrow").code == 2


def test_an_unset_secret_is_found_on_request(firstline: Firstline, desk: Path) -> None:
    """--env adds a warning for each action whose secret the environment lacks."""
    assert "D04" not in firstline("check", desk).out
    assert "D04" in firstline("check", desk, "--env").out
