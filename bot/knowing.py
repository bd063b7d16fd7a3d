"""From words to what the desk knows: the search, and showing what it found."""

from dataclasses import dataclass, replace

from bot.failing import miss
from bot.flowing import start_flow
from bot.model import Attachment, Because, Choice, Does, QuestionKind, Tried
from bot.talk import Talk
from config.texts import EmptyValueError, Text
from escalation.redaction import hide_secrets
from kb.article import Article, Button
from kb.article import Attachment as KnownAttachment
from kb.entry import EntryKind
from kb.search import Found, Match, search
from kb.visibility import choose_variant, is_visible

_CONFIDENCES = 5
"""So many of the last confidences stay with the conversation."""
_TRIED = 10
"""So many of the last answers stand on a card."""


def find_answer(talk: Talk, text: str) -> Found:
    """Searches what this customer may see."""
    values, channel = talk.values(), talk.conversation.key.channel

    def allowed(identifier: str) -> bool:
        entry = talk.desk.articles.get(identifier) or talk.desk.flows.get(identifier)
        return entry is not None and is_visible(entry, channel, values, talk.today)

    found = search(talk.desk.index, text, language=talk.language, allowed=allowed)
    best = found.matches[0].confidence if found.matches else 0.0
    talk.change(confidences=(*talk.conversation.confidences, best)[-_CONFIDENCES:], wish=hide_secrets(text)[:500])
    return found


def give(talk: Talk, found: Found, match: Match, *, rule: str) -> None:
    """Shows what a match stands for: an article, or the beginning of a flow."""
    because = explain(talk, found, match, rule)
    talk.change(missed=0)
    if match.kind is EntryKind.FLOW:
        talk.because.append(because)
        start_flow(talk, match.id)
        return
    if talk.conversation.last_answer == match.id and talk.conversation.missed == 0:
        talk.ask_phrase(QuestionKind.OFFER, "said_before", [talk.button("yes", Does.YES), talk.button("no", Does.NO)])
        return
    try:
        show_article(talk, match.id, because)
    except EmptyValueError:
        miss(talk, found)


def suggest(talk: Talk, found: Found) -> bool:
    """Asks which of a few was meant.

    Returns:
        Whether there was anything to suggest.
    """
    choices = [_title_choice(talk, match.id) for match in found.suggested]
    if not choices:
        return False
    because = explain(talk, found, found.suggested[0], "suggest")
    talk.ask(
        QuestionKind.DID_YOU_MEAN,
        talk.phrase("did_you_mean"),
        [*choices, talk.button("none_of_these", Does.NONE), talk.human],
        phrase="did_you_mean",
        because=because,
    )
    return True


def show_article(talk: Talk, identifier: str, because: Because) -> None:
    """Shows an article's answer and asks once whether it helped.

    Raises:
        EmptyValueError: The answer would print a value that is not there; nothing has been said.
    """
    article = talk.desk.articles[identifier]
    answer = read_article(talk, article)
    shown = Tried(article=identifier, title=talk.label(article.title), confidence=because.confidence)
    talk.change(
        category=article.category or talk.conversation.category,
        tags=tuple(dict.fromkeys((*talk.conversation.tags, *article.tags))),
        last_answer=identifier,
        tried=(*talk.conversation.tried, shown)[-_TRIED:],
    )
    if article.then is not None:
        talk.close_question()
        talk.add(answer.text, attachments=answer.attachments, choices=answer.links, because=because)
        start_flow(talk, article.then)
    elif article.ask_solved:
        talk.close_question()
        talk.add(answer.text, attachments=answer.attachments, choices=answer.links, because=because)
        yes_no = [talk.button("yes", Does.YES), talk.button("no", Does.NO)]
        choices = [*answer.buttons, *yes_no, talk.human]
        talk.ask_phrase(QuestionKind.HELPED, "did_that_help", choices, about=identifier)
    else:
        talk.ask(
            QuestionKind.STARTERS,
            answer.text,
            [*answer.links, *answer.buttons, talk.human],
            about=identifier,
            attachments=answer.attachments,
            because=because,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An article as one customer is shown it."""

    text: str
    attachments: tuple[Attachment, ...]
    buttons: tuple[Choice, ...]
    links: tuple[Choice, ...]
    """Buttons that open an address; they are no presses."""


def read_article(talk: Talk, article: Article) -> Answer:
    """The wording of an article for this customer, in his language.

    Raises:
        EmptyValueError: It would print a value that is not there.
    """
    variant = choose_variant(article, talk.conversation.key.channel, talk.values())
    text = _in_language(talk, variant.answer, f"article:{article.id}")
    if article.review_by is not None and article.review_by < talk.today:
        text = f"{text}\n\n{talk.phrase('stale', date=article.review_by)}"
    buttons = [read_button(talk, button) for button in variant.buttons]
    return Answer(
        text=text,
        attachments=tuple(_attach(talk, attachment) for attachment in variant.attachments),
        buttons=tuple(button for button in buttons if not button.url),
        links=tuple(button for button in buttons if button.url),
    )


def _attach(talk: Talk, attachment: KnownAttachment) -> Attachment:
    path = attachment.image or attachment.file or ""
    return Attachment(
        id=f"kb:{path}",
        name=path.rpartition("/")[2] or talk.label(attachment.caption),
        media_type="image" if attachment.image else "file" if attachment.file else "video",
        size=0,
        alt=talk.label(attachment.alt) if attachment.alt else "",
        url=talk.fill(attachment.video) if attachment.video else "",
    )


def read_button(talk: Talk, button: Button) -> Choice:
    """A button of the desk's content as a choice."""
    label = talk.label(button.label)
    if button.url:
        return Choice(label=label, url=talk.fill(button.url))
    if button.article:
        return Choice(label=label, does=Does.ARTICLE, target=button.article)
    if button.flow:
        return Choice(label=label, does=Does.FLOW, target=button.flow)
    if button.escalate:
        return Choice(label=label, does=Does.ESCALATE, target=button.escalate)
    if button.say:
        return Choice(label=label, does=Does.SAY, target=talk.label(button.say))
    return Choice(label=label, does=Does.HUMAN)


def show_related(talk: Talk, identifier: str) -> bool:
    """After "No": related articles that were not shown yet.

    Returns:
        Whether there were any.
    """
    shown = {tried.article for tried in talk.conversation.tried}
    article = talk.desk.articles.get(identifier)
    related = [name for name in article.related if name not in shown and name in talk.desk.articles] if article else []
    if not related:
        return False
    choices = [_title_choice(talk, name) for name in related[:3]]
    talk.ask_phrase(
        QuestionKind.DID_YOU_MEAN, "did_you_mean", [*choices, talk.button("none_of_these", Does.NONE), talk.human]
    )
    return True


def note_outcome(talk: Talk, outcome: str) -> None:
    """Remembers how the customer took the last answer."""
    tried = talk.conversation.tried
    if tried:
        talk.change(tried=(*tried[:-1], replace(tried[-1], outcome=outcome)))


def explain(talk: Talk, found: Found, match: Match, rule: str) -> Because:
    """Why this match, complete enough to be shown later."""
    return Because(
        rule=rule,
        article=match.id,
        confidence=match.confidence,
        margin=found.margin,
        answer_at=found.answer_at,
        suggest_at=found.suggest_at,
        phrase=match.phrase,
        place=f"{match.file}:{match.line}",
        version=talk.desk.version,
    )


def _title_choice(talk: Talk, identifier: str) -> Choice:
    article: Article | None = talk.desk.articles.get(identifier)
    if article is not None:
        return Choice(label=talk.label(article.title), does=Does.ARTICLE, target=identifier)
    return Choice(label=talk.label(talk.desk.flows[identifier].title), does=Does.FLOW, target=identifier)


def _in_language(talk: Talk, text: Text, name: str) -> str:
    """A text in the customer's language; one that is only there in the main language says so."""
    language, _ = text.choose(talk.language, talk.desk.default_language)
    said = talk.word(text, name)
    if language == talk.language:
        return said
    return f"{talk.phrase('only_in', language=talk.language_name(language))}\n\n{said}"
