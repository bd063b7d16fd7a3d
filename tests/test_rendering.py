"""One Markdown source on every channel: what is literal stays literal, and nothing dangerous gets through."""

import re
from html import unescape

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.cutting import cut
from adapters.markdown import escape_mrkdwn, render_html, render_mrkdwn, render_plain, render_telegram, render_words
from adapters.telegram.styled import split
from config.texts import render_text

SIGNS = (
    r"<!channel> @channel @here <script> javascript: * _ ` ``` ~ [ ]( ) < > & &lt; &#60; | \ ! # - 1. {{ %} <b> <@U1>"
)
NASTY = st.sampled_from([*SIGNS.split(), " ", "https://x.example", "\u202e"])
TEXTS = st.lists(NASTY | st.text(max_size=8), max_size=12).map("".join)
PRINTABLE = TEXTS.map(lambda text: f"x{''.join(c for c in text if c.isprintable())}")
HREF = re.compile(r'href="([^"]*)"')
SLACK_COMMAND = re.compile(r"<([^>]*)>")
TELEGRAM_TAGS = re.compile(r'</?(?:b|i|s|u|code|pre)>|<a href="[^"<>]*">|</a>')


def literally(text: str) -> str:
    """A customer's value as it stands in a text of the bot, parsed once."""
    return render_text("{{ value }}", {"value": text}, "en", markdown=True)


def words(text: str) -> str:
    """What is seen, whatever breaks mentions and lines."""
    return " ".join(text.replace("\u200b", "").split())


@settings(max_examples=150, deadline=None)
@given(PRINTABLE)
@example("<!channel> @here *x* _y_ `z` [a](javascript:b)")
def test_a_value_is_shown_literally_on_every_channel(text: str) -> None:
    """Whatever a customer's value holds, each channel shows these characters and makes nothing of them."""
    source = literally(text)
    seen = words(text.replace("\u200b", ""))
    assert words(render_plain(source)) == seen
    assert words(unescape(re.sub(r"<[^>]*>", "", render_html(source)))) == seen
    assert words(unescape(TELEGRAM_TAGS.sub("", render_telegram(source)))) == seen
    assert words(unescape(render_mrkdwn(source))) == seen


@settings(max_examples=150, deadline=None)
@given(TEXTS)
@example("[x](javascript:alert(1)) <!channel> <!here|x> [<!channel>](https://x.example) `<!everyone>`")
@example("![x](https://x.example) <https://x.example|<!channel>> <javascript:alert(1)>")
def test_no_source_makes_anything_dangerous(markdown: str) -> None:
    """No tag but those of the list, no scheme but four, and on Slack no command in brackets and no call to all."""
    web, telegram, slack = render_html(markdown), render_telegram(markdown), render_mrkdwn(markdown)
    for href in [*HREF.findall(web), *HREF.findall(telegram)]:
        assert re.match(r"(?:https?|mailto|tel):", unescape(href), re.IGNORECASE)
    assert set(re.findall(r"<\s*/?\s*([a-z!]*)", web)) <= {
        "p",
        "br",
        "strong",
        "em",
        "code",
        "pre",
        "a",
        "ul",
        "ol",
        "li",
    }
    assert "<" not in TELEGRAM_TAGS.sub("", telegram)
    for command in SLACK_COMMAND.findall(slack):
        assert re.match(r"(?:https?|mailto|tel):", unescape(command), re.IGNORECASE)
    assert not re.search(r"@(channel|here|everyone)\b", slack, re.IGNORECASE)


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
