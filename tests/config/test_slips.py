"""The slips that editors really make: each ends in one message that says what to do.

`slips.txt` holds every message as an editor reads it; read it as one, and mend what does not help.
"""

from pathlib import Path

import pytest

from adapters.desk_folder import read_folder
from bot.desk import check_folder
from config.findings import Finding
from config.report import format_findings
from config.source import DeskFolder
from tests.samples import TODAY

GOOD = read_folder(Path(__file__).parent / "slips").content
"""A small desk in good order, file by file."""
MESSAGES = Path(__file__).parent / "slips.txt"
ARTICLE = GOOD["kb/article.yml"].decode()
ANSWER = ARTICLE[ARTICLE.index("    answer:") : ARTICLE.index("    buttons:")]
BUTTON = ARTICLE[ARTICLE.index("      - label") : ARTICLE.index("    tests:")]
THEN = "        then:\n          - say: The line is fine.\n          - solved\n"
PERSON = "      - id: person\n        escalate: support\n"
AGAIN = """    tests:
      match: {en: [please reset my box]}
  - id: reset
    title: Again
    owner: liis
    review_by: 2027-01-01
    questions: {en: [where is it], et: [kus see on]}
    answer: There.
    tests:"""
TESTS = "    tests:\n"
CALL = "      - call: check_line\n"
OWNER = "    owner: liis\n"
ASKED = "    - {id: asked, when: asks_for_human}\n"
FILES = {
    "article": "kb/article.yml",
    "flow": "kb/flow.yml",
    "policy": "escalation/policy.yml",
    "talk": "tests/talk.yml",
    "desk": "config/desk.yml",
}

SLIPS = {
    "one blank too few": ("article", "    owner: liis", "   owner: liis"),
    "one blank too many": ("article", "    owner: liis", "     owner: liis"),
    "no blank after the colon": ("article", "owner: liis", "owner:liis"),
    "a list is not closed": ("article", "router reset button]", "router reset button"),
    "a block is not closed": ("article", "Ruuteri taastamine}", "Ruuteri taastamine"),
    "an id was renamed": ("article", "id: reset", "id: router-reset"),
    "the main language was deleted": ("article", "      en: |\n        Hold **Reset** for 10 seconds.\n", ""),
    "a wrong language code": ("article", "      et: |", "      ee: |"),
    "a language by its name": ("article", "      et: |", "      estonian: |"),
    "quotes of a word processor": ("article", "owner: liis", "owner: “liis”"),
    "blanks of a word processor": ("article", "    owner: liis", "\u00a0\u00a0\u00a0 owner: liis"),
    "a tabulator": ("article", "    owner: liis", "\towner: liis"),
    "a colon in a title": ("article", "{en: Reset the router, et: Ruuteri taastamine}", "Reset: how to"),
    "a colon in an answer": ("article", ANSWER, "    answer: Note: hold it\n"),
    "an answer begins in bold": ("article", ANSWER, "    answer: **Hold** it\n"),
    "an answer begins with a link": ("article", ANSWER, "    answer: [Help](https://x.example) has it\n"),
    "an answer begins with a value": ("article", ANSWER, "    answer: {{ channel }} it is\n"),
    "an answer begins with a dash": ("article", ANSWER, "    answer: - hold it\n"),
    "an apostrophe": ("article", "owner: liis", "owner: 'liis's'"),
    "an open quote": ("article", "owner: liis", 'owner: "liis'),
    "a text that is not indented": ("article", "        Hold **Reset** for", "      Hold **Reset** for"),
    "a day as people write it": ("article", "2027-01-01", "1.1.2027"),
    "a field with a capital": ("article", "owner:", "Owner:"),
    "a field in the plural": ("article", "title:", "titles:"),
    "a link without https": ("article", "https://help.example", "www.help.example"),
    "a forgotten dash": ("article", BUTTON, BUTTON.replace("- label", "label").replace("    url", "  url")),
    "a button that leads nowhere": ("article", "        url: https://help.example\n", ""),
    "a dash without its blank": ("article", "  - id: reset", "  -id: reset"),
    "an unknown value": ("article", "Hold **Reset**", "{{ firstname }}, hold **Reset**"),
    "single braces": ("article", "Hold **Reset**", "Hi {first_name}, hold **Reset**"),
    "half a brace": ("article", "Hold **Reset**", "Hi {{ first_name }, hold **Reset**"),
    "an article pasted twice": ("article", "    tests:", AGAIN),
    "a question pasted twice": ("article", "restore factory", "How do I reset the router?, restore factory"),
    "a field left empty": ("article", "    owner: liis", "    owner:"),
    "another first word": ("article", "articles:", "article:"),
    "html": ("article", "Hold **Reset**", "Hold <b>Reset</b>"),
    "a secret sign first": ("article", "owner: liis", "owner: @liis"),
    "two values for one": ("article", "owner: liis", "owner: [liis, mari]"),
    "a comma for a dash": ("flow", "      - call: check_line", "      , call: check_line"),
    "a bullet for a dash": ("flow", "      - call: check_line", "      • call: check_line"),
    "a long dash for a dash": ("flow", "      - call: check_line", "      – call: check_line"),
    "a step was renamed": ("flow", "id: person", "id: human"),
    "two letters swapped": ("flow", "- say: The line is fine.", "- sya: The line is fine."),
    "a sentence for a step": ("flow", "- say: The line is fine.", "- The line is fine."),
    "one sign of equality": ("flow", "light == 'green'", "light = 'green'"),
    "a value without quotes": ("flow", "light == 'green'", "light == green"),
    "a label for a value": ("flow", "light == 'green'", "light == 'Green'"),
    "and as programmers write it": ("flow", "and line.ok", "&& line.ok"),
    "is for ==": ("flow", "light == 'green'", "light is 'green'"),
    "quotes of a word processor in a condition": ("flow", "light == 'green'", "light == ‘green’"),
    "braces around a condition": ("flow", "light == 'green' and line.ok", "\"{{ light == 'green' and line.ok }}\""),
    "a list that ends too early": ("flow", THEN, THEN.replace("          -", "      -")),
    "else with a dash": ("flow", "        else:", "      - else:"),
    "two actions in one step": ("flow", "The line is broken.", "The line is broken.\n            goto: person"),
    "a value with a capital": ("flow", "value: green", "value: Green"),
    "no comma between two fields": ("flow", "{value: green, label: Green}", "{value: green label: Green}"),
    "a label with a comma": ("flow", "label: Green}", "label: Green, steady}"),
    "a label with a colon": ("flow", "label: Green}", "label: Green: steady}"),
    "a question mark first": ("flow", "text: Which light is on?", "text: ? which light"),
    "a percent sign first": ("flow", "text: Which light is on?", "text: % of light"),
    "a number sign in a text": ("flow", "text: Which light is on?", "text: Which light of #1 is on?"),
    "a misspelt action": ("flow", "call: check_line", "call: check_lin"),
    "a misspelt team": ("flow", "escalate: support", "escalate: suport"),
    "a question without its text": ("flow", "        text: Which light is on?\n", ""),
    "an id with a blank": ("flow", "id: internet-down", "id: internet down"),
    "a misspelt answer in a text": ("flow", "The line is broken.", "The line of {{ lihgt }} is broken."),
    "a field that a result does not have": ("flow", "The line is broken.", "The line is {{ line.okay }}."),
    "a step pasted twice": ("flow", PERSON, PERSON + PERSON),
    "a comment without its blank": ("flow", "text: Which light is on?", "text: Which light is on? #ask twice"),
    "three dashes": ("flow", "flows:", "---\nflows:\n---"),
    "minutes in words": ("flow", "text: Which light is on?", "text: Which light is on?\n        timeout: 5 minutes"),
    "yes with a capital": ("flow", "text: Which light is on?", "text: Which light is on?\n        optional: Yes"),
    "a field twice": ("flow", "    owner: liis", "    owner: liis\n    owner: mari"),
    "a text beside its sign": ("flow", "text: Which light is on?", "text: | Which light is on?"),
    "hours as people write them": ("policy", "08:00-20:00", "8-20"),
    "days in full": ("policy", "mon-fri", "monday-friday"),
    "a forgotten weekend": ("policy", ", sat-sun: closed", ""),
    "a misspelt time zone": ("policy", "Europe/Tallinn", "Europe/Talinn"),
    "a city for a time zone": ("policy", "Europe/Tallinn", "Tallinn"),
    "a team was renamed": ("policy", "default_team: support", "default_team: helpdesk"),
    "nobody can ask for a person": ("policy", "when: asks_for_human", "when: flow_dead_end"),
    "a question was renamed": ("talk", "step: light", "step: lamp"),
    "a word for press": ("talk", "{press: Red", "{click: Red"),
    "a language by its name in the desk": ("desk", "languages: [en, et]", "languages: english"),
    "a colon in a name": ("desk", "name: Sample", "name: Sample: the shop"),
    "languages without brackets": ("desk", "languages: [en, et]", "languages: en, et"),
    "a secret in a file": ("desk", "mock: {ok: yes}", "mock: {ok: yes}, secret: sk_live_abcdefgh12345678"),
    "an address that is not secure": ("desk", "https://ops", "http://ops"),
    "nothing for a value": ("flow", "light == 'green' and line.ok", "line.ok == null"),
    "a value that is empty": ("flow", "light == 'green' and line.ok", "light is empty"),
    "signs of a spreadsheet": ("flow", "light == 'green' and line.ok", "light <> 'green'"),
    "words for signs": ("flow", "light == 'green' and line.ok", "light equals 'green'"),
    "contains for in": ("flow", "light == 'green' and line.ok", "light contains 'green'"),
    "an order of colours": ("flow", "light == 'green' and line.ok", "light > 'green'"),
    "a day as another text": ("flow", "light == 'green' and line.ok", "today > '1.3.2027'"),
    "a number as a word": ("policy", ASKED, f"{ASKED}    - {{id: lost, when: failed_answers, at_least: two}}\n"),
    "days cut short": ("policy", "mon-fri: 08:00-20:00", "Mo-Fr: 08:00-20:00"),
    "hours in words": ("policy", "mon-fri: 08:00-20:00", "mon-fri: 8 to 20"),
    "close for closed": ("policy", "sat-sun: closed", "sat-sun: close"),
    "a dollar before braces": ("flow", "say: The line is fine.", "say: Hi ${light}."),
    "a value between percent signs": ("flow", "say: The line is fine.", "say: The light is %light%."),
    "two versions of git": ("article", OWNER, f"<<<<<<< HEAD\n{OWNER}=======\n    owner: mari\n>>>>>>> b\n"),
    "a dash between two entries": ("flow", "  - {value: red, label: Red}", "    {value: red, label: Red}"),
    "a picture outside its folder": ("article", TESTS, f"    attachments: [{{image: box.png, alt: Box}}]\n{TESTS}"),
    "an id without its field": ("desk", "[{article: reset}]", "[reset]"),
    "a field of another list": ("article", TESTS, f"    steps: [solved]\n{TESTS}"),
    "another language's expression": ("flow", CALL, f"      - {{ask: n, text: N, invalid: N., pattern: /n/i}}\n{CALL}"),
}  # fmt: skip
"""Where each slip is made, what stood there, and what somebody wrote."""


def folder(file: str, text: bytes) -> DeskFolder:
    return DeskFolder(root="x", content={**GOOD, file: text})


def findings(file: str, text: bytes) -> tuple[Finding, ...]:
    return check_folder(folder(file, text), today=TODAY).findings


def message(slip: str) -> str:
    """What the check prints about a slip, without the summary."""
    where, right, wrong = SLIPS[slip]
    file = FILES[where]
    assert right in GOOD[file].decode()
    text = GOOD[file].decode().replace(right, wrong, 1).encode()
    found = findings(file, text)
    assert len(found) == 1, found
    return format_findings(found, folder(file, text).content).rpartition("\n")[0].strip()


def expected() -> dict[str, str]:
    sections = MESSAGES.read_text(encoding="utf-8").split("## ")[1:]
    return {section.partition("\n")[0]: section.partition("\n")[2].strip() for section in sections}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_ends_in_one_message(slip: str) -> None:
    """One slip of an editor is one finding, at the place where it can be put right, in these words."""
    assert message(slip) == expected()[slip]


def test_an_entry_in_the_wrong_list_is_one_mistake() -> None:
    """A flow among the articles is told once, not field by field."""
    found = findings("kb/flow.yml", GOOD["kb/flow.yml"].replace(b"flows:", b"articles:", 1))
    assert [each.code for each in found if each.position.file == "kb/flow.yml"] == ["S03"]


def test_every_message_is_of_a_slip() -> None:
    """`slips.txt` holds no message that is said no more."""
    assert set(expected()) == set(SLIPS)


def test_what_is_right_is_not_reported() -> None:
    """The desk without a slip has no finding."""
    assert findings("kb/article.yml", GOOD["kb/article.yml"]) == ()


@pytest.mark.parametrize("text", [ARTICLE.replace("\n", "\r\n").encode(), b"\xef\xbb\xbf" + ARTICLE.encode()])
def test_line_ends_and_byte_order_marks_do_not_matter(text: bytes) -> None:
    """Files saved on Windows are read like any other."""
    assert findings("kb/article.yml", text) == ()


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        (ARTICLE.encode("utf-16"), "kb/article.yml:1:1 Y15"),
        (ARTICLE.replace("Hoia", "Hõia").encode("latin-1"), "kb/article.yml:13:10 Y15"),
        (ARTICLE.replace("Hoia", "H\0ia").encode(), "kb/article.yml:13:10 Y99"),
    ],
)
def test_bytes_that_are_no_text_are_named(text: bytes, finding: str) -> None:
    """Another encoding and invisible characters are found at their place."""
    assert [f"{f.position} {f.code}" for f in findings("kb/article.yml", text)] == [finding]
