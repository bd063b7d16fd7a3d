"""What an agent can say as it is shown: articles, canned replies filled for the customer, and why the bot said it."""

from dataclasses import dataclass

from adapters.desk.formats import percent
from adapters.desk.reader import Reader
from adapters.markdown import render_plain
from bot.canned import fill_reply
from bot.model import Because, Conversation
from bot.values import values_of
from config.texts import EmptyValueError, Text, TextError, render_text
from escalation.policy import AfterReply, Reply
from kb.article import Article, Status
from kb.search import search
from kb.visibility import choose_variant, is_visible

MOST_FOUND = 6
LIKELY = 20
"""Percent of confidence from which an article is suggested without being searched for."""
LONGEST_TEXT = 4_000
_REFUSED = ("not_helped", "refused", "handed_over")
"""How a customer takes an answer that need not be sent to him again."""


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


def suggest_articles(reader: Reader, conversation: Conversation) -> tuple[ShownArticle, ...]:
    """Articles that may help now, for the customer's last words or else for his wish; not what did not help him."""
    refused = {tried.article for tried in conversation.tried if tried.outcome in _REFUSED}
    for text in (conversation.last_words, conversation.wish):
        found = find_articles(reader, conversation, text)
        if likely := tuple(each for each in found if each.confidence >= LIKELY and each.id not in refused):
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
        ("console_why_part", because.part),
        ("console_why_phrase", because.phrase),
        ("console_why_rest", because.rest),
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
    text = _fill(answer, conversation, reader)
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
    text, missing = _fill_reply(reply, conversation, reader)
    own = "" if reply.text.choose(language, own_language)[0] == own_language else reader.pick(reply.text, own_language)
    return ShownReply(
        id=reply.id,
        shortcut=reply.shortcut,
        title=reply.title,
        text=text,
        own_text=own,
        missing=missing,
        then=_then_words(reply.then, reader),
        words=f"/{reply.shortcut} {reply.title} {text}".lower(),
    )


def _fill_reply(reply: Reply, conversation: Conversation, reader: Reader) -> tuple[str, str]:
    """A canned reply with its values for this customer, and what is missing; with gaps it stays as it is written."""
    try:
        return fill_reply(reply, conversation, reader.desk, reader.now, reader.agent.name), ""
    except TextError as error:
        missing = str(error) if isinstance(error, EmptyValueError) else "?"
    return reader.pick(reply.text, conversation.language), missing


def _fill(text: Text, conversation: Conversation, reader: Reader) -> str:
    """A text with its values for this customer; with gaps it stays as it is written."""
    language, wordings = text.choose(conversation.language, reader.desk.default_language)
    if not wordings:
        return ""
    try:
        return render_text(wordings[0].text, values_of(conversation, reader.desk, reader.now), language)
    except TextError:
        return wordings[0].text


def _then_words(then: AfterReply, reader: Reader) -> str:
    parts = []
    if then.team:
        parts.append(f"{reader.say('console_transfer_to')} {reader.team_title(then.team)}")
    if then.resolve:
        parts.append(reader.say("console_resolve"))
    if then.priority:
        parts.append(reader.say(f"console_{then.priority}"))
    return " · ".join((*parts, *then.tags))
