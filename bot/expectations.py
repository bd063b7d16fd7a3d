"""What an editor's test expects of one line of a chat, compared with what happened. Called by `bot.rehearsal`."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from bot.conversation_tests import Expectation
from bot.model import Because, Handoff, Message, QuestionKind, Turn
from bot.play import Play

T = TypeVar("T")

_MARKS = str.maketrans("", "", "*_`\\")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What one line of a chat led to."""

    play: Play
    shown: tuple[Message, ...]
    turns: tuple[Turn, ...]

    @property
    def because(self) -> tuple[Because, ...]:
        """Why the bot did what it did."""
        return tuple(because for turn in self.turns for because in turn.because)

    @property
    def text(self) -> str:
        """Everything the customer was sent, without case and Markdown."""
        return _plain("\n".join(message.text for message in self.shown))


def check_expectation(seen: Seen, expect: Expectation) -> Iterator[str]:
    """Names what does not hold of one line's expectation."""
    conversation = seen.play.conversation
    handoff = conversation.handoff if conversation else None
    yield from _hold("article", expect.article, lambda wanted: _shows(seen, wanted))
    yield from _hold("smalltalk", expect.smalltalk, lambda wanted: _smalltalk(seen, wanted))
    yield from _hold("not_article", expect.not_article, lambda wanted: _shows_not(seen, wanted))
    yield from _hold("suggests", expect.suggests, lambda wanted: _suggests(seen, wanted))
    yield from _hold("understood", expect.understood, lambda wanted: _understood(seen, wanted))
    yield from _hold("flow", expect.flow, lambda wanted: _flow(seen, wanted))
    yield from _hold("step", expect.step, lambda wanted: _step(seen, wanted))
    yield from _hold("slots", expect.slots, lambda wanted: _slots(seen, wanted))
    yield from _hold("retry", expect.retry, lambda wanted: _retry(seen, wanted))
    yield from _hold("resumes", expect.resumes, lambda wanted: _resumes(seen, wanted))
    yield from _hold("calls", expect.calls, lambda wanted: _equal(tuple(seen.play.calls), wanted))
    yield from _hold("says", expect.says, lambda wanted: _says(seen, wanted))
    yield from _hold("says_not", expect.says_not, lambda wanted: _says_not(seen, wanted))
    yield from _hold("buttons", expect.buttons, lambda wanted: _buttons(seen, wanted))
    yield from _hold("message", expect.message, lambda wanted: _message(seen, wanted))
    yield from _hold("silent", expect.silent, lambda wanted: _silent(seen, wanted))
    yield from _hold("language", expect.language, lambda wanted: _equal(conversation and conversation.language, wanted))
    yield from _hold("tags", expect.tags, lambda wanted: _tags(seen, wanted))
    yield from _hold("ended", expect.ended, lambda wanted: _ended(seen, wanted))
    yield from _hold("escalated", expect.escalated, lambda wanted: _escalated(handoff, wanted))
    yield from _hold("trigger", expect.trigger, lambda wanted: _equal(handoff and handoff.trigger, wanted))
    yield from _hold("priority", expect.priority, lambda wanted: _equal(handoff and handoff.priority, wanted))
    yield from _hold("reason", expect.reason, lambda wanted: _equal(handoff and handoff.reason, wanted))
    yield from _hold("summary", expect.summary, lambda wanted: _summary(handoff, wanted))
    yield from _hold("owner", expect.owner, lambda wanted: _equal(seen.play.owner.value, str(wanted)))
    yield from _hold("survey", expect.survey, lambda wanted: _survey(seen, wanted))


def _hold(name: str, wanted: T | None, check: Callable[[T], str | None]) -> Iterator[str]:
    """Checks one field, if the line says anything about it; an empty list of calls means that there were none."""
    if wanted is None or (not wanted and name != "calls" and not isinstance(wanted, bool | int)):
        return
    found = check(wanted)
    if found is not None:
        yield f"{name}: expected {_in_words(wanted)}, but {found}"


def _in_words(wanted: object) -> str:
    if isinstance(wanted, bool):
        return "yes" if wanted else "no"
    if isinstance(wanted, tuple):
        return ", ".join(str(part) for part in wanted)
    return str(wanted)


def _equal(found: object, wanted: object) -> str | None:
    return None if found == wanted else f"it is {_in_words(found) if found not in (None, '') else 'none'}"


def _articles(seen: Seen) -> list[str]:
    return [because.article for because in seen.because if because.rule in ("knowledge", "picked", "flow_article")]


def _shows(seen: Seen, wanted: str) -> str | None:
    shown = _articles(seen)
    return None if wanted in shown else f"shown was {', '.join(shown) or _what_else(seen)}"


def _shows_not(seen: Seen, wanted: str) -> str | None:
    return f"it was {wanted}" if wanted in _articles(seen) else None


def _what_else(seen: Seen) -> str:
    keys = [message.phrase for message in seen.shown if message.phrase]
    best = [f"{because.article} {because.confidence:.2f}" for because in seen.because if because.article]
    return f"no article ({', '.join((*keys, *best)) or 'nothing was said'})"


def _suggests(seen: Seen, wanted: tuple[str, ...]) -> str | None:
    question = seen.play.conversation.question if seen.play.conversation else None
    offered = [choice.target for choice in question.choices] if question else []
    return None if set(wanted) <= set(offered) else f"offered was {', '.join(filter(None, offered)) or 'nothing'}"


def _understood(seen: Seen, wanted: bool) -> str | None:
    missed = any(because.rule == "not_understood" for because in seen.because) or any(
        message.phrase in ("not_understood", "offer", "offer_again") for message in seen.shown
    )
    return _equal(not missed, wanted)


def _flow(seen: Seen, wanted: str) -> str | None:
    conversation = seen.play.conversation
    running = [frame.flow for frame in conversation.flow.frames] if conversation and conversation.flow else []
    started = [because.article for because in seen.because if because.rule in ("knowledge", "flow")]
    return None if wanted in (*running, *started) else f"it is {', '.join(running) or 'none'}"


def _step(seen: Seen, wanted: str) -> str | None:
    conversation = seen.play.conversation
    return _equal(conversation.flow.frames[-1].at if conversation and conversation.flow else None, wanted)


def _slots(seen: Seen, wanted: Mapping[str, object]) -> str | None:
    slots = seen.play.slots
    wrong = {name: slots.get(name) for name, value in wanted.items() if _as_text(slots.get(name)) != str(value)}
    return f"they are {wrong}" if wrong else None


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _retry(seen: Seen, wanted: int) -> str | None:
    conversation = seen.play.conversation
    return _equal(conversation.flow.tries if conversation and conversation.flow else None, wanted)


def _resumes(seen: Seen, wanted: str) -> str | None:
    came_back = any(message.phrase == "back_to" for message in seen.shown)
    return _flow(seen, wanted) if came_back else "it did not come back to a flow"


def _says(seen: Seen, wanted: tuple[str, ...]) -> str | None:
    missing = [part for part in wanted if _plain(part) not in seen.text]
    return f"it said: {seen.text[:200] or 'nothing'}" if missing else None


def _says_not(seen: Seen, wanted: tuple[str, ...]) -> str | None:
    there = [part for part in wanted if _plain(part) in seen.text]
    return f"it said so: {there[0]}" if there else None


def _buttons(seen: Seen, wanted: tuple[str, ...]) -> str | None:
    labels = seen.play.buttons
    return None if set(wanted) <= set(labels) else f"on show are {', '.join(labels) or 'none'}"


def _message(seen: Seen, wanted: str) -> str | None:
    keys = [message.phrase for message in seen.shown if message.phrase]
    return None if wanted in keys else f"sent was {', '.join(keys) or 'none of them'}"


def _escalated(handoff: Handoff | None, wanted: str) -> str | None:
    team = handoff.team if handoff else "no"
    return None if team == wanted else f"it was {team}"


def _summary(handoff: Handoff | None, wanted: str) -> str | None:
    text = handoff.summary if handoff else ""
    return None if wanted.casefold() in text.casefold() else f"it is '{text}'"


def _tags(seen: Seen, wanted: tuple[str, ...]) -> str | None:
    tags = seen.play.conversation.tags if seen.play.conversation else ()
    return None if set(wanted) <= set(tags) else f"they are {', '.join(tags) or 'none'}"


def _ended(seen: Seen, wanted: object) -> str | None:
    ends = [because.step for because in seen.because if because.rule == "flow_end"]
    return None if str(wanted) in ends else f"it ended {', '.join(ends) or 'not at all'}"


def _smalltalk(seen: Seen, wanted: str) -> str | None:
    said = [because.article for because in seen.because if because.rule == "smalltalk"]
    return None if wanted in said else f"answered was {', '.join(said) or _what_else(seen)}"


def _survey(seen: Seen, wanted: bool) -> str | None:
    question = seen.play.conversation.question if seen.play.conversation else None
    return _equal(question is not None and question.kind is QuestionKind.SURVEY, wanted)


def _silent(seen: Seen, wanted: bool) -> str | None:
    return _equal(not seen.shown, wanted) and (seen.text[:100] or "it said nothing")


def _plain(text: str) -> str:
    return " ".join(text.translate(_MARKS).casefold().split())
