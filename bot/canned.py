"""Canned replies as an agent says them: filled for one customer, without the marks of Markdown. Pure.

Desks show them with this before they are sent, and the core sends them with it where nobody has changed a word.
"""

import re
from datetime import datetime

from bot.desk import Desk
from bot.model import Conversation
from bot.values import moment_of, values_of
from config.texts import render_text
from escalation.hours import opens_at
from escalation.policy import Reply

_LINK = re.compile(r"\[([^\]\n]+)\]\(([^)\s]+)\)")
_MARKS = re.compile(r"(\*\*|\*|`|(?<!\w)__?)(?=\S)([^\n]+?)(?<=\S)\1")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


def fill_reply(reply: Reply, conversation: Conversation, desk: Desk, now: datetime, agent: str) -> str:
    """A canned reply in the customer's language.

    Args:
        reply: What the desk has written.
        conversation: Whose customer reads it.
        desk: The desk in force.
        now: The present moment.
        agent: The name of who sends it.

    Raises:
        EmptyValueError: It names a value that is not known.
        TextError: It cannot be rendered.
    """
    language, wordings = reply.text.choose(conversation.language, desk.default_language)
    if not wordings:
        return ""
    known = values_of(conversation, desk, now)
    values = {**known, **_of_handoff(conversation, desk, now, known), "agent": agent or None}
    return render_text(bare(wordings[0].text), values, language, markdown=False)


def bare(markdown: str) -> str:
    """The words of a text that is written in Markdown; a link is followed by its address."""
    text = _LINK.sub(r"\1 (\2)", markdown)
    while (stripped := _MARKS.sub(r"\2", text)) != text:
        text = stripped
    return _ESCAPED.sub(r"\1", text)


def _of_handoff(conversation: Conversation, desk: Desk, now: datetime, known: dict[str, object]) -> dict[str, object]:
    """What only texts around a hand-off may name; who has an agent waits for none."""
    handoff, language = conversation.handoff, conversation.language
    team = desk.policy.teams.get(handoff.team) if handoff else None
    if team is None:
        return dict.fromkeys(("team", "wait", "position", "opens_at"))
    spoken, wordings = team.title.choose(language, desk.default_language)
    opens = opens_at(desk.policy, team.id, now)
    return {
        "team": render_text(wordings[0].text, known, spoken, markdown=False) if wordings else desk.name,
        "wait": None,
        "position": None,
        "opens_at": moment_of(opens, desk, language) if opens else None,
    }
