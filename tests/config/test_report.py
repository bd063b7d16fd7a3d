"""Findings as people and machines read them."""

import json

from bot.desk import check_folder
from config.report import Style, exit_code, format_findings, summarise
from tests.samples import TODAY, sample_folder

BROKEN = "glossary:\n  - term: router\n    kepe: yes\n"


def shown(style: Style = Style.TEXT, *, color: bool = False) -> str:
    folder = sample_folder(BROKEN)
    findings = check_folder(folder, today=TODAY).findings
    return format_findings(findings, folder.content, style=style, color=color, root="my-desk/")


def test_a_finding_shows_place_line_caret_and_hint() -> None:
    """The line before, the line, a caret under the word, and what to do."""
    assert shown().splitlines() == [
        "my-desk/kb/sample.yml:3:5  error S03  'kepe' is not a field of a glossary term.",
        "   2 |   - term: router",
        "   3 |     kepe: yes",
        "     |     ^^^^ did you mean 'keep'?",
        "     = can be fixed for you:  firstline check --fix",
        "",
        "2 files checked: 1 error, 0 warnings.  1 can be fixed for you: firstline check --fix",
    ]


def test_colours_are_written_only_when_asked_for() -> None:
    """A pipe gets plain text."""
    assert "\x1b[" not in shown()
    assert "\x1b[31merror\x1b[0m" in shown(color=True)


def test_json_names_every_part() -> None:
    """Programs get place, code, severity, message, hint and counts."""
    report = json.loads(shown(Style.JSON))
    assert report["findings"] == [
        {
            "file": "my-desk/kb/sample.yml",
            "line": 3,
            "column": 5,
            "end_column": 9,
            "code": "S03",
            "severity": "error",
            "message": "'kepe' is not a field of a glossary term.",
            "hint": "did you mean 'keep'?",
            "fixable": True,
        }
    ]
    assert report["counts"] == {"files": 2, "errors": 1, "warnings": 0, "hints": 0, "fixable": 1}


def test_github_gets_one_annotation_a_finding() -> None:
    """GitHub marks the line of a change."""
    assert shown(Style.GITHUB) == (
        "::error file=my-desk/kb/sample.yml,line=3,col=5,title=S03::"
        "'kepe' is not a field of a glossary term. did you mean 'keep'?"
    )


def test_a_control_character_cannot_steer_the_terminal() -> None:
    """Lines of content are shown without what a terminal would obey."""
    folder = sample_folder('glossary: [{kepe: "\x1b"}]')
    findings = check_folder(folder, today=TODAY).findings
    assert "\x1b" not in format_findings(findings, folder.content)


def test_the_exit_code_counts_warnings_only_when_strict() -> None:
    """0 for nothing, 1 for errors; a warning is a problem only for --strict."""
    warned = check_folder(sample_folder('glossary: [{term: "a {first_name}", means: "{first_name}"}]'), today=TODAY)
    assert [f.code for f in warned.findings] == ["T10"]
    assert (exit_code(warned.findings), exit_code(warned.findings, strict=True)) == (0, 1)
    assert exit_code(check_folder(sample_folder(BROKEN), today=TODAY).findings) == 1


def test_the_summary_counts() -> None:
    """Nothing found is said as well."""
    assert summarise((), 4) == "4 files checked: 0 errors, 0 warnings."
