"""How messages look: literal words, whole marks, parts that fit."""

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from adapters.telegram.render import keyboard_of, render_message
from adapters.telegram.styled import MOST_PARTS, TEXT_LIMIT, read_html, split, units
from bot.model import Audience, Author, AuthorKind, Choice, Does, Message, MessageKind
from tests.fakes.telegram.entities import parse
from tests.making import MONDAY, make_agent


def said(text: str, kind: MessageKind = MessageKind.ANSWER, **more: object) -> Message:
    author = more.pop("author", Author(kind=AuthorKind.BOT))
    return Message(number=3, audience=Audience.CUSTOMER, kind=kind, author=author, text=text, at=MONDAY, **more)  # type: ignore[arg-type]  # plain fields


def test_the_bots_marks_become_telegrams() -> None:
    """Bold, italic, code, links and lists; headings and HTML stay the text they are."""
    [part] = render_message(said("**a** *b* `c<` [d](https://e.example/?x=1&y=2)\n\n- one\n- two\n\n<b>"), 1).parts
    assert part == (
        '<b>a</b> <i>b</i> <code>c&lt;</code> <a href="https://e.example/?x=1&amp;y=2">d</a>\n\n'
        "• one\n• two\n\n&lt;b&gt;"
    )


def test_an_agent_is_named_and_his_words_are_literal() -> None:
    """Marks in his words are not read."""
    [part] = render_message(said("*2 < 3*", MessageKind.AGENT, author=make_agent("liis")), 1).parts
    assert part == "<b>Liis:</b> *2 &lt; 3*"


def test_buttons_name_their_question_and_place() -> None:
    """Links have no place; [Talk to a human] is always good; two short ones share a row."""
    choices = (
        Choice(label="Yes", does=Does.YES),
        Choice(label="Site", url="https://e.example"),
        Choice(label="No, something else entirely", does=Does.NO),
        Choice(label="Human", does=Does.HUMAN),
    )
    assert keyboard_of(said("?", choices=choices, question=True), 1042) == [
        [{"text": "Yes", "callback_data": "1042.3:0"}, {"text": "Site", "url": "https://e.example"}],
        [{"text": "No, something else entirely", "callback_data": "1042.3:1"}],
        [{"text": "Human", "callback_data": "human"}],
    ]


def test_a_used_button_leaves_its_label() -> None:
    """The keyboard goes, the choice stays to be read."""
    rendered = render_message(said("Did that help?", chosen="Yes", question=True), 1)
    assert (rendered.parts, rendered.keyboard) == (("Did that help?\n\n→ <b>Yes</b>",), [])


def test_too_long_for_messages_becomes_a_file() -> None:
    """Four parts at most, then the first and the whole as a file."""
    rendered = render_message(said("word " * 5_000, MessageKind.AGENT), 1)
    assert len(rendered.parts) == 1
    assert len(rendered.whole) == 25_000
    assert 1 < len(render_message(said("word " * 2_000, MessageKind.AGENT), 1).parts) <= MOST_PARTS


def test_parts_end_where_a_reader_would_pause() -> None:
    """At a paragraph before a sentence before a word."""
    text = "One sentence. " * 200 + "\n\n" + "Another one. " * 200
    parts = split(html.escape(text))
    assert parts[0].endswith("One sentence.")
    assert parts[1].startswith("Another one.")


@given(st.text(alphabet=st.sampled_from("ab <>&\"'*_`\n😀é"), max_size=400))
def test_peoples_words_are_read_as_they_were_written(text: str) -> None:
    """Literal, whatever they hold."""
    escaped = html.escape(text, quote=False)
    assert read_html(escaped).text == text
    assert parse(escaped)[0] == text


@given(
    st.lists(
        st.sampled_from(
            ["<b>bold words</b> ", "<pre>co\nde</pre>\n", "plain 😀 text. ", '<a href="x">link</a>\n\n', "&lt;"]
        ),
        min_size=1,
        max_size=60,
    ),
    st.integers(20, 120),
)
def test_every_part_is_whole_and_fits(pieces: list[str], limit: int) -> None:
    """Each can be read by itself, none is too long, and nothing but blanks is lost."""
    source = "".join(pieces)
    parts = split(source, limit)
    seen = [parse(part)[0] for part in parts]
    assert all(units(text) <= limit for text in seen)
    squeezed = [re.sub(r"\s", "", text) for text in ("".join(seen), read_html(source).text)]
    assert squeezed[0] == squeezed[1]


def test_length_counts_as_the_platform_does() -> None:
    """An emoji counts twice, marks not at all."""
    assert len(split("😀" * (TEXT_LIMIT // 2))) == 1
    assert len(split("😀" * (TEXT_LIMIT // 2) + "x")) == 2
    assert len(split(f"<b>{'x' * TEXT_LIMIT}</b>")) == 1
