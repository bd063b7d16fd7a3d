"""A good desk, damaged at random: every damage ends in findings, none in an exception."""

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.desk_folder import read_folder
from bot.content import FILE_KINDS, Content, read_content
from bot.desk import build_desk, check_alone, check_folder
from config.findings import Findings, has_errors
from config.fixing import fix_folder
from config.layout import lay_out
from config.report import format_findings
from config.source import DeskFolder
from config.texts import Text
from tests.desks import ISP, TODAY

FOLDER = read_folder(ISP)
FILES = sorted(FOLDER.content)
GOOD = read_content(FOLDER, Findings(), today=TODAY)[0]
SIGNS = "\t|- |: |{{|}}|{% if %}|*x|&x |!x |'|[|}|#|\0|\u00a0|\r|\n|---\n|yes|->"
NASTY = (*(sign.encode() for sign in SIGNS.split("|")), b"", b'"', b"|", b"\xff", b"x" * 300)


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_damage_ends_in_findings(data: st.DataObject) -> None:
    """Whatever bytes are cut, doubled or put in, the check answers, its report can be printed, and --fix can run."""
    file = data.draw(st.sampled_from(FILES))
    text = FOLDER.content[file]
    start = data.draw(st.integers(0, len(text)))
    length = data.draw(st.integers(0, 40))
    damaged = text[:start] + data.draw(st.sampled_from(NASTY)) + text[start + length :]
    folder = DeskFolder(root="x", content={**FOLDER.content, file: damaged}, media=FOLDER.media)
    checked = check_folder(folder, today=TODAY, hints=True)
    assert format_findings(checked.findings, folder.content)
    assert (checked.content is None) == has_errors(checked.findings)
    fix_folder(folder, checked.findings)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_file(data: bytes) -> None:
    """Bytes that nobody wrote as content are refused or say nothing."""
    assert isinstance(check_alone("x.yml", data), tuple)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="articles:flows-[]{}| \n\"'&*!#%@`?>,idx=", max_size=80))
def test_any_text_is_a_file(text: str) -> None:
    """Text made of YAML's own signs is refused or says nothing."""
    assert isinstance(check_alone("x.yml", text.encode()), tuple)


def test_the_same_content_gives_the_same_version() -> None:
    """The version changes with the content and with nothing else."""
    content = check_folder(FOLDER, today=TODAY).content
    again = check_folder(FOLDER, today=TODAY).content
    assert content is not None
    assert again is not None
    assert content.version == again.version == build_desk(content).version


HARMLESS: tuple[Callable[[str, int], str], ...] = (
    lambda text, line: _put_in(text, line, "  # a note of a colleague"),
    lambda text, line: _put_in(text, line, ""),
    lambda text, _: text.replace("\n", "\r\n"),
    lambda text, _: f"\ufeff{text}",
    lambda text, _: lay_out("kb/x.yml", text.encode(), FILE_KINDS).decode(),
    lambda text, _: f"{text}\n# the end\n\n",
)
"""What editors and colleagues do to a file without changing what it says."""


def _put_in(text: str, number: int, line: str) -> str:
    """A line before one of the entries, which all begin with a dash two columns in."""
    lines = text.split("\n")
    entries = [at for at, each in enumerate(lines) if each.startswith("  - ")]
    lines.insert(entries[number % len(entries)] if entries else len(lines), line)
    return "\n".join(lines)


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_what_says_the_same_answers_the_same(data: st.DataObject) -> None:
    """Notes, blank lines, other line ends and another layout change neither findings nor anything that is answered."""
    file = data.draw(st.sampled_from([name for name in FILES if name.startswith("kb/")]))
    text = FOLDER.content[file].decode()
    for change in data.draw(st.lists(st.sampled_from(HARMLESS), min_size=1, max_size=3, unique=True)):
        text = change(text.replace("\r\n", "\n").removeprefix("\ufeff"), data.draw(st.integers(0, 30)))
    folder = DeskFolder(root="x", content={**FOLDER.content, file: text.encode()}, media=FOLDER.media)
    after = check_folder(folder, today=TODAY)
    assert after.findings == ()
    assert after.content is not None
    assert said_by(after.content) == said_by(GOOD)


def said_by(content: Content) -> dict[str, object]:
    """Everything that a customer can be answered with, whatever its place."""
    return {
        **{f"article:{each.id}": (sentences(each.questions), sentences(each.answer)) for each in content.articles},
        **{f"talk:{talk.id}": (sentences(talk.says), sentences(talk.reply)) for talk in content.smalltalk},
        **{f"term:{term.term}": (sentences(term.same_as), term.misspelled) for term in content.glossary},
        "flows": [(flow.id, sentences(flow.starts_when), len(flow.steps)) for flow in content.flows],
    }


def sentences(text: Text) -> list[tuple[str, str]]:
    """The wordings of a text, each with its language."""
    return [(language, wording.text) for language, wording in text.sentences()]
