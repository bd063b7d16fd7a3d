"""`--fix`: what is wrong is replaced, and nothing else in the file changes."""

import pytest

from bot.desk import check_folder
from config.findings import Fix
from config.fixing import apply_fixes, fix_folder, show_diff
from config.place import Position
from config.rules import load_rules
from config.source import DeskFolder
from tests.samples import TODAY, sample_folder

FIXABLE = [code for code, rule in load_rules().items() if rule.fixable]


def fixed(folder: DeskFolder, code: str) -> DeskFolder:
    findings = [f for f in check_folder(folder, today=TODAY, hints=True).findings if f.code == code]
    changed = fix_folder(folder, findings)
    return DeskFolder(root=folder.root, content={**folder.content, **changed}, media=folder.media)


@pytest.mark.parametrize("code", FIXABLE)
def test_what_can_be_fixed_is_fixed(code: str) -> None:
    """After --fix the rule's bad sample no longer breaks the rule."""
    folder = fixed(sample_folder(load_rules()[code].bad), code)
    assert code not in [f.code for f in check_folder(folder, today=TODAY, hints=True).findings]


@pytest.mark.parametrize("code", [code for code in load_rules() if code not in FIXABLE])
def test_what_an_editor_must_decide_is_left(code: str) -> None:
    """A rule that is not marked as fixable never carries a replacement."""
    findings = check_folder(sample_folder(load_rules()[code].bad), today=TODAY, hints=True).findings
    assert [f.fix for f in findings if f.code == code and f.fix] == []


def test_comments_order_and_line_ends_stay() -> None:
    """Only the misspelt word changes."""
    before = "# my terms\r\nglossary:\r\n  - trem: router   # the box\r\n    keep: yes\r\n"
    folder = fixed(sample_folder(before), "S03")
    assert folder.content["kb/sample.yml"].decode() == before.replace("trem", "term")


def test_a_forgotten_dash_moves_the_whole_entry() -> None:
    """The lines of the entry move with its first one."""
    before = "articles:\n  id: reset\n  answer: |\n    Hold it.\n\n    Then wait.\n"
    folder = fixed(sample_folder(before), "S05")
    after = "articles:\n  - id: reset\n    answer: |\n      Hold it.\n\n      Then wait.\n"
    assert folder.content["kb/sample.yml"].decode() == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("    questions:\n      - how\n      - how\n      - where\n", "    questions:\n      - how\n      - where\n"),
        ("    questions: [how, how, where]\n", "    questions: [how, where]\n"),
        ('    questions: [how, "how", where]\n', "    questions: [how, where]\n"),
    ],
)
def test_a_question_that_is_there_twice_goes_with_its_dash_or_comma(before: str, after: str) -> None:
    """What is left is still a list."""
    article = "articles:\n  - id: reset\n    title: Reset\n{}    answer: Hold it.\n"
    folder = fixed(sample_folder(article.format(before)), "A04")
    assert folder.content["kb/sample.yml"].decode() == article.format(after)


def test_a_replacement_that_no_longer_fits_is_left_out() -> None:
    """A file that has changed since the check is not damaged."""
    fix = Fix(position=Position("x.yml", 1, 1), old="trem", new="term")
    late = Fix(position=Position("x.yml", 9, 1), old="a", new="b")
    assert apply_fixes("other: text\n", [fix, late]) == "other: text\n"


def test_the_diff_shows_the_change() -> None:
    """--fix --diff shows lines as diff does."""
    shown = show_diff("kb/a.yml", b"a: 1\nb: 2\n", b"a: 1\nb: 3\n")
    assert "-b: 2\n+b: 3\n" in shown
