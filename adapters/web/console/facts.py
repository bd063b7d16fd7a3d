"""The right pane as it is shown: the card, the customer, earlier conversations. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from adapters.desk.formats import full_time_of, language_name, percent, short_age_of, time_of
from adapters.desk.knowledge import ShownArticle, suggest_articles
from adapters.desk.reader import Reader
from adapters.desk.view import OUTCOMES
from bot.model import Conversation
from escalation.card import MASKED, Card, build_card
from kb.flows.checklist import ChecklistStep


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownTried:
    """An answer of the bot, and how the customer took it."""

    title: str
    confidence: int
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCard:
    """The hand-off card."""

    team: str
    priority: str
    wish: str
    why: str
    done: tuple[str, ...]
    checklist: tuple[ChecklistStep, ...]
    tried: tuple[ShownTried, ...]
    last_words: str
    waiting_since: str
    warning: str
    """That the team does not speak the customer's language."""
    ready: tuple[ShownArticle, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownField:
    """One thing known about the customer."""

    name: str
    title: str
    value: str
    is_masked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What is known about the customer."""

    channel: str
    fields: tuple[KnownField, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """An earlier conversation."""

    id: str
    number: int
    date: str
    ended: str
    words: str


def build_card_view(conversation: Conversation, reader: Reader) -> ShownCard | None:
    """The card of a conversation that was handed over."""
    fields = reader.desk.settings.customer
    card = build_card(
        conversation, reader.desk.policy, {name: field.sensitive for name, field in fields.items()}, reader.now
    )
    if card is None:
        return None
    found = suggest_articles(reader, conversation)
    return ShownCard(
        team=reader.team_title(card.team),
        priority=card.priority,
        wish=card.wish,
        why=_why_words(card, reader),
        done=card.steps,
        checklist=card.checklist,
        tried=tuple(
            ShownTried(
                title=each.title, confidence=percent(each.confidence), outcome=_outcome_words(each.outcome, reader)
            )
            for each in card.tried
        ),
        last_words=card.last_words,
        waiting_since=_since_words(card.waiting_since, reader),
        warning="" if card.speaks_language else language_name(card.language, reader.language),
        ready=tuple(each for each in found if each.can_send)[:3],
    )


def build_person(conversation: Conversation, reader: Reader) -> Person:
    """The customer; fields that the desk calls sensitive are masked."""
    known = reader.desk.settings.customer
    fields = []
    for name, value in conversation.customer.fields.items():
        declared = known.get(name)
        is_masked = declared is not None and declared.sensitive
        if value not in (None, ""):
            title = (declared.title if declared else "") or name
            shown = MASKED if is_masked else str(value)[:200]
            fields.append(KnownField(name=name, title=title, value=shown, is_masked=is_masked))
    return Person(channel=conversation.key.channel.capitalize(), fields=tuple(fields))


def build_history(earlier: Sequence[Conversation], reader: Reader) -> tuple[Past, ...]:
    """Earlier conversations, one line each."""
    return tuple(
        Past(
            id=each.id,
            number=each.number,
            date=full_time_of(each.opened_at, reader.zone, reader.language),
            ended=reader.say("console_owner_closed") if each.is_closed else "",
            words=" ".join((each.wish or each.last_words).split())[:120],
        )
        for each in earlier
    )


def _since_words(since: datetime | None, reader: Reader) -> str:
    if since is None:
        return ""
    return f"{time_of(since, reader.zone, reader.language)} · {short_age_of(since, reader.now, reader.language)}"


def _why_words(card: Card, reader: Reader) -> str:
    trigger = next((each for each in reader.desk.policy.triggers if each.id == card.trigger), None)
    words = reader.say(f"console_reason_{trigger.when.value}") if trigger else ""
    parts = [part for part in (words, card.reason, f"({card.trigger})" if card.trigger else "") if part]
    return " ".join(dict.fromkeys(parts))


def _outcome_words(outcome: str, reader: Reader) -> str:
    return reader.say(OUTCOMES.get(outcome, "console_no_reply"))
