"""One Markdown source on every channel: what is literal stays literal, and nothing dangerous gets through."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.cutting import cut
from adapters.markdown import escape_mrkdwn, render_mrkdwn, render_telegram, render_words
from adapters.telegram.styled import split
from tests.fuzz.targets import render_for_slack, render_for_telegram, render_for_web

SIGNS = (
    r"<!channel> @channel @here <script> javascript: * _ ` ``` ~ [ ]( ) < > & &lt; &#60; | \ ! # - 1. {{ %} <b> <@U1>"
)
NASTY = st.sampled_from([*SIGNS.split(), " ", "https://x.example", "\u202e"])
TEXTS = st.lists(NASTY | st.text(max_size=8), max_size=12).map("".join)


@settings(max_examples=250, deadline=None)
@given(TEXTS)
@example("<!channel> @here *x* _y_ `z` [a](javascript:b)")
@example("[x](javascript:alert(1)) <!channel> <!here|x> [<!channel>](https://x.example) `<!everyone>`")
@example("![x](https://x.example) <https://x.example|<!channel>> <javascript:alert(1)>")
def test_text_stays_literal_and_nothing_dangerous_gets_through(text: str) -> None:
    """As a value it is shown with its characters; as a text it makes no tag, scheme or command but those allowed."""
    for render in (render_for_web, render_for_slack, render_for_telegram):
        render(text.encode())


@given(TEXTS)
def test_peoples_words_are_no_markup(text: str) -> None:
    """What a person types is escaped: no command for Slack, no tag for the web."""
    assert "<" not in escape_mrkdwn(text)
    assert set(re.findall(r"<\s*/?\s*([a-z!]*)", render_words(text))) <= {"p", "br", "a"}


@pytest.mark.parametrize(
    ("markdown", "slack"),
    [
        ("**bold** and *italic* and `code`", "*bold* and _italic_ and `code`"),
        ("in**mid**word", "in\u200b*mid*\u200bword"),
        ("[the page](https://x.example/?a=1&b=2)", "<https://x.example/?a=1&amp;b=2|the page>"),
        ("[mail](mailto:a@x.example)", "<mailto:a@x.example|mail>"),
        ("[no](javascript:alert)", "[no](javascript:alert)"),
        ("- one\n- two\n\nend", "• one\n• two\n\nend"),
        ("3. three\n4. four", "3. three\n4. four"),
        ("**two\nlines**", "*two*\n*lines*"),
        ("```\na < b\n```", "```\na &lt; b\n```"),
        ("a & b <c>", "a &amp; b &lt;c&gt;"),
        ("@channel and @Here, not @channels", "@\u200bchannel and @\u200bHere, not @channels"),
    ],
)
def test_slack_reads_its_own_marks(markdown: str, slack: str) -> None:
    """Each feature of the bot's Markdown has its form on Slack."""
    assert render_mrkdwn(markdown) == slack


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="ab \n`.é", max_size=400), st.integers(20, 60))
def test_a_cut_text_keeps_its_words_within_the_limit(text: str, limit: int) -> None:
    """Each part fits, and together they say what the whole said."""
    parts = cut(text, limit)
    assert all(len(part) <= limit for part in parts)
    assert re.sub(r"[\s`]", "", "".join(parts)) == re.sub(r"[\s`]", "", text)


def test_a_block_of_code_stays_one_in_every_part() -> None:
    """A fence that is cut is closed and opened again."""
    parts = cut("```\n" + "x = 1\n" * 30 + "```", 100)
    assert len(parts) > 1
    assert all(part.count("```") == 2 for part in parts)


def test_long_answers_are_split_for_telegram() -> None:
    """Messages on Telegram end where a paragraph does, and their marks are whole."""
    parts = split(render_telegram("\n\n".join(f"**Step {n}** " + "word " * 60 for n in range(40))))
    assert len(parts) > 1
    assert all(part.count("<b>") == part.count("</b>") for part in parts)
