"""The layout of content files."""

import pytest

from bot.content import FILE_KINDS
from config.layout import LayoutError, lay_out
from tests.desks import ISP

UNTIDY = b"""# our articles
articles:
  # the first
  - title: Reset   # short
    id: reset
    answer: |
      # not a comment
      Hold it.

      - id: no field
    # why nobody is asked
    ask_solved: false
    questions: [Reset it]

  # the second
  - {id: other, title: Other, questions: [Other], answer: true}
"""
TIDY = """# yaml-language-server: $schema=../../.schema/articles.schema.json
# our articles
articles:
  # the first
  - id: reset
    title: Reset   # short
    questions: [Reset it]
    answer: |
      # not a comment
      Hold it.

      - id: no field
    # why nobody is asked
    ask_solved: no

  # the second
  - {id: other, title: Other, questions: [Other], answer: true}
"""


def words_of(data: bytes) -> list[str]:
    """Every word below the schema line, whatever the order and the signs between fields."""
    return sorted(word.strip("{},") for word in data.decode().split("\n", 1)[1].split() if word.strip("{},"))


def test_fields_are_put_in_order_with_their_comments() -> None:
    """Fields take the order of their table, comments go with them, false becomes no; an answer stays as it is."""
    assert lay_out("kb/articles/a.yml", UNTIDY, FILE_KINDS).decode() == TIDY


DEEP = b"""# yaml-language-server: $schema=../../.schema/flows.schema.json
flows:
  - id: f
    title: F
    steps:
      # what is it
      - type: choice   # by buttons
        ask: what
        choices:
          - {label: "One, or {two}", value: one, goto: next-step}
          - goto: end-step   # elsewhere
            # what customers say
            also: [other]
            label: Two
            value: two
        text: What?

      # after the question
      - only_if: what == 'one'
        say: Then this.
        id: next-step
      - if: what == 'two'
        else:
          - say: Not two.
            buttons: [{url: "https://x.example", label: Look}]
        then:
          # nothing
          - end: solved
    notes: none
"""
DEEP_TIDY = """# yaml-language-server: $schema=../../.schema/flows.schema.json
flows:
  - id: f
    title: F
    steps:
      # what is it
      - ask: what
        text: What?
        type: choice   # by buttons
        choices:
          - {value: one, label: "One, or {two}", goto: next-step}
          - value: two
            label: Two
            # what customers say
            also: [other]
            goto: end-step   # elsewhere

      # after the question
      - id: next-step
        say: Then this.
        only_if: what == 'one'
      - if: what == 'two'
        then:
          # nothing
          - end: solved
        else:
          - say: Not two.
            buttons: [{label: Look, url: "https://x.example"}]
    notes: none
"""


def test_fields_are_put_in_order_however_deep_they_lie() -> None:
    """Steps, choices and blocks in one line follow their tables, too; what a step does comes first."""
    assert lay_out("kb/flows/f.yml", DEEP, FILE_KINDS).decode() == DEEP_TIDY
    assert lay_out("kb/flows/f.yml", DEEP_TIDY.encode(), FILE_KINDS).decode() == DEEP_TIDY


def test_laid_out_twice_is_laid_out_once() -> None:
    """What is tidy does not change."""
    assert lay_out("kb/articles/a.yml", TIDY.encode(), FILE_KINDS).decode() == TIDY


@pytest.mark.parametrize("path", sorted(ISP.rglob("*.yml")), ids=lambda path: path.name)
def test_a_real_file_says_the_same_afterwards(path: object) -> None:
    """Each file of the ready desk can be laid out, loses no line, and then stays."""
    data = path.read_bytes()  # type: ignore[attr-defined]  # pytest does not know the type of a parameter
    after = lay_out("kb/x.yml", data, FILE_KINDS)
    assert words_of(after) == words_of(data)
    assert lay_out("kb/x.yml", after, FILE_KINDS) == after


def test_windows_line_ends_become_line_ends() -> None:
    """A file saved on Windows reads the same afterwards."""
    assert lay_out("kb/articles/a.yml", UNTIDY.replace(b"\n", b"\r\n"), FILE_KINDS).decode() == TIDY


def test_what_cannot_be_read_is_left_alone() -> None:
    """A file with an error in its YAML is refused."""
    with pytest.raises(LayoutError, match="firstline check"):
        lay_out("kb/a.yml", b"articles:\n\t- id: x\n", FILE_KINDS)
