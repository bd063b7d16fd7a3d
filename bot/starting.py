"""The first words: the greeting with its starters, and the short line that says who answers."""

from bot.model import Choice, Does, QuestionKind
from bot.talk import Talk

_START = "start"


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
    choices: list[Choice] = []
    for starter in talk.desk.settings.bot.starters:
        label = talk.label(starter.label) if starter.label else ""
        if starter.article and starter.article in talk.desk.articles:
            title = label or talk.label(talk.desk.articles[starter.article].title)
            choices.append(Choice(label=title, does=Does.ARTICLE, target=starter.article))
        elif starter.flow and starter.flow in talk.desk.flows:
            title = label or talk.label(talk.desk.flows[starter.flow].title)
            choices.append(Choice(label=title, does=Does.FLOW, target=starter.flow))
        elif starter.say:
            choices.append(Choice(label=label, does=Does.SAY, target=talk.label(starter.say)))
        elif starter.human:
            choices.append(talk.human)
    if not any(choice.does is Does.HUMAN for choice in choices):
        choices.append(talk.human)
    return choices


def find_starter(talk: Talk, value: str) -> Choice | None:
    """The starter that `start:N` stands for: a page shows the greeting before there is a conversation."""
    place, _, position = value.partition(":")
    if place != _START or not position.isdecimal():
        return None
    choices = starters(talk)
    return choices[int(position)] if int(position) < len(choices) else None
