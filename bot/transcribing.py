"""People's own words become messages, and change when they change them. No reply is chosen here."""

from bot.model import Audience, AuthorKind, Message, MessageKind, Reacted, Said
from bot.talk import Talk

_LAST_WORDS = 500
"""So many characters of the last words stay with the conversation."""


def write_down(talk: Talk, said: Said, *, text: str) -> Message:
    """A customer's words, as the next message."""
    talk.change(last_words=text[:_LAST_WORDS] or talk.conversation.last_words)
    return talk.add(
        text,
        kind=MessageKind.CUSTOMER,
        author=talk.event.author,
        attachments=said.attachments,
        origin=str(talk.event.at),
        external_id=said.external_id,
        at=talk.event.sent_at,
    )


def take_edit(talk: Talk, target: str, text: str, audience: Audience | None = None) -> Message | None:
    """An author's new words for a message of his; the former text is kept.

    Returns:
        The new revision; None if there is no such message of his, or its text is the same.
    """
    message = find_own(talk, target)
    if message is None or message.withdrawn or message.text == text:
        return None
    return talk.revise(
        message, text=text, former=(*message.former, message.text), audience=audience or message.audience
    )


def take_deletion(talk: Talk, target: str) -> Message | None:
    """An author withdrew a message of his: it goes from the other side, and stays in the record."""
    message = find_own(talk, target)
    if message is None or message.withdrawn:
        return None
    return talk.revise(message, withdrawn=True, former=(*message.former, message.text), text="", choices=())


def take_reaction(talk: Talk, reacted: Reacted) -> None:
    """A customer's reaction is told to the desk in words, if people have the conversation."""
    if talk.conversation.handoff is None or not reacted.added:
        return
    talk.add(
        f"{talk.event.author.name or '–'}: {' '.join(reacted.added)}",
        kind=MessageKind.STATE,
        audience=Audience.DESK,
        author=talk.event.author,
    )


def find_own(talk: Talk, target: str) -> Message | None:
    """The message that an event speaks of, if its author wrote it."""
    message = talk.conversation.find_message(target, str(talk.event.at))
    author = talk.event.author
    if message is None or message.author.kind is not author.kind:
        return None
    return message if author.kind is AuthorKind.CUSTOMER or message.author.key == author.key else None
