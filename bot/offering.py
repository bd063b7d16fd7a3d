"""The other question of a message that holds two: offered beside the answer to the first, taken or refused.

Which parts of a message are questions is found in `kb.search`. Called by `bot.knowing` and `bot.choosing`.
"""

from collections.abc import Sequence

from bot.model import Because, Choice, Does, Question, QuestionKind
from bot.showing import title_choice
from bot.talk import Talk
from escalation.redaction import has_secret
from kb.pairing import Fate, offer_from
from kb.search import Found, Part

_LONGEST = 100


def find_other(talk: Talk, found: Found) -> Part | None:
    """The other question to offer, unless it has just been answered."""
    also = found.also
    return also if also is not None and also.match.id != talk.conversation.last_answer else None


def offer_other(talk: Talk, other: Part, buttons: Sequence[Choice] = ()) -> None:
    """Asks whether to help with the other question, too; the buttons of the answer stay at hand."""
    match = other.match
    talk.ask(
        QuestionKind.ALSO,
        talk.phrase("also_asked", title=title_choice(talk, match.id).label),
        [*buttons, talk.button("yes", Does.YES, match.id), talk.button("no", Does.NO), talk.human],
        about=match.id,
        phrase="also_asked",
        because=Because(
            rule="also",
            article=match.id,
            confidence=match.confidence,
            answer_at=talk.desk.index.answer_from(talk.language),
            suggest_at=offer_from(talk.desk.index),
            phrase=match.phrase,
            place=f"{match.file}:{match.line}",
            part=_shown(other.text),
            version=talk.desk.version,
        ),
    )


def refuse_other(talk: Talk, question: Question) -> None:
    """After "No": back to the answer above, if it asks whether it helped."""
    own = [choice for choice in question.choices if choice.does not in (Does.YES, Does.NO, Does.HUMAN)]
    article = talk.desk.articles.get(talk.conversation.last_answer)
    if article is not None and article.ask_solved:
        choices = [*own, talk.button("yes", Does.YES), talk.button("no", Does.NO), talk.human]
        talk.ask_phrase(QuestionKind.HELPED, "above_helped", choices, about=article.id)
    else:
        talk.ask_phrase(QuestionKind.STARTERS, "what_else", [*own, talk.human])


def tell_part(found: Found) -> str:
    """The part of a message that was answered, for agents; empty if that is all of it."""
    return _shown(found.part)


def tell_rest(found: Found) -> str:
    """What became of the other parts of a message, for agents."""
    rest = [part for part in found.parts if part.fate is not Fate.ANSWERED]
    return " · ".join(
        f'"{_shown(part.text)}" {part.match.id} {part.match.confidence:.2f}: {part.fate}' for part in rest
    )


def _shown(text: str) -> str:
    """A part as it may be kept with the bot's words: short, and nothing of it if a secret is in it."""
    return "…" if has_secret(text) else text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
