"""What a running flow says and asks, as messages with buttons. When it does is `bot.flowing`'s."""

from collections.abc import Sequence

from bot.model import Attachment, Because, Choice, Does, QuestionKind
from bot.showing import attach_file, can_see, note_shown, read_article, read_buttons
from bot.talk import Talk
from config.texts import TextError
from kb.flows.model import Ask, AskType
from kb.flows.moves import Asking, Line, Move, Returned, WantsHelp

_HUMAN_FROM = 2
"""From this refused answer on a person is among the choices."""
_GAP = "\ufffc"
"""Holds the place of a text that is Markdown already, while a phrase is filled in."""


def say_line(talk: Talk, line: Line) -> list[Choice]:
    """Says one line; returns its buttons, which count until the next question."""
    if line.article:
        return _show(talk, line)
    buttons = read_buttons(talk, line.buttons, line.slots)
    links = [button for button in buttons if button.url]
    talk.add(line.text, choices=links, attachments=_picture(line.image))
    return [button for button in buttons if not button.url]


def _show(talk: Talk, line: Line) -> list[Choice]:
    if not can_see(talk, line.article):
        return []
    article = talk.desk.articles[line.article]
    because = Because(rule="flow_article", article=article.id, confidence=1.0, version=talk.desk.version)
    try:
        answer = read_article(talk, article)
    except TextError:
        talk.say("call_failed")
        return []
    note_shown(talk, article, because)
    talk.add(answer.text, choices=answer.links, attachments=answer.attachments, because=because)
    return list(answer.buttons)


def _picture(path: str) -> tuple[Attachment, ...]:
    return (attach_file(path),) if path else ()


def ask_question(talk: Talk, asking: Asking, buttons: Sequence[Choice], move: Move | None) -> None:
    """Asks a flow's question with its choices, worded as the moment wants it.

    Args:
        talk: The Turn being made.
        asking: What is asked.
        buttons: Of lines said just before.
        move: What led to it: an answer, a refused one, something in between.
    """
    back = isinstance(move, Returned)
    choices = [*_options(talk, asking), *buttons]
    solved = not isinstance(asking.question.asks, Ask)
    if asking.can_skip:
        choices.append(talk.button("skip", Does.SKIP))
    if asking.can_go_back and not solved:
        choices.append(talk.button("back", Does.BACK))
    if back:
        choices.append(talk.button("stop", Does.STOP))
    if solved or asking.tries >= _HUMAN_FROM:
        choices.append(talk.human)
    text, phrase = _wording(talk, asking, move)
    talk.ask(QuestionKind.FLOW, text, choices, about=asking.step, phrase=phrase, attachments=_picture(asking.image))


def _options(talk: Talk, asking: Asking) -> list[Choice]:
    asks = asking.question.asks
    takes = asks.takes if isinstance(asks, Ask) else AskType.YES_NO
    if takes is AskType.YES_NO:
        return [talk.button("yes", Does.ANSWER, "yes"), talk.button("no", Does.ANSWER, "no")]
    if takes is AskType.DONE:
        return [talk.button("done", Does.ANSWER, "yes")]
    return [Choice(label=option.label, does=Does.ANSWER, target=str(option.value)) for option in asking.options]


def _wording(talk: Talk, asking: Asking, move: Move | None) -> tuple[str, str]:
    """The words of a question at this moment, and the phrase they follow."""
    question = word_question(talk, asking)
    if isinstance(move, Returned):
        flow = talk.conversation.flow
        title = title_of(talk, flow.flow) if flow else ""
        return put_around(talk, "back_to", in_one_line(question), title=title), "back_to"
    if isinstance(move, WantsHelp):
        return "\n\n".join(filter(None, (asking.remark, question))), ""
    if asking.tries:
        refusal = asking.remark or put_around(talk, "retry", question)
        return "\n\n".join(filter(None, (refusal, asking.hint))), "" if asking.remark else "retry"
    return question, "" if asking.text else "did_that_help"


def word_question(talk: Talk, asking: Asking) -> str:
    """The question itself, as Markdown."""
    return asking.text or talk.phrase("did_that_help")


def put_around(talk: Talk, key: str, question: str, **values: object) -> str:
    """A phrase with a question in it, which is Markdown already and must not be escaped."""
    return talk.phrase(key, question=_GAP, **values).replace(_GAP, question)


def in_one_line(text: str) -> str:
    """A text without its line breaks."""
    return " ".join(text.split())


def title_of(talk: Talk, flow: str) -> str:
    """A flow's name in the customer's language."""
    return talk.label(talk.desk.flows[flow].title)
