"""What a customer can ask for by a command or by a reserved word as a whole message, in any state."""

from bot.desk import Desk
from bot.flowing import is_running, leave_flow
from bot.handing_over import hand_over
from bot.model import Choice, ClosedBy, Commanded, Does, QuestionKind
from bot.reopening import open_again
from bot.starting import greet
from bot.talk import Talk
from bot.wordlists import is_word
from escalation.handoff import Owner, owner_of
from escalation.triggers import find_human_trigger

_BY_WORD = {"human_alone": "human", "help": "help", "language": "language", "privacy": "privacy"}
"""Which command a word list stands for when one of its entries is the whole message."""


def find_command(desk: Desk, text: str) -> Commanded | None:
    """The command that a message is, typed with a slash or as one of the reserved words."""
    stripped = text.strip()
    if stripped.startswith("/"):
        name, _, rest = stripped[1:].partition(" ")
        if name in ("start", "help", "human", "cancel", "language", "privacy"):
            return Commanded(name=name, args={"to": rest.strip()} if rest.strip() else {})
        return None
    return next((Commanded(name=name) for words, name in _BY_WORD.items() if is_word(desk, words, text)), None)


def take_command(talk: Talk, command: Commanded) -> None:
    """Does what the customer asked for. While people have the conversation only the way to them is open."""
    owner = owner_of(talk.conversation, talk.desk.policy, talk.now)
    if command.name == "human":
        ask_for_human(talk)
        return
    if owner in (Owner.AGENT, Owner.QUEUE, Owner.CLOSED):
        return
    match command.name:
        case "start":
            greet(talk)
        case "help":
            talk.ask_phrase(QuestionKind.STARTERS, "help", [talk.human])
        case "privacy":
            talk.say("privacy", keep=talk.days(talk.desk.settings.privacy.keep))
        case "language":
            take_language(talk, command.args.get("to", ""))
        case "cancel":
            _cancel(talk)
        case "solved":
            talk.close_question()
            talk.say("bye")
            talk.change(closed_at=talk.now, closed_by=ClosedBy.CUSTOMER)


def _cancel(talk: Talk) -> None:
    if is_running(talk):
        leave_flow(talk)
        return
    talk.say("left" if talk.conversation.question is not None else "nothing_to_stop")
    talk.change(waiting=None, flow=None)
    talk.close_question()


def ask_for_human(talk: Talk, rule: str = "human") -> None:
    """[Talk to a human], `/human`: always good, at once, whatever is open."""
    owner = owner_of(talk.conversation, talk.desk.policy, talk.now)
    if owner is Owner.CLOSED:
        open_again(talk)
        owner = owner_of(talk.conversation, talk.desk.policy, talk.now)
    if owner is Owner.BOT:
        hand_over(talk, trigger=find_human_trigger(talk.desk.policy, talk.values()), rule=rule)
    elif owner is Owner.QUEUE:
        if talk.queues.position:
            talk.line("still_waiting", position=talk.queues.position)
        else:
            talk.line("anything_else")


def take_language(talk: Talk, wanted: str) -> None:
    """Changes the language for good, or asks which one."""
    named = {language: talk.language_name(language) for language in talk.desk.languages}
    for language, name in named.items():
        if wanted and wanted.casefold() in (language.casefold(), name.casefold()):
            talk.choose_language(language)
            talk.close_question()
            talk.say("language_changed", language=name)
            return
    choices = [Choice(label=name, does=Does.LANGUAGE, target=language) for language, name in named.items()]
    talk.ask_phrase(QuestionKind.LANGUAGE, "choose_language", choices)
