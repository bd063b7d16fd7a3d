"""The blocks of a message, within the platform's limits and checked by its own models before they go out. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

from adapters.cutting import cut
from adapters.markdown import escape_mrkdwn

SECTION = 2_900
"""Characters of one section, and so of one part of a message."""
MOST_PARTS = 4
"""Messages that one text may become; what is longer goes as a file."""
LABEL = 75
IN_A_ROW = 5
"""Buttons in one row; of more a menu is made."""
MOST_OPTIONS = 100
_FALLBACK = 3_900
"""Characters of the text beside the blocks."""

BlockJson = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One message as it goes out."""

    text: str
    """For notifications and screen readers, and what is shown where the blocks are refused."""
    blocks: tuple[BlockJson, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A button, or a link shown as one."""

    label: str
    value: str = ""
    url: str = ""


def parts_of_mrkdwn(text: str) -> list[Part]:
    """A text in the platform's marks as sections, each a part of its own."""
    return [
        Part(text=each[:_FALLBACK], blocks=({"type": "section", "text": {"type": "mrkdwn", "text": each}},))
        for each in (cut(text, SECTION) if text.strip() else [])
    ]


def parts_of_words(words: str) -> list[Part]:
    """People's words, shown literally."""
    return [Part(text=_fallback(each), blocks=(words_block(each),)) for each in _cut_words(words)]


def words_block(words: str) -> BlockJson:
    """A section with people's words, in which nothing is read as a mark."""
    return {"type": "section", "text": {"type": "plain_text", "text": words[:SECTION], "emoji": False}}


def marks_block(text: str) -> BlockJson:
    """A section in the platform's marks."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text[:SECTION]}}


def note_block(words: str) -> BlockJson:
    """A small line of plain words."""
    return {"type": "context", "elements": [{"type": "plain_text", "text": words[:SECTION], "emoji": False}]}


def buttons_block(buttons: Sequence[Button], named: str) -> BlockJson:
    """A row of buttons, or a menu if they are too many.

    Args:
        buttons: At least one.
        named: Tells the row apart from others.
    """
    if len(buttons) > IN_A_ROW and not any(each.url for each in buttons):
        return menu_block(buttons, f"choose:{named}")
    return {"type": "actions", "elements": [_button(each, i, named) for i, each in enumerate(buttons[:25])]}


def menu_block(buttons: Sequence[Button], named: str, shown: str = "…") -> BlockJson:
    """A menu to choose from; what it shows while nothing is chosen."""
    options = [{"text": plain(each.label), "value": each.value} for each in buttons[:MOST_OPTIONS]]
    menu = {"type": "static_select", "action_id": named, "options": options, "placeholder": plain(shown)}
    return {"type": "actions", "elements": [menu]}


def box(label: str, step: str, *, ticked: bool) -> BlockJson:
    """One box to tick; it is an element of its own, so that it says by itself what became of it."""
    option = {"text": plain(label), "value": step[:150]}
    shown = {"type": "checkboxes", "action_id": f"tick:{step}"[:255], "options": [option]}
    return {**shown, "initial_options": [option]} if ticked else shown


def boxes_block(boxes: Sequence[BlockJson]) -> BlockJson:
    """Boxes below each other."""
    return {"type": "actions", "elements": list(boxes)}


def are_good(blocks: Sequence[BlockJson]) -> bool:
    """Whether the platform's own models find nothing wrong with them."""
    try:
        for each in blocks:
            block = Block.parse(dict(each))
            if block is None:
                return False
            block.validate_json()
            for element in getattr(block, "elements", None) or ():
                element.validate_json()
    except (SlackObjectFormationError, TypeError, ValueError):
        return False
    return len(blocks) <= 50


def _button(button: Button, position: int, named: str) -> BlockJson:
    shown = {"type": "button", "text": plain(button.label)}
    if button.url:
        return {**shown, "action_id": f"link:{named}:{position}", "url": button.url}
    return {**shown, "action_id": f"press:{named}:{position}", "value": button.value}


def plain(label: str, limit: int = LABEL) -> BlockJson:
    """A label as the platform wants it, cut to its limit."""
    short = label if len(label) <= limit else f"{label[: limit - 1]}…"
    return {"type": "plain_text", "text": short or "…", "emoji": True}


def _cut_words(words: str) -> list[str]:
    return [each for each in cut(words, SECTION) if each.strip()]


def _fallback(words: str) -> str:
    escaped = escape_mrkdwn(words)
    return escaped if len(escaped) <= _FALLBACK else escape_mrkdwn(words[: _FALLBACK // 5])
