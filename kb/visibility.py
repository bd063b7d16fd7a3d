"""Who may see an article or start a flow, and which wording of an answer fits him. Pure; called by `bot.knowing`."""

from collections.abc import Mapping
from datetime import date

from kb.article import SHOWN_TO_ALL, Article, Attachment, Button, Status, Variant
from kb.flows.model import Flow


def is_open_to_all(entry: Article | Flow) -> bool:
    """Whether everybody may always see it, so that nothing need be asked: true of most entries."""
    is_internal = isinstance(entry, Article) and entry.internal
    return entry.status is Status.PUBLISHED and not is_internal and entry.show_when is SHOWN_TO_ALL


def is_visible(
    entry: Article | Flow, channel: str, values: Mapping[str, object], today: date, *, drafts: bool = False
) -> bool:
    """Whether a customer on this channel may be shown an article, or start a flow, today.

    Args:
        entry: What was found.
        channel: Where the customer writes.
        values: What conditions may ask for.
        today: The day at the desk.
        drafts: Whether drafts count as published, for trying them out.
    """
    if entry.status is not Status.PUBLISHED and not (drafts and entry.status is Status.DRAFT):
        return False
    if isinstance(entry, Article) and entry.internal:
        return False
    when = entry.show_when
    return (
        (not when.channels or channel in when.channels)
        and (when.from_ is None or when.from_ <= today)
        and (when.until is None or today <= when.until)
        and (when.audience is None or when.audience.holds(values))
        and (when.if_ is None or when.if_.holds(values))
    )


def choose_variant(article: Article, channel: str, values: Mapping[str, object]) -> Variant:
    """The first variant that fits, with what it leaves out taken from the article; else the article's own answer."""
    for variant in article.variants:
        fits_channel = not variant.channels or channel in variant.channels
        if fits_channel and (variant.if_ is None or variant.if_.holds(values)):
            buttons: tuple[Button, ...] = variant.buttons or article.buttons
            attachments: tuple[Attachment, ...] = variant.attachments or article.attachments
            return Variant(answer=variant.answer, buttons=buttons, attachments=attachments)
    return Variant(answer=article.answer, buttons=article.buttons, attachments=article.attachments)
