"""When the bot does not help: it counts, asks for other words, offers a person. Never a third plain "I don't know"."""

from datetime import timedelta

from bot.handing_over import hand_over
from bot.model import Because, Does, QuestionKind
from bot.talk import Talk
from bot.wordlists import all_entries
from escalation.triggers import find_failure_trigger, negative_entries
from kb.search import Found
from kb.wording import find_fitting, words_in

_CONFIDENCES = 20
"""So many of the last confidences stay with the conversation: as many as a trigger may count."""
_OFFER_AT = 2
"""A second miss in a row makes the offer, with or without a trigger."""


def note_mood(talk: Talk, text: str) -> None:
    """Counts messages in a row with a word of displeasure."""
    entries = (*all_entries(talk.desk, "negative"), *negative_entries(talk.desk.policy))
    displeased = find_fitting(entries, words_in(text)) is not None
    talk.change(negative=talk.conversation.negative + 1 if displeased else 0)


def note_confidence(talk: Talk, found: Found) -> None:
    """Remembers how sure the best match was: once for each question that the bot has dealt with."""
    best = found.matches[0].confidence if found.matches else 0.0
    talk.change(confidences=(*talk.conversation.confidences, best)[-_CONFIDENCES:])


def miss(talk: Talk, found: Found) -> None:
    """Nothing was found: a trigger, an offer the second time, else other words with a real example."""
    note_confidence(talk, found)
    talk.change(missed=talk.conversation.missed + 1)
    because = Because(
        rule="not_understood",
        confidence=found.matches[0].confidence if found.matches else 0.0,
        article=found.matches[0].id if found.matches else "",
        answer_at=found.answer_at,
        suggest_at=found.suggest_at,
        version=talk.desk.version,
    )
    if count_failure(talk):
        return
    if talk.conversation.missed >= _OFFER_AT:
        offer(talk)
    else:
        words = talk.phrase("not_understood", example=_example(talk))
        talk.add(_with_sympathy(talk, words), phrase="not_understood", because=because)


def count_failure(talk: Talk) -> bool:
    """One more answer that did not help.

    Returns:
        Whether a trigger has taken it from here.
    """
    talk.change(failed=talk.conversation.failed + 1)
    trigger = find_failure_trigger(talk.desk.policy, talk.conversation, talk.values())
    if trigger is None:
        return False
    if not trigger.asks:
        hand_over(talk, trigger=trigger)
    else:
        offer(talk, trigger.id)
    return True


def offer(talk: Talk, trigger: str = "", phrase: str = "") -> None:
    """Offers a person and waits for yes or no; an offer that was just passed over is not repeated word for word."""
    choices = [talk.button("yes", Does.YES), talk.button("no", Does.NO)]
    key = phrase or _offer_phrase(talk)
    talk.ask(QuestionKind.OFFER, _with_sympathy(talk, talk.phrase(key)), choices, about=trigger, phrase=key)


def _offer_phrase(talk: Talk) -> str:
    question = talk.conversation.question
    passed_over = talk.find(question.number) if question is not None else None
    return "offer_again" if passed_over is not None and passed_over.phrase == "offer" else "offer"


def _with_sympathy(talk: Talk, words: str) -> str:
    """Words for somebody who is displeased begin with a "sorry", once a conversation."""
    if not talk.conversation.negative or talk.said_lately("sorry_trouble", timedelta.max):
        return words
    return f"{talk.phrase('sorry_trouble')} {words}"


def _example(talk: Talk) -> str:
    """A question this desk can really answer, in the customer's language."""
    named = [starter.article for starter in talk.desk.settings.bot.starters if starter.article]
    for article in (*named, *talk.desk.articles):
        if article in talk.desk.articles:
            language, wordings = talk.desk.articles[article].questions.choose(talk.language, talk.desk.default_language)
            if language == talk.language and wordings:
                return wordings[0].text
    return ""
