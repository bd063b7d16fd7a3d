"""Articles, small talk and the glossary, as data. How one is found is `kb.search`'s; rules on them are `kb.check`'s."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Annotated

from config.fields import Block, Placed
from config.kinds import (
    ArticleRef,
    CategoryPath,
    Examples,
    FilePath,
    FlowRef,
    IdText,
    ImagePath,
    Label,
    LinkText,
    PerLanguage,
    Sentences,
    TeamRef,
)
from config.texts import EMPTY_TEXT, Condition, Text
from config.values import ChannelName


class Status(StrEnum):
    """Where an Article or Flow stands in its life."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowWhen(Placed):
    """Who may see an Article or start a Flow; all that is given must hold."""

    channels: tuple[ChannelName, ...] = ()
    """Only on these channels."""
    audience: Condition | None = None
    """Only for Customers for whom this holds."""
    if_: Condition | None = None
    """Only while this holds."""
    from_: date | None = None
    """First day."""
    until: date | None = None
    """Last day."""


SHOWN_TO_ALL = ShowWhen()
"""No limits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Button(Placed):
    """One button under an answer; leads to exactly one thing."""

    label: Label
    """What it says."""
    article: ArticleRef | None = None
    """Answer with this article."""
    flow: FlowRef | None = None
    """Start this flow."""
    url: LinkText | None = None
    """Open this address."""
    say: Label = EMPTY_TEXT
    """Text that is sent as if the customer had typed it."""
    human: bool = False
    """Bring in a person."""
    escalate: TeamRef | None = None
    """Hand over to this team."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment(Placed):
    """One image, file or video with an answer."""

    image: ImagePath | None = None
    """A picture under kb/: png, jpg, gif or webp, at most 5 MB."""
    file: FilePath | None = None
    """A file under kb/."""
    video: LinkText | None = None
    """Address of a video."""
    alt: Label = EMPTY_TEXT
    """What the picture shows, for people who cannot see it."""
    caption: Label = EMPTY_TEXT
    """Shown under it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant(Placed):
    """Another answer for some customers or channels; the first that fits is used."""

    if_: Condition | None = None
    """Used while this holds."""
    channels: tuple[ChannelName, ...] = ()
    """Used on these channels."""
    answer: Text
    """Takes the place of the article's answer."""
    buttons: tuple[Button, ...] = ()
    """Take the place of the article's buttons."""
    attachments: tuple[Attachment, ...] = ()
    """Take the place of the article's attachments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoMatch(Placed):
    """A sentence that must not find the Article."""

    SHORTHAND = "text"

    text: str
    """The sentence."""
    instead: ArticleRef | None = None
    """The article that must be found in its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleTests(Placed):
    """Sentences that prove how an Article is found."""

    match: Examples = EMPTY_TEXT
    """Sentences that must find it."""
    no_match: Annotated[Mapping[str, tuple[NoMatch, ...]], PerLanguage(Block(NoMatch))] = field(default_factory=dict)
    """Sentences that must not find it; as {text, instead} the other article must be found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article(Placed):
    """One answer and everything about it."""

    id: IdText
    """Never changes; links, reports and tests use it."""
    title: Label
    """Shown in suggestions, reports and links."""
    category: CategoryPath = ""
    """For the menu, routing and reports, for example billing/invoices."""
    tags: tuple[IdText, ...] = ()
    """Put on the Conversation when the Article is shown."""
    owner: str = ""
    """Who keeps it true."""
    review_by: date | None = None
    """Day by which it is checked again; later it is ranked a little lower and shown with its date."""
    status: Status = Status.PUBLISHED
    """Drafts are seen only in `firstline chat --drafts`."""
    internal: bool = False
    """For agents only."""
    show_when: ShowWhen = SHOWN_TO_ALL
    """Who may see it."""
    questions: Sentences
    """3 to 8 real wordings a language."""
    answer: Text
    """What the Bot says."""
    variants: tuple[Variant, ...] = ()
    """Other answers; the first that fits is used."""
    attachments: tuple[Attachment, ...] = ()
    """Images, files and videos with the answer."""
    buttons: tuple[Button, ...] = ()
    """Buttons under the answer."""
    then: FlowRef | None = None
    """Start this flow after the answer."""
    ask_solved: bool = True
    """Ask "Did that help?"."""
    related: tuple[ArticleRef, ...] = ()
    """Offered after "No"."""
    tests: ArticleTests = ArticleTests()
    """Sentences that prove how it is found."""
    notes: str = ""
    """For colleagues; never shown, never searched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallTalk(Placed):
    """A friendly word and its reply."""

    id: IdText
    """Never changes."""
    says: Sentences
    """What the customer writes."""
    reply: Text
    """What the Bot says, in turn."""
    starters: bool = False
    """Show the starters again."""
    human: bool = False
    """Add [Talk to a human]."""
    article: ArticleRef | None = None
    """Go on with this article."""
    flow: FlowRef | None = None
    """Go on with this flow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term(Placed):
    """One word of the desk, and what customers call it."""

    term: str
    """The word the desk uses."""
    same_as: Examples = EMPTY_TEXT
    """Other words that count as the term."""
    misspelled: tuple[str, ...] = ()
    """Spellings that are corrected, in every language."""
    means: Text = EMPTY_TEXT
    """Said when a customer asks what the term is."""
    keep: bool = False
    """A name: never corrected, translated or split."""
