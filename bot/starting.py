"""The first words: the greeting with its starters, and the short line that says who answers."""

from bot.model import Choice, Does, QuestionKind
from bot.showing import can_see, title_choice
from bot.talk import Talk
from config.settings import Starter

_START = "start"
_MOST = 5
"""Quick replies under the greeting; a person may be one more."""


def greet(talk: Talk) -> None:
    """Greets, says that this is a bot, and shows where to begin; a person is always among the choices."""
    talk.change(greeted=True)
    greeting = talk.desk.settings.bot.greeting
    text = talk.word(greeting, "greeting") if greeting else talk.phrase("greeting")
    talk.ask(QuestionKind.STARTERS, text, starters(talk), phrase="greeting")


def introduce(talk: Talk) -> None:
    """Before the first answer of a conversation without a greeting: one line that says a bot answers."""
    if not talk.conversation.greeted:
        talk.change(greeted=True)
        talk.say("intro_short")


def starters(talk: Talk) -> list[Choice]:
    """The quick replies under the greeting, in the desk's order."""
    found = (_read_starter(talk, starter) for starter in talk.desk.settings.bot.starters)
    choices = [choice for choice in found if choice is not None][:_MOST]
    if not any(choice.does is Does.HUMAN for choice in choices):
        choices.append(talk.human)
    return choices


def _read_starter(talk: Talk, starter: Starter) -> Choice | None:
    """A quick reply; None if it leads to what this customer may not see."""
    label = talk.label(starter.label) if starter.label else ""
    entry = starter.article or starter.flow
    if entry and can_see(talk, entry):
        return title_choice(talk, entry, label)
    if starter.say:
        return Choice(label=label, does=Does.SAY, target=talk.label(starter.say))
    return talk.human if starter.human else None


def find_starter(talk: Talk, value: str) -> Choice | None:
    """The starter that `start:N` stands for: a page shows the greeting before there is a conversation."""
    place, _, position = value.partition(":")
    if place != _START or not position.isdecimal():
        return None
    choices = starters(talk)
    return choices[int(position)] if int(position) < len(choices) else None
