"""The bot's Markdown, and people's plain words, as each surface shows them.

Here is the one place where text becomes HTML, or Slack's mrkdwn. The renderers of the channels read the same parsed
tree; each says nothing but what its channel knows. People's words are never Markdown: they are escaped, their line
breaks kept and their addresses linked. Web HTML has passed an allow-list of tags as its last gate.
"""

import re
from collections.abc import Sequence
from html import escape
from typing import NewType

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from adapters.links import find_links

Html = NewType("Html", str)
"""HTML that holds nothing but the tags and attributes of the allow-list."""

SCHEMES = frozenset({"http", "https", "mailto", "tel"})
LONGEST = 16_384
"""Characters of Markdown that are rendered; the rest is cut, so that the time is bounded."""

_TAGS = {"p", "br", "strong", "em", "code", "pre", "a", "ul", "ol", "li"}
_ATTRIBUTES: dict[str, set[str]] = {"a": {"href", "target"}, "ol": {"start"}, "*": set()}
_FEATURES = [
    "backticks",
    "emphasis",
    "entity",
    "escape",
    "fence",
    "link",
    "list",
    "newline",
    "autolink",
    "balance_pairs",
    "fragments_join",
]


def render_html(markdown: str) -> Html:
    """Renders the bot's Markdown for the web: paragraphs, bold, italic, code, links and lists.

    Headings, tables, images and HTML stay the text that they are.
    """
    return _gate(str(_PARSER.render(markdown[:LONGEST])))


def render_words(text: str) -> Html:
    """Renders what a person wrote for the web: literally, with its line breaks and its addresses linked."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _gate(f"<p>{_linked(lines).replace(chr(10), '<br>')}</p>")


def render_plain(markdown: str) -> str:
    """Renders the bot's Markdown as plain text: marks are gone, lists keep their bullets, links show their address."""
    return _PlainRenderer().render(_PARSER.parse(markdown[:LONGEST]))


def render_telegram(markdown: str) -> str:
    """Renders the bot's Markdown as the HTML that Telegram reads: lines of text with b, i, code, pre and a."""
    return _TelegramRenderer().render(_PARSER.parse(markdown[:LONGEST]))


def render_mrkdwn(markdown: str) -> str:
    """Renders the bot's Markdown as Slack's mrkdwn; no word in it can call a channel together."""
    return _SlackRenderer().render(_PARSER.parse(markdown[:LONGEST]))


def escape_mrkdwn(text: str) -> str:
    """Writes people's words so that Slack shows them and reads no link, no command and no mention of all in them."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MENTION_OF_ALL.sub("@\u200b", escaped)


def _gate(html: str) -> Html:
    cleaned = nh3.clean(
        html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=set(SCHEMES), link_rel="noopener nofollow ugc"
    )
    return Html(cleaned)


def _linked(text: str) -> str:
    """Escapes text and turns the addresses in it into links."""
    parts: list[str] = []
    end = 0
    for link in find_links(text):
        parts.append(escape(text[end : link.start]))
        parts.append(f'<a href="{escape(link.href)}" target="_blank">{escape(text[link.start : link.end])}</a>')
        end = link.end
    parts.append(escape(text[end:]))
    return "".join(parts)


def _is_allowed(url: str) -> bool:
    scheme, colon, _ = url.partition(":")
    return bool(colon) and scheme.strip().lower() in SCHEMES


class _WebRenderer(RendererHTML):
    """Links bare addresses outside of links, and opens every link beside the chat instead of inside it."""

    def text(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, env: EnvType) -> str:
        """Escapes a run of text; its addresses become links unless it already stands in one."""
        content = tokens[idx].content
        return escape(content) if env.get("in_link") else _linked(content)

    def link_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Begins a link."""
        env["in_link"] = True
        tokens[idx].attrSet("target", "_blank")
        return self.renderToken(tokens, idx, options, env)

    def link_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Ends a link."""
        env["in_link"] = False
        return self.renderToken(tokens, idx, options, env)


class _PlainRenderer:
    """Walks the tree once and writes lines."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._lists: list[int | None] = []
        """One entry a list we are in: the next number, or none for bullets."""
        self._mark = ""

    def render(self, tokens: Sequence[Token]) -> str:
        """Renders block tokens."""
        for token in tokens:
            self._render_block(token)
        return "\n".join(self._lines).strip("\n")

    def _render_block(self, token: Token) -> None:
        match token.type:
            case "bullet_list_open":
                self._lists.append(None)
            case "ordered_list_open":
                self._lists.append(int(token.attrGet("start") or 1))
            case "bullet_list_close" | "ordered_list_close":
                self._lists.pop()
                self._end_paragraph()
            case "list_item_open":
                self._mark = self._next_mark()
            case "paragraph_close":
                if not token.hidden and not self._lists:
                    self._end_paragraph()
            case "inline":
                self._write(self._inline(token.children or []))
            case "fence" | "code_block":
                self._write(self._code(token.content.rstrip("\n")))
                self._end_paragraph()

    def _inline(self, tokens: Sequence[Token]) -> str:
        return _plain_inline(tokens)

    def _code(self, code: str) -> str:
        return code

    def _next_mark(self) -> str:
        number = self._lists[-1]
        if number is None:
            return "• "
        self._lists[-1] = number + 1
        return f"{number}. "

    def _write(self, text: str) -> None:
        indent = "  " * max(0, len(self._lists) - 1)
        blank = " " * len(self._mark)
        for line in text.split("\n"):
            self._lines.append(f"{indent}{self._mark}{line}")
            self._mark = blank
        self._mark = ""

    def _end_paragraph(self) -> None:
        if self._lines and self._lines[-1]:
            self._lines.append("")


class _TelegramRenderer(_PlainRenderer):
    """The same lines, with marks: Telegram knows no lists and no paragraphs."""

    def _inline(self, tokens: Sequence[Token]) -> str:
        return "".join(_telegram_token(token) for token in tokens)

    def _code(self, code: str) -> str:
        return f"<pre>{escape(code, quote=False)}</pre>"


_TELEGRAM_MARKS = {
    "strong_open": "<b>",
    "strong_close": "</b>",
    "em_open": "<i>",
    "em_close": "</i>",
    "link_close": "</a>",
    "softbreak": "\n",
    "hardbreak": "\n",
}


def _telegram_token(token: Token) -> str:
    match token.type:
        case "text":
            return escape(token.content, quote=False)
        case "code_inline":
            return f"<code>{escape(token.content, quote=False)}</code>"
        case "link_open":
            return f'<a href="{escape(str(token.attrGet("href") or ""))}">'
    return _TELEGRAM_MARKS.get(token.type, "")


class _SlackRenderer(_PlainRenderer):
    """The same lines with Slack's marks, which hold within one line and between words only."""

    def _inline(self, tokens: Sequence[Token]) -> str:
        parts: list[str] = []
        opened: list[str] = []
        for token in tokens:
            match token.type:
                case "strong_open" | "em_open" | "s_open":
                    opened.append(_SLACK_MARKS[token.type])
                    parts.append(_apart(parts) + opened[-1])
                case "strong_close" | "em_close" | "s_close":
                    parts.append(opened.pop())
                case "softbreak" | "hardbreak":
                    parts.append(f"{''.join(reversed(opened))}\n{''.join(opened)}")
                case "link_open":
                    parts.append(f"<{escape_mrkdwn(str(token.attrGet('href') or '')).replace('|', '%7C')}|")
                case "link_close":
                    parts.append(">")
                case _:
                    shown = _slack_text(token)
                    ends_mark = bool(parts) and parts[-1] in ("*", "_") and shown[:1].isalnum() and not opened
                    parts.append(f"\u200b{shown}" if ends_mark else shown)
        return "".join(parts)

    def _code(self, code: str) -> str:
        return escape_mrkdwn(code) if "```" in code else f"```\n{escape_mrkdwn(code)}\n```"


_SLACK_MARKS = {"strong_open": "*", "em_open": "_", "s_open": "~"}
_MENTION_OF_ALL = re.compile(r"@(?=(?:channel|here|everyone)\b)", re.IGNORECASE)


def _slack_text(token: Token) -> str:
    if token.type == "code_inline" and "`" not in token.content:
        return f"`{escape_mrkdwn(token.content)}`"
    return escape_mrkdwn(token.content)


def _apart(parts: Sequence[str]) -> str:
    """What goes before a mark in the middle of a word, where Slack would not read it."""
    return "\u200b" if parts and parts[-1][-1:].isalnum() else ""


def _plain_inline(tokens: Sequence[Token]) -> str:
    parts: list[str] = []
    began, href = 0, ""
    for token in tokens:
        match token.type:
            case "text" | "code_inline":
                parts.append(token.content)
            case "softbreak" | "hardbreak":
                parts.append("\n")
            case "link_open":
                began, href = len(parts), str(token.attrGet("href") or "")
            case "link_close":
                shown = "".join(parts[began:])
                if href.removeprefix("mailto:").removeprefix("tel:") != shown:
                    parts.append(f" ({href.removeprefix('mailto:').removeprefix('tel:')})")
    return "".join(parts)


def _build_parser() -> MarkdownIt:
    parser = MarkdownIt("zero", {"breaks": True}, renderer_cls=_WebRenderer).enable(_FEATURES)
    parser.validateLink = _is_allowed  # type: ignore[method-assign]  # the documented way to narrow the schemes
    parser.core.ruler.push("links_to_nowhere", _drop_links_to_nowhere)
    return parser


def _drop_links_to_nowhere(state: StateCore) -> None:
    """Keeps the words of `[words]()`: a link without an address leads back to the page, and platforms refuse it."""
    for token in state.tokens:
        kept: list[Token] = []
        dropped = False
        for child in token.children or []:
            if child.type == "link_open":
                dropped = not child.attrGet("href")
            if not (dropped and child.type in ("link_open", "link_close")):
                kept.append(child)
        if token.children:
            token.children = kept


_PARSER = _build_parser()
