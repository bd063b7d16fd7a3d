"""A good desk, damaged at random: every damage ends in findings, none in an exception."""

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.desk_folder import read_folder
from bot.desk import build_desk, check_alone, check_folder
from config.findings import has_errors
from config.fixing import fix_folder
from config.report import format_findings
from config.source import DeskFolder
from tests.desks import ISP, TODAY

FOLDER = read_folder(ISP)
FILES = sorted(FOLDER.content)
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
