"""What an editor shows while one writes: our schemas in yaml-language-server, the program behind most editors' YAML."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.cli.init import TEMPLATES
from adapters.cli.schema import write_schemas
from adapters.desk_folder import read_folder
from config.layout import SCHEMA_LINE
from tests.editor.server import Editor, an_editor

FILES = {template: sorted(read_folder(TEMPLATES / template).content) for template in ("isp", "saas", "shop", "empty")}
FLOW = "flows:\n  - id: no-internet\n    title: No internet\n    steps:\n"


@pytest.fixture(scope="module")
def editor() -> Iterator[Editor]:
    """One server for all questions; each question is about a file of its own."""
    with an_editor() as editor:
        yield editor


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `kb/` of a desk that has its schemas, as `init` and `firstline schema` write them."""
    desk = tmp_path_factory.mktemp("desk")
    write_schemas(desk / ".schema")
    return desk / "kb"


def written(kind: str, text: str) -> str:
    """A file of this kind in `kb/` with the first line that `init` and `fmt` write."""
    return f"{SCHEMA_LINE}../.schema/{kind}.schema.json\n{text}"


@pytest.mark.parametrize("template", FILES)
def test_nothing_is_underlined_in_what_we_ship(editor: Editor, kb: Path, template: str) -> None:
    """Every file of every template is silent, by the schema that its own first line names."""
    for file in FILES[template]:
        text = (TEMPLATES / template / file).read_text(encoding="utf-8")
        assert text.startswith(SCHEMA_LINE)
        assert editor.mistakes(kb.parent / file, text) == [], file


UNDERLINED = {
    "articles": [
        (
            "articles:\n  - id: a\n    title: A\n    questions: [Q?]\n    answer: B\n    titel: A",
            7,
            "titel is not allowed",
        ),
        ("articles:\n  - id: a\n    title: A\n    questions: [Q?]\n    answer: [[B]]", 6, "Incorrect type"),
        (
            "articles:\n  - id: a\n    title: A\n    questions: [Q?]\n    answer: B\n    status: old",
            7,
            '"draft", "published"',
        ),
        ("articles:\n  - id: a\n    title: A\n    questions: [Q?]", 3, 'Missing property "answer"'),
        ("articles:\n  id: a", 3, "Incorrect type"),
        (
            "articles:\n  - id: Wi-Fi!\n    title: A\n    questions: [Q?]\n    answer: B",
            3,
            "does not match the pattern",
        ),
    ],
    "flows": [
        (FLOW + "      - sya: Hello", 6, "sya is not allowed"),
        (FLOW + "      - say: Hello\n        save_as: x", 7, "save_as is not allowed"),
        (FLOW + "      - ask: name\n        text: Name?\n        type: words", 8, '"choice", "text", "number"'),
        (FLOW + "      - ask: name", 6, 'Missing property "text"'),
        (FLOW + "      - say: Hello\n        buttons: [1]", 7, "Incorrect type"),
        (FLOW + "      - solve", 6, '"solved", "escalate", "end"'),
    ],
    "smalltalk": [
        ("smalltalk:\n  - id: hi\n    says: [hi]\n    replay: Hello", 5, "replay is not allowed"),
        ("smalltalk:\n  - id: hi\n    says: [hi]\n    reply: Hello\n    human: maybe", 6, "Valid values: true, false"),
        ("smalltalk:\n  - id: hi\n    says: [[hi]]\n    reply: Hello", 4, "Incorrect type"),
    ],
    "glossary": [
        ("glossary:\n  - term: router\n    same_ass: [box]", 4, "same_ass is not allowed"),
        ("glossary:\n  - term: router\n    keep: never", 4, "Valid values: true, false"),
        ("glossary:\n  - term: [router]", 3, "Incorrect type"),
    ],
    "desk": [
        ("desk:\n  name: N\n  languages: [en]\n  default_language: en\n  langauge: en", 6, "langauge is not allowed"),
        ("desk:\n  name: N\n  languages: [en]\n  default_language: en\n  format: one", 6, "Incorrect type"),
        ("desk:\n  name: N\n  languages: [en]\n  default_language: en\n  survey: {after: [never]}", 6, '"bot_solved"'),
    ],
    "channels": [
        ("channels:\n  webb: {}", 3, "webb is not allowed"),
        ("channels:\n  server: {port: many}", 3, "Incorrect type"),
        ("channels:\n  slack: {bot_token: SLACK_BOT_TOKEN, mode: rest}", 3, '"socket", "http"'),
    ],
    "escalation": [
        ("escalation:\n  default_team: t\n  teams: {t: {title: T, teir: 2}}", 4, "teir is not allowed"),
        ("escalation:\n  default_team: t\n  teams: {t: {title: T, tier: second}}", 4, "Incorrect type"),
        (
            "escalation:\n  default_team: t\n  teams: {t: {title: T}}\n  triggers: [{id: a, when: sometimes}]",
            5,
            '"asks_for_human", "says"',
        ),
    ],
    "replies": [
        ("replies:\n  - {id: r, shortcut: r, title: R, text: Hello, shortkey: r}", 3, "shortkey is not allowed"),
        ("replies:\n  - {id: r, shortcut: [r], title: R, text: Hello}", 3, "Incorrect type"),
        ("replies:\n  - {id: r, shortcut: r, title: R, text: Hello, then: {priority: max}}", 3, '"urgent", "high"'),
    ],
    "conversations": [
        ("conversations:\n  - name: n\n    chat:\n      - custumer: hi", 5, "custumer is not allowed"),
        ("conversations:\n  - name: n\n    channel: fax\n    chat:\n      - customer: hi", 4, '"web", "slack"'),
        ("conversations:\n  - name: n\n    chat: hello", 4, "Incorrect type"),
    ],
    "phrases": [
        ("phrases:\n  bck: Back", 3, "bck is not allowed"),
        ("phrases:\n  back: [[Back]]", 3, "Incorrect type"),
    ],
    "words": [
        ("words:\n  jes: [aye]", 3, "jes is not allowed"),
        ("words:\n  yes: {en: [[aye]]}", 3, "Incorrect type"),
    ],
}
"""What is underlined, by kind of file: a text, the line, and a part of the message."""


@pytest.mark.parametrize("kind", UNDERLINED)
def test_mistakes_are_underlined_in_every_kind_of_file(editor: Editor, kb: Path, kind: str) -> None:
    """An unknown field, a wrong form and a value that is not in the list are marked at their line."""
    for text, line, message in UNDERLINED[kind]:
        found = editor.mistakes(kb / "file.yml", written(kind, f"{text}\n"))
        assert [each for each in found if each[0] == line and message in each[1]], (text, found)


def test_fields_are_completed_with_their_sentence(editor: Editor, kb: Path) -> None:
    """In an article the editor offers the fields it lacks, writes the colon, and says what each is for."""
    offered = editor.completions(kb / "a.yml", written("articles", "articles:\n  - id: wifi\n    ^\n"))
    assert offered["review_by"] == (
        "review_by: ",
        "Day by which it is checked again; later it is ranked a little lower and shown with its date.",
    )
    assert offered["answer"][0] == "answer: "
    assert "id" not in offered


def test_a_step_is_completed_by_its_verb(editor: Editor, kb: Path) -> None:
    """A new step is offered the verbs; one with a verb the fields of that verb, and the values they may have."""
    verbs = editor.completions(kb / "f.yml", written("flows", f"{FLOW}      - ^\n"))
    assert verbs["ask"] == ("ask: ", "Ask for one Slot.")
    assert "max_tries" not in verbs
    fields = editor.completions(kb / "f.yml", written("flows", f"{FLOW}      - ask: name\n        ^\n"))
    assert fields["on_give_up"] == ("on_give_up: ", "Done after one more.")
    assert "save_as" not in fields
    types = editor.completions(kb / "f.yml", written("flows", f"{FLOW}      - ask: name\n        type: ^\n"))
    assert set(types) == {"choice", "text", "number", "yes_no", "email", "phone", "date", "file", "done"}


def test_phrases_are_completed_with_what_they_replace(editor: Editor, kb: Path) -> None:
    """Whoever words a phrase anew sees its key and the built-in text."""
    offered = editor.completions(kb / "p.yml", written("phrases", "phrases:\n  talk^\n"))
    assert offered["talk_to_human"] == ("talk_to_human: ", "Talk to a human")


def test_a_field_is_explained_under_the_mouse(editor: Editor, kb: Path) -> None:
    """Resting on a field shows its sentence."""
    shown = editor.hover(kb / "a.yml", written("articles", "articles:\n  - id: a\n    ask_so^lved: yes\n"))
    assert 'Ask "Did that help?".' in shown
