"""The forms that agents fill in: how each looks, and what was written into one. Pure.

Which thread a form is about stands in its private metadata, which only the platform hands back. Who may do what is
decided where the form is taken, never here.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from adapters.desk.view import DeskView
from adapters.slack.blocks import BlockJson, note_block, plain, words_block
from adapters.slack.payload import Json, id_of
from bot.model import Commanded

OPEN = "open:"
"""Begins the value of a choice that opens a form; it is no act by itself."""
TITLE = 24
LONGEST_INPUT = 3_000
SEARCH = "article"
"""Names the field whose choices are searched for while somebody types."""

_OPENS = re.compile(rf"{OPEN}([a-z_]+):(\d{{1,18}})")


class Form(StrEnum):
    """What a form is for."""

    REPLY = "reply"
    """Which canned reply; the next form shows its text."""
    REPLY_TEXT = "reply_text"
    ARTICLE = "article"
    TRANSFER = "transfer"
    NOTE = "note"
    ASSIGN = "assign"
    TAKE_OVER = "take_over"
    HISTORY = "history"
    """The customer's earlier conversations; nothing is filled in."""
    DENY = "deny"
    """Why what a flow has asked for is not allowed."""


ACTS = {
    Form.REPLY_TEXT: "reply",
    Form.ARTICLE: "article",
    Form.TRANSFER: "transfer",
    Form.NOTE: "note",
    Form.ASSIGN: "assign",
    Form.TAKE_OVER: "take_over",
    Form.DENY: "deny",
}
"""The act that a filled-in form asks for."""
RIGHTS = {**ACTS, Form.REPLY: "reply", Form.HISTORY: "note"}
"""The act that somebody must be free to do for a form to be opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A form that somebody has sent."""

    form: Form
    chat: str
    thread: str
    about: str
    """What it was opened about besides the thread: a canned reply."""
    values: Mapping[str, str]
    field: str
    """The first field, where what is wrong is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """Something to choose from."""

    label: str
    value: str


def read_opening(value: object) -> Form | None:
    """The form that a choice on a card opens; None if it opens none."""
    found = _OPENS.fullmatch(value) if isinstance(value, str) else None
    return next((form for form in Form if found and form.value == found[1]), None)


def read_filled(view: Json) -> Filled:
    """What was written into a form.

    Raises:
        KeyError, TypeError, ValueError: It is none of ours.
    """
    chat, thread, about = json.loads(view["private_metadata"])
    fields = view["state"]["values"]
    values = {name: _value_of(next(iter(field.values()))) for name, field in fields.items()}
    return Filled(
        form=Form(view["callback_id"]),
        chat=id_of(chat),
        thread=id_of(thread),
        about=str(about),
        values=values,
        field=next(iter(values), ""),
    )


def named_agent(view: object) -> str:
    """The agent to whom a form gives a conversation, by his own id; empty for any other form."""
    try:
        filled = read_filled(view) if isinstance(view, dict) else None
    except (KeyError, TypeError, ValueError, AttributeError, StopIteration):
        return ""
    return filled.values.get("agent", "") if filled and filled.form is Form.ASSIGN else ""


def act_of(filled: Filled) -> Commanded | None:
    """What a filled-in form asks for; None if another form comes first."""
    if filled.form not in ACTS:
        return None
    args = dict(filled.values)
    if filled.form in (Form.ARTICLE, Form.REPLY_TEXT):
        args["id"] = args.pop(SEARCH, "") or filled.about
    return Commanded(name=ACTS[filled.form], args=args)


def note_form(where: tuple[str, str], view: DeskView) -> BlockJson:
    """For a note that stays inside."""
    label = view.say("console_internal_note_hint")
    return _form(
        Form.NOTE, where, [_input("text", label, _text())], view, title="console_note", send="console_save_note"
    )


def transfer_form(where: tuple[str, str], teams: Sequence[Option], view: DeskView) -> BlockJson:
    """For passing a conversation on; the reason is what the next colleague reads."""
    fields = [
        _input("team", view.say("console_transfer_to"), _menu(teams)),
        _input("reason", view.say("console_transfer_reason"), _text(multiline=False)),
    ]
    return _form(Form.TRANSFER, where, fields, view, title="console_transfer", send="console_transfer")


def assign_form(where: tuple[str, str], colleagues: Sequence[Option], view: DeskView) -> BlockJson:
    """For giving a conversation to a colleague."""
    fields = [_input("agent", view.say("console_assign_to"), _menu(colleagues))]
    return _form(Form.ASSIGN, where, fields, view, title="console_assign", send="console_assign")


def reason_form(where: tuple[str, str], form: Form, view: DeskView) -> BlockJson:
    """For saying why something is not allowed, or why a colleague's conversation is taken over."""
    words = "console_reason" if form is Form.DENY else "console_transfer_reason"
    fields = [_input("reason", view.say(words), _text(multiline=False))]
    return _form(form, where, fields, view, title=f"console_{form}", send=f"console_{form}")


def history_form(where: tuple[str, str], lines: Sequence[str], view: DeskView) -> BlockJson:
    """For looking back."""
    blocks = [words_block("\n".join(lines))]
    return _form(Form.HISTORY, where, blocks, view, title="console_earlier_conversations", send="")


def article_form(where: tuple[str, str], view: DeskView) -> BlockJson:
    """For finding an article and sending it."""
    search = {"type": "external_select", "action_id": SEARCH, "min_query_length": 0, "placeholder": plain("…")}
    fields = [_input(SEARCH, view.say("console_search_knowledge"), search)]
    return _form(Form.ARTICLE, where, fields, view, title="console_send_article", send="console_send_article")


def reply_form(where: tuple[str, str], replies: Sequence[Option], view: DeskView) -> BlockJson:
    """For choosing a canned reply."""
    fields = [_input("reply", view.say("console_canned_replies"), _menu(replies))]
    return _form(Form.REPLY, where, fields, view, title="console_canned_replies", send="console_next")


def reply_text_form(where: tuple[str, str], id_: str, text: str, hints: Sequence[str], view: DeskView) -> BlockJson:
    """For reading a canned reply before it is sent, and changing it.

    Args:
        where: Chat and thread.
        id_: Of the reply.
        text: As it is filled for this customer.
        hints: What must be seen before: gaps, the text in the agents' language, what is done afterwards.
        view: For the words.
    """
    field = _input("text", view.say("console_reply_hint"), {**_text(), "initial_value": text[:LONGEST_INPUT]})
    blocks = [field, *(note_block(hint) for hint in hints if hint)]
    return _form(Form.REPLY_TEXT, where, blocks, view, title="console_reply", send="console_reply", about=id_)


def empty_form(where: tuple[str, str], form: Form, view: DeskView) -> BlockJson:
    """Where there is nothing to choose from."""
    return _form(form, where, [words_block(view.say("console_none"))], view, title="console_none", send="")


def show_options(options: Sequence[Option]) -> dict[str, object]:
    """What was found, for the field that searches."""
    return {"options": [_option(each) for each in options[:100]]}


def _form(
    form: Form,
    where: tuple[str, str],
    blocks: Sequence[BlockJson],
    view: DeskView,
    *,
    title: str,
    send: str,
    about: str = "",
) -> dict[str, object]:
    shown: dict[str, object] = {
        "type": "modal",
        "callback_id": form.value,
        "private_metadata": json.dumps([*where, about]),
        "title": plain(view.say(title), TITLE),
        "close": plain(view.say("console_cancel"), TITLE),
        "blocks": list(blocks),
    }
    return {**shown, "submit": plain(view.say(send), TITLE)} if send else shown


def _input(name: str, label: str, element: BlockJson) -> BlockJson:
    return {"type": "input", "block_id": name, "label": plain(label, 2_000), "element": element}


def _text(*, multiline: bool = True) -> dict[str, object]:
    return {
        "type": "plain_text_input",
        "action_id": "written",
        "multiline": multiline,
        "min_length": 1,
        "max_length": LONGEST_INPUT,
    }


def _menu(options: Sequence[Option]) -> BlockJson:
    return {
        "type": "static_select",
        "action_id": "chosen",
        "placeholder": plain("…"),
        "options": [_option(each) for each in options[:100]],
    }


def _option(option: Option) -> dict[str, object]:
    return {"text": plain(option.label), "value": option.value}


def _value_of(field: Json) -> str:
    chosen = field.get("selected_option")
    value = chosen.get("value") if isinstance(chosen, dict) else field.get("value")
    return value.strip() if isinstance(value, str) else ""
