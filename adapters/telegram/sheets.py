"""The sheets that agents leaf through below a card: what each shows, and what its buttons stand for. Pure.

Telegram has no forms. A sheet is a message of the bot whose buttons lead to other sheets or do something; where words
are wanted, an agent answers the sheet, and one of its buttons says what the words are for. So nothing has to be
remembered, and nothing is read from texts. Who may do what is decided where the act is taken, never here.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from adapters.desk.view import DeskView
from adapters.telegram.payload import Json
from adapters.telegram.render import Keyboard, rows_of
from bot.model import Commanded
from kb.flows.checklist import ChecklistStep

LONGEST_VALUE = 64
"""Bytes of what a button stands for."""
LONGEST_TEXT = 3_500
LONGEST_LABEL = 60
MOST = 20
"""Choices on one sheet."""

_VALUE = re.compile(r"(sheet|act|ask):([a-z_]+):(.*)", re.DOTALL)


class Sheet(StrEnum):
    """What a sheet is for."""

    MORE = "more"
    TEAMS = "teams"
    TEAM = "team"
    """Asks why the conversation is passed on to this team."""
    COLLEAGUES = "colleagues"
    TAKE_OVER = "take_over"
    """Asks why."""
    REPLIES = "replies"
    REPLY = "reply"
    ARTICLES = "articles"
    ARTICLE = "article"
    DENY = "deny"
    """Asks why what a flow has asked for is not allowed."""
    STEPS = "steps"
    HISTORY = "history"
    CLOSE = "close"
    """None: the one on show goes."""


OF_CARDS = {"card:more:": Sheet.MORE, "card:deny:": Sheet.DENY}
"""Begins what the button of a card stands for that leads to a sheet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A sheet as it goes out."""

    text: str
    buttons: tuple[tuple[str, str], ...] = ()
    """Label and value."""

    @property
    def keyboard(self) -> Keyboard:
        """Its buttons in rows; what does not fit into a button is left out."""
        fit = [each for each in self.buttons if len(each[1].encode()) <= LONGEST_VALUE]
        return rows_of([{"text": label[:LONGEST_LABEL], "callback_data": value} for label, value in fit])


def value_of(sheet: Sheet, about: str = "") -> str:
    """What a button stands for that leads to a sheet."""
    return f"sheet:{sheet}:{about}"


def read_sheet(data: object) -> tuple[Sheet, str] | None:
    """The sheet that a button leads to, and what it is about; None if it is no such button."""
    if not isinstance(data, str):
        return None
    for beginning, sheet in OF_CARDS.items():
        if data.startswith(beginning):
            return sheet, ""
    found = _VALUE.fullmatch(data)
    if found is None or found[1] == "act":
        return None
    if found[1] == "ask":
        return Sheet.CLOSE, ""
    return next(((sheet, found[3]) for sheet in Sheet if sheet.value == found[2]), None)


def read_act(data: str) -> Commanded | None:
    """The act that a button of a sheet does; None if it does none."""
    found = _VALUE.fullmatch(data)
    if found is None or found[1] != "act" or found[2] not in _ACTS:
        return None
    if found[2] == "tick":
        done, _, step = found[3].partition(":")
        return Commanded(name="tick", args={"step": step, "done": done})
    return Commanded(name=found[2], args={_ACTS[found[2]]: found[3]})


def read_question(message: Json, bot: str) -> tuple[Sheet, str] | None:
    """What the words of a message are for, if it answers a sheet of the bot's that asks for some."""
    asked = message.get("reply_to_message")
    if not isinstance(asked, dict) or str((asked.get("from") or {}).get("id")) != bot:
        return None
    for value in _values_in(asked):
        found = _VALUE.fullmatch(value)
        if found and found[1] == "ask":
            return next(((sheet, found[3]) for sheet in Sheet if sheet.value == found[2]), None)
    return None


def is_sheet(message: Json) -> bool:
    """Whether a message of the bot is a sheet; a card is none."""
    return any(_VALUE.fullmatch(value) for value in _values_in(message))


def _values_in(message: Json) -> list[str]:
    rows = (message.get("reply_markup") or {}).get("inline_keyboard", ())
    return [str(button.get("callback_data")) for row in rows for button in row]


def show_more(sheets: Iterable[tuple[Sheet, str]], view: DeskView) -> Shown:
    """The way to all others.

    Args:
        sheets: Those that this agent can use now, each with the key of its label.
        view: For the words.
    """
    buttons = [(f"{view.say(key)}…", value_of(sheet)) for sheet, key in sheets]
    return Shown(text=f"{view.say('console_more')}:", buttons=(*buttons, _close(view)))


def show_teams(teams: Sequence[str], view: DeskView) -> Shown:
    """To which team."""
    buttons = [(view.team(team), value_of(Sheet.TEAM, team)) for team in teams[:MOST]]
    return Shown(text=f"{view.say('console_transfer_to')}:", buttons=(*buttons, _close(view)))


def ask_why(sheet: Sheet, about: str, title: str, view: DeskView) -> Shown:
    """Asks for the line that the next colleague reads, or who looks back."""
    asked = "console_reason" if sheet is Sheet.DENY else "console_transfer_reason"
    text = f"{title}\n{view.say(asked)}: {view.say('desk_answer_here')}"
    return Shown(text=text, buttons=((view.say("console_cancel"), f"ask:{sheet}:{about}"),))


def show_colleagues(colleagues: Sequence[tuple[str, str]], view: DeskView) -> Shown:
    """To whom, by id and name."""
    buttons = [(name, f"act:assign:{id_}") for id_, name in colleagues[:MOST]]
    text = view.say("console_assign_to") if buttons else view.say("console_none")
    return Shown(text=f"{text}:", buttons=(*buttons, _close(view)))


def show_replies(replies: Sequence[tuple[str, str]], view: DeskView) -> Shown:
    """Which canned reply, by id and title."""
    buttons = [(title, value_of(Sheet.REPLY, id_)) for id_, title in replies[:MOST]]
    return Shown(text=f"{view.say('console_canned_replies')}:", buttons=(*buttons, _close(view)))


def show_text(lines: Sequence[str], send: tuple[str, str] | None, view: DeskView) -> Shown:
    """What a reply or an article says, with the button that sends it unless it cannot be sent as it is."""
    text = "\n\n".join(line for line in lines if line)[:LONGEST_TEXT]
    return Shown(text=text, buttons=(*([send] if send else []), _close(view)))


def show_articles(articles: Sequence[tuple[str, str]], view: DeskView) -> Shown:
    """Articles by id and title; other words than the customer's are searched for by an answer."""
    buttons = [(title, value_of(Sheet.ARTICLE, id_)) for id_, title in articles[:MOST]]
    found = "" if buttons else f"{view.say('console_nothing_found')}\n"
    text = f"{found}{view.say('console_search_knowledge')}: {view.say('desk_answer_here')}"
    return Shown(text=text, buttons=(*buttons, (view.say("console_cancel"), f"ask:{Sheet.ARTICLES}:")))


def show_steps(checklist: Sequence[ChecklistStep], view: DeskView) -> Shown:
    """The steps of the flow, to be ticked."""
    steps = checklist[-MOST:]
    text = "\n".join((f"{view.say('console_checklist')}:", *(sign_step(each) for each in steps)))
    buttons = [(sign_step(each), f"act:tick:{'no' if each.ticked else 'yes'}:{each.step}") for each in steps]
    return Shown(text=text[:LONGEST_TEXT], buttons=(*buttons, _close(view)))


def sign_step(step: ChecklistStep) -> str:
    """A step with its box."""
    by = f" ({step.by})" if step.by else ""
    return f"{'☑' if step.ticked else '☐'} {step.text}{by}"


def show_history(lines: Sequence[str], view: DeskView) -> Shown:
    """The customer's earlier conversations."""
    rest = lines or [view.say("console_none")]
    text = "\n".join((f"{view.say('console_earlier_conversations')}:", *rest))
    return Shown(text=text[:LONGEST_TEXT], buttons=(_close(view),))


def _close(view: DeskView) -> tuple[str, str]:
    return view.say("console_close"), value_of(Sheet.CLOSE)


_ACTS = {"assign": "agent", "reply": "id", "article": "id", "tick": "step"}
"""Acts that a sheet does, and the argument that its button carries."""
