"""The right pane as it is shown: the card, the customer, earlier conversations, articles, canned replies. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from adapters.markdown import render_plain
from adapters.web.console.formats import full_time_of, language_name, percent, short_age_of, time_of
from adapters.web.console.reader import Reader
from bot.model import Because, Conversation
from bot.values import values_of
from config.texts import EmptyValueError, Text, TextError, render_text
from escalation.card import Card, build_card
from escalation.policy import AfterReply, Reply
from kb.article import Article, Status
from kb.search import search
from kb.visibility import choose_variant, is_visible

MOST_FOUND = 6
LIKELY = 20
"""Percent of confidence from which an article is suggested without being searched for."""
LONGEST_TEXT = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownTried:
    """An answer of the bot, and how the customer took it."""

    title: str
    confidence: int
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownArticle:
    """An article that the agent can use."""

    id: str
    title: str
    text: str
    language: str
    confidence: int
    is_internal: bool
    can_send: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCard:
    """The hand-off card."""

    team: str
    priority: str
    wish: str
    why: str
    done: tuple[str, ...]
    tried: tuple[ShownTried, ...]
    last_words: str
    waiting_since: str
    warning: str
    """That the team does not speak the customer's language."""
    ready: tuple[ShownArticle, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What is known about the customer."""

    channel: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """An earlier conversation."""

    id: str
    number: int
    date: str
    ended: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownReply:
    """A canned reply, filled with what is known about the customer."""

    id: str
    shortcut: str
    title: str
    text: str
    own_text: str
    """The same in the desk's own language, where the customer's is another one."""
    missing: str
    """Names of values that are not known; they block sending as it is."""
    then: str
    """What is done after it is sent."""
    words: str
    """What a search looks at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Why the bot said something."""

    confidence: int
    answer_at: int
    suggest_at: int
    margin: int
    lines: tuple[tuple[str, str], ...]
    """Key of the label, and the value."""
    place: str
    version: str


def build_card_view(conversation: Conversation, reader: Reader) -> ShownCard | None:
    """The card of a conversation that was handed over."""
    fields = reader.desk.settings.customer
    card = build_card(
        conversation, reader.desk.policy, {name: field.sensitive for name, field in fields.items()}, reader.now
    )
    if card is None:
        return None
    refused = {tried.article for tried in card.tried if tried.outcome in ("not_helped", "refused")}
    found = suggest_articles(reader, conversation)
    return ShownCard(
        team=reader.team_title(card.team),
        priority=card.priority,
        wish=card.wish,
        why=_why_words(card, reader),
        done=card.steps,
        tried=tuple(
            ShownTried(
                title=each.title, confidence=percent(each.confidence), outcome=_outcome_words(each.outcome, reader)
            )
            for each in card.tried
        ),
        last_words=card.last_words,
        waiting_since=_since_words(card.waiting_since, reader),
        warning="" if card.speaks_language else language_name(card.language, reader.language),
        ready=tuple(each for each in found if each.can_send and each.id not in refused)[:3],
    )


def build_person(conversation: Conversation, reader: Reader) -> Person:
    """The customer; fields that the desk calls sensitive are masked."""
    known = reader.desk.settings.customer
    rows: list[tuple[str, str]] = []
    for name, value in conversation.customer.fields.items():
        field = known.get(name)
        shown = "•••" if field is not None and field.sensitive else str(value)
        if value not in (None, ""):
            rows.append(((field.title if field else "") or name, shown[:200]))
    return Person(channel=conversation.key.channel.capitalize(), fields=tuple(rows))


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


def suggest_articles(reader: Reader, conversation: Conversation) -> tuple[ShownArticle, ...]:
    """Articles that may help now: for the customer's last words, or else for what he wants."""
    for text in (conversation.last_words, conversation.wish):
        likely = tuple(each for each in find_articles(reader, conversation, text) if each.confidence >= LIKELY)
        if likely:
            return likely
    return ()


def find_articles(reader: Reader, conversation: Conversation, text: str) -> tuple[ShownArticle, ...]:
    """Articles for some words, internal ones too, best first."""
    if not text.strip():
        return ()
    articles = reader.desk.articles

    def allowed(id_: str) -> bool:
        return id_ in articles and articles[id_].status is Status.PUBLISHED

    found = search(reader.desk.index, text, language=conversation.language, allowed=allowed, top=MOST_FOUND)
    shown = (_show_article(articles[match.id], match.confidence, conversation, reader) for match in found.matches)
    return tuple(each for each in shown if each.confidence > 0)


def build_replies(conversation: Conversation, reader: Reader) -> tuple[ShownReply, ...]:
    """The canned replies that the conversation's team has, filled for its customer."""
    team = conversation.handoff.team if conversation.handoff else ""
    replies = reader.desk.replies.values()
    return tuple(_show_reply(each, conversation, reader) for each in replies if not each.teams or team in each.teams)


def build_why(because: Because, reader: Reader) -> Why:
    """Why the bot said something, in lines."""
    article = reader.desk.articles.get(because.article)
    title = f"{reader.pick(article.title, reader.language)} ({because.article})" if article else because.article
    lines = (
        ("console_why_rule", because.rule),
        ("console_why_trigger", because.trigger),
        ("console_why_article", title),
        ("console_why_phrase", because.phrase),
        ("console_why_step", because.step),
    )
    return Why(
        confidence=percent(because.confidence),
        answer_at=percent(because.answer_at),
        suggest_at=percent(because.suggest_at),
        margin=percent(because.margin),
        lines=tuple((label, value) for label, value in lines if value),
        place=because.place,
        version=because.version,
    )


def _show_article(article: Article, confidence: float, conversation: Conversation, reader: Reader) -> ShownArticle:
    values = values_of(conversation, reader.desk, reader.now)
    channel = conversation.key.channel
    answer = choose_variant(article, channel, values).answer
    language, _ = answer.choose(conversation.language, reader.desk.default_language)
    text = _fill(answer, conversation, reader)[0]
    today = reader.now.astimezone(reader.zone).date()
    return ShownArticle(
        id=article.id,
        title=reader.pick(article.title, reader.language),
        text=render_plain(text)[:LONGEST_TEXT],
        language=language,
        confidence=percent(confidence),
        is_internal=article.internal,
        can_send=is_visible(article, channel, values, today),
    )


def _show_reply(reply: Reply, conversation: Conversation, reader: Reader) -> ShownReply:
    language, own_language = conversation.language, reader.desk.default_language
    text, missing = _fill(reply.text, conversation, reader)
    own = "" if reply.text.choose(language, own_language)[0] == own_language else reader.pick(reply.text, own_language)
    return ShownReply(
        id=reply.id,
        shortcut=reply.shortcut,
        title=reply.title,
        text=render_plain(text),
        own_text=own,
        missing=missing,
        then=_then_words(reply.then, reader),
        words=f"/{reply.shortcut} {reply.title} {text}".lower(),
    )


def _fill(text: Text, conversation: Conversation, reader: Reader) -> tuple[str, str]:
    """A text with its values for this customer, and what is missing; with gaps it stays as it is written."""
    language, wordings = text.choose(conversation.language, reader.desk.default_language)
    if not wordings:
        return "", ""
    handoff = conversation.handoff
    values = {
        **values_of(conversation, reader.desk, reader.now),
        "agent": reader.agent.name,
        "team": reader.team_title(handoff.team) if handoff else "",
    }
    try:
        return render_text(wordings[0].text, values, language), ""
    except EmptyValueError as error:
        return wordings[0].text, str(error)
    except TextError:
        return wordings[0].text, "?"


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
    match outcome:
        case "helped":
            return reader.say("console_helped")
        case "not_helped" | "refused":
            return reader.say("console_did_not_help")
        case _:
            return reader.say("console_no_reply")


def _then_words(then: AfterReply, reader: Reader) -> str:
    parts = []
    if then.team:
        parts.append(f"{reader.say('console_transfer_to')} {reader.team_title(then.team)}")
    if then.resolve:
        parts.append(reader.say("console_resolve"))
    if then.priority:
        parts.append(reader.say(f"console_{then.priority}"))
    return " · ".join((*parts, *then.tags))
