"""How blocks are read: one mistake is one message, and what can be read is read."""

from importlib.resources import files

import pytest

from bot.desk import check_folder
from config.source import DeskFolder
from tests.samples import TODAY, check_sample, codes_of

ARTICLE = "articles: [{id: a, owner: x, review_by: 2027-01-01, questions: [q], answer: x, tests: {match: [y]}, %s}]"
FLOW = "flows: [{id: f, title: F, starts_when: [x], steps: [%s]}]"
POLICY = "escalation: {teams: {care: {title: C, web: yes}, field: {title: F, web: yes}}, default_team: care, %s}"


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        (ARTICLE % "titel: A", ["S03"]),
        (ARTICLE % "title: A, related: [b]" + "\nflosw: []", ["S02"]),
        (FLOW % "{call: chekc, save_as: r, on_error: end}, {say: '{{ r.okk }}'}, solved", ["R01"]),
        (FLOW % "{ask: a, text: A, type: nmber, min: 3}, {end: informed}", ["S11"]),
        (FLOW % "{ask: a, text: A, pattern: '(', invalid: No., example: x}, {end: informed}", ["F12"]),
        (POLICY % "routing: [{if: vip, team: feild}]", ["R01"]),
        (POLICY % "routing: [{if: vip, team: field}], triggers: [{id: h, when: ask_for_human}]", ["S11"]),
        ("desk: our desk", ["S06"]),
        ("conversations: [{name: n, chat: [{custmer: hello, expect: {understood: no}}]}]", ["S03"]),
    ],
)
def test_one_mistake_is_one_message(content: str, codes: list[str]) -> None:
    """What follows from a mistake that was named is not named again."""
    assert sorted(codes_of(content)) == codes


def test_a_file_with_broken_yaml_is_reported_alone() -> None:
    """References into a file that cannot be read are not wrong because of that."""
    findings = check_sample("articles:\n  - id: a\n   title: A\n")
    assert [f.code for f in findings if f.severity != "hint"] == ["Y07"]


def test_a_list_with_one_value_needs_no_dash() -> None:
    """One value in place of a list is that list."""
    assert codes_of("glossary: [{term: router, misspelled: rooter}]") == []


def test_a_word_of_another_product_is_known() -> None:
    """Fields of other products are answered with ours."""
    finding = next(f for f in check_sample("articles: [{id: a, utterances: [q]}]") if f.code == "S03")
    assert finding.hint == "did you mean 'questions'?"


def test_a_far_name_is_not_guessed() -> None:
    """Where nothing is similar the fields are listed."""
    finding = next(f for f in check_sample("glossary: [{term: x, colour: red}]") if f.code == "S03")
    assert finding.hint == "fields are: term, same_as, misspelled, means, keep"


def test_findings_come_in_the_order_of_the_files() -> None:
    """By file, then by line and column, whatever rule found them."""
    places = [f.position for f in check_sample("articles:\n  - {id: B, answer: '{{ x }}'}\n  - {id: A, titel: x}\n")]
    assert places == sorted(places)


def test_what_the_bot_says_by_itself_is_held_to_the_same_rules() -> None:
    """The built-in phrases and words have no finding in a desk of all six languages, not even a hint."""
    desk = "desk: {name: Sample, languages: [en, et, ru, da, it, lt], default_language: en}"
    built_in = {f"config/{f.name}": f.read_bytes() for f in files("config").joinpath("builtin").iterdir()}
    folder = DeskFolder(root="x", content={"config/desk.yml": desk.encode(), **built_in})
    assert check_folder(folder, today=TODAY, hints=True).findings == ()


@pytest.mark.parametrize(
    ("block", "codes"),
    [
        ("phrases: {glad: Good to hear., bye: Bye.}", []),
        ("phrases: {glda: Good to hear.}", ["S03"]),
        ("phrases: {back_to: 'Back: {{ qestion }}'}", ["T06"]),
        ("phrases: {back_to: 'Back to {{ title }}: {{ question }}'}", []),
        ("words: {human: [sheriff]}", []),
        ("words: {humna: [sheriff]}", ["S03"]),
    ],
)
def test_a_desk_words_phrases_itself(block: str, codes: list[str]) -> None:
    """A desk's own wording is a known key with the names of the built-in text."""
    assert codes_of(block) == codes
