"""What bytes from anybody are put through, and what must hold whatever they are.

`make fuzz` looks for bytes that break one of these; the bytes in `seeds/` go through them with every run of the tests,
and so do the properties of `tests/test_rendering.py`.
"""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from html import unescape

from adapters.markdown import SCHEMES, render_html, render_mrkdwn, render_plain, render_telegram
from bot.content import FILE_KINDS
from bot.desk import build_desk, check_alone, check_folder
from config.findings import has_errors
from config.fixing import fix_folder
from config.layout import LayoutError, lay_out
from config.report import format_findings
from config.source import DeskFolder
from config.texts import Condition, TextError, analyse_text, compute_value, render_text
from tests.desks import TODAY

TAGS = frozenset({"p", "br", "strong", "em", "code", "pre", "a", "ul", "ol", "li"})
HREF = re.compile(r'href="([^"]*)"')
LINK = re.compile(rf"(?:{'|'.join(SCHEMES)}):", re.IGNORECASE)
SLACK_COMMAND = re.compile(r"<([^>]*)>")
TELEGRAM_TAGS = re.compile(r'</?(?:b|i|s|u|code|pre)>|<a href="[^"<>]*">|</a>')
TO_ALL = re.compile(r"@(channel|here|everyone)\b", re.IGNORECASE)

DESK = b"desk: {name: N, languages: [en, et], default_language: en, bot: {greeting: I am a bot.}}\n"
VALUES = {"name": "Anna", "plan": "home", "amount": 24.9, "outage": {"active": True}, "vip": False, "tags": ["a", "b"]}


def load_a_file(data: bytes) -> None:
    """A file of a desk ends in findings that can be printed and fixed; a desk without error can be loaded."""
    assert isinstance(check_alone("kb/file.yml", data), tuple)
    folder = DeskFolder(root="x", content={"config/desk.yml": DESK, "kb/file.yml": data})
    checked = check_folder(folder, today=TODAY, hints=True)
    assert format_findings(checked.findings, folder.content)
    assert (checked.content is None) == has_errors(checked.findings)
    fix_folder(folder, checked.findings)
    if checked.content is not None:
        build_desk(checked.content)
    try:
        laid_out = lay_out("kb/file.yml", data, FILE_KINDS)
    except LayoutError:
        return
    assert lay_out("kb/file.yml", laid_out, FILE_KINDS) == laid_out


def check_a_text(data: bytes) -> None:
    """A text or condition is refused before it runs, or ends in a text, a value or the one error for it."""
    source = _text(data)
    analyse_text(source)
    with suppress(TextError):
        render_text(source, VALUES, "et")
    with suppress(TextError):
        compute_value(source, VALUES, "en")
    assert Condition(source=source).holds(VALUES) in (True, False)


def render_for_web(data: bytes) -> None:
    """Out come the tags and schemes of the list; a value is read as it was written."""
    html = render_html(_text(data))
    assert set(re.findall(r"<\s*/?\s*([a-z!]*)", html)) <= TAGS
    assert all(LINK.match(unescape(href)) for href in HREF.findall(html))
    value = _printable(data)
    assert seen(unescape(re.sub(r"<[^>]*>", "", render_html(literally(value))))) == seen(value)
    assert seen(render_plain(literally(value))) == seen(value)


def render_for_slack(data: bytes) -> None:
    """Nothing in angle brackets but links, and no call to all; a value is read as it was written."""
    mrkdwn = render_mrkdwn(_text(data))
    assert all(LINK.match(unescape(command)) for command in SLACK_COMMAND.findall(mrkdwn))
    assert not TO_ALL.search(mrkdwn)
    value = _printable(data)
    assert seen(unescape(render_mrkdwn(literally(value)))) == seen(value)


def render_for_telegram(data: bytes) -> None:
    """No tag but Telegram's own, and no scheme but ours; a value is read as it was written."""
    html = render_telegram(_text(data))
    assert "<" not in TELEGRAM_TAGS.sub("", html)
    assert all(LINK.match(unescape(href)) for href in HREF.findall(html))
    value = _printable(data)
    assert seen(unescape(TELEGRAM_TAGS.sub("", render_telegram(literally(value))))) == seen(value)


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    "loader": load_a_file,
    "templates": check_a_text,
    "web": render_for_web,
    "slack": render_for_slack,
    "telegram": render_for_telegram,
}


def literally(value: str) -> str:
    """A customer's value as it stands in a text of the bot, parsed once."""
    return render_text("{{ value }}", {"value": value}, "en", markdown=True)


def seen(text: str) -> str:
    """What one sees of a text, whatever breaks mentions and lines."""
    return " ".join(text.replace("\u200b", "").split())


def _text(data: bytes) -> str:
    return data.decode("utf-8", errors="ignore")


def _printable(data: bytes) -> str:
    """A value of at most as many characters as a text may print, never empty."""
    return f"x{''.join(c for c in _text(data) if c.isprintable())}"[:1000]
