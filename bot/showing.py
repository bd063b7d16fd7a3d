"""An article as one customer is shown it: its wording, pictures and buttons, in his language.

Nothing is said here: `bot.knowing` answers with it, `bot.flowing` shows it inside a flow, an agent sends it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from bot.model import Attachment, Because, Choice, Does, Tried
from bot.talk import Talk
from config.references import IMAGE_ENDINGS
from config.texts import Text
from kb.article import Article, Button
from kb.article import Attachment as KnownAttachment
from kb.visibility import choose_variant, is_visible

_PICTURES = {ending: f"image/{'jpeg' if ending == 'jpg' else ending}" for ending in IMAGE_ENDINGS}
"""The media type of a picture by the ending of its name."""
_TRIED = 10
"""So many of the last answers stand on a card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An article as one customer is shown it."""

    text: str
    attachments: tuple[Attachment, ...]
    buttons: tuple[Choice, ...]
    links: tuple[Choice, ...]
    """Buttons that open an address; they are no presses."""


def can_see(talk: Talk, identifier: str) -> bool:
    """Whether this customer may be shown an article, or start a flow, now."""
    entry = talk.desk.articles.get(identifier) or talk.desk.flows.get(identifier)
    return entry is not None and is_visible(entry, talk.conversation.key.channel, talk.values(), talk.today)


def title_choice(talk: Talk, identifier: str, label: str = "") -> Choice:
    """The button that leads to an article or a flow, named by its title if it has no label of its own."""
    article = talk.desk.articles.get(identifier)
    entry, does = (article, Does.ARTICLE) if article else (talk.desk.flows[identifier], Does.FLOW)
    return Choice(label=label or talk.label(entry.title), does=does, target=identifier)


def read_article(talk: Talk, article: Article) -> Answer:
    """The wording of an article for this customer, in his language.

    Raises:
        EmptyValueError: It would print a value that is not there.
    """
    variant = choose_variant(article, talk.conversation.key.channel, talk.values())
    text = _in_language(talk, variant.answer, f"article:{article.id}")
    if article.review_by is not None and article.review_by < talk.today:
        text = f"{text}\n\n{talk.phrase('stale', date=article.review_by)}"
    buttons = read_buttons(talk, variant.buttons)
    return Answer(
        text=text,
        attachments=tuple(_attach(talk, attachment) for attachment in variant.attachments),
        buttons=tuple(button for button in buttons if not button.url),
        links=tuple(button for button in buttons if button.url),
    )


def _attach(talk: Talk, attachment: KnownAttachment) -> Attachment:
    caption = talk.label(attachment.caption) if attachment.caption else ""
    if attachment.video:
        return Attachment(id="kb:", name=caption, media_type="video", size=0, url=talk.fill(attachment.video))
    alt = talk.label(attachment.alt) if attachment.alt else ""
    return replace(attach_file(attachment.image or attachment.file or ""), alt=alt, caption=caption)


def attach_file(path: str) -> Attachment:
    """A file of the desk folder as it goes with a message."""
    name = path.rpartition("/")[2]
    ending = name.rpartition(".")[2].lower()
    return Attachment(id=f"kb:{path}", name=name, media_type=_PICTURES.get(ending, "file"), size=0)


def read_buttons(
    talk: Talk, buttons: Sequence[Button], slots: Mapping[str, object] = MappingProxyType({})
) -> list[Choice]:
    """The buttons of an answer or of a step as choices, without those that lead to what this customer may not see.

    Args:
        talk: The Turn being made.
        buttons: Of the desk's content.
        slots: What a flow has learned, for the labels.

    Raises:
        TextError: A label would print an empty value, or cannot be rendered.
    """
    leads = [(button, button.article or button.flow) for button in buttons]
    return [_read_button(talk, button, slots) for button, to in leads if not to or can_see(talk, to)]


def _read_button(talk: Talk, button: Button, slots: Mapping[str, object]) -> Choice:
    label = talk.label(button.label, slots)
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


def note_shown(talk: Talk, article: Article, because: Because) -> None:
    """Remembers that an article was shown: its category and tags, and the answer itself for the card."""
    shown = Tried(article=article.id, title=talk.label(article.title), confidence=because.confidence)
    talk.change(
        category=article.category or talk.conversation.category,
        tags=tuple(dict.fromkeys((*talk.conversation.tags, *article.tags))),
        last_answer=article.id,
        tried=(*talk.conversation.tried, shown)[-_TRIED:],
    )


def note_outcome(talk: Talk, outcome: str) -> None:
    """Remembers how the customer took the last answer."""
    tried = talk.conversation.tried
    if tried:
        talk.change(tried=(*tried[:-1], replace(tried[-1], outcome=outcome)))


def _in_language(talk: Talk, text: Text, name: str) -> str:
    """A text in the customer's language; one that is only there in the main language says so."""
    language, _ = text.choose(talk.language, talk.desk.default_language)
    said = talk.word(text, name)
    if language == talk.language:
        return said
    return f"{talk.phrase('only_in', language=talk.language_name(language))}\n\n{said}"
