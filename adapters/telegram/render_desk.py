"""How a conversation looks in an agents' topic: the card, the transcript, and each line with who said it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape

from adapters.desk.view import SIGNS, DeskView, acts_of, facts_of, reach_of, state_of
from adapters.markdown import render_plain
from adapters.telegram.render import Keyboard, Rendered, assemble, rows_of, with_ending, words_of
from adapters.telegram.sheets import sign_step
from adapters.telegram.styled import TEXT_LIMIT, units
from bot.model import AuthorKind, Conversation, Message, MessageKind, Place
from config.values import Priority
from escalation.card import Card
from escalation.transcript import render_transcript

LONGEST_NAME = 128
"""Characters of a topic's name."""
MOST_STEPS = 12
"""Of the flow's checklist, the last ones; all of them stand on a sheet."""
LAST_ENTRIES = 10
"""Of the transcript, shown beside it where it goes as a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """How a conversation's topic is to be."""

    name: str
    is_open: bool


def render_topic(conversation: Conversation, place: Place, view: DeskView) -> Topic:
    """The name of the topic, and whether one may write in it."""
    handoff = conversation.handoff
    is_here = handoff is not None and place.live and conversation.closed_at is None
    sign = SIGNS[handoff.priority] if handoff and is_here else "✓"
    who = conversation.customer.name or view.say("console_unknown_customer")
    about = view.team(place.team)
    return Topic(name=f"{sign} {conversation.number} {who} · {about}"[:LONGEST_NAME], is_open=is_here)


def render_card(conversation: Conversation, place: Place, view: DeskView) -> Rendered:
    """The card: what an agent must know in eight seconds, and what he can do."""
    card = view.card(conversation)
    is_here = card is not None and place.live and card.team == place.team
    lines = [_head(conversation, place, card, view)]
    if card is not None:
        lines += _facts(card, view)
        lines += [escape(sign_step(each), quote=False) for each in card.checklist[-MOST_STEPS:]]
    lines.append(f"<i>{escape(state_of(place, card, view), quote=False)}</i>")
    buttons = _buttons(conversation, card, view) if card is not None and is_here else []
    text = "\n".join(line for line in lines if line)
    return assemble(text, buttons, (), "")


def render_line(message: Message, conversation: Conversation, view: DeskView) -> Rendered:
    """One line of the talk, with who said it; a note is marked as one."""
    words = words_of(message)
    if message.kind is MessageKind.STATE:
        words = f"<i>{escape(reach_of(message, view), quote=False) or words}</i>"
    if message.withdrawn:
        former = message.former[-1] if message.former else ""
        withdrew = view.say("console_customer_withdrew") if message.author.kind is AuthorKind.CUSTOMER else "✗"
        words = f"<s>{escape(former, quote=False)}</s> <i>({escape(withdrew, quote=False)})</i>"
    elif message.former and message.author.kind is not AuthorKind.BOT:
        words = f"<s>{escape(message.former[-1], quote=False)}</s>\n✎ {words}"
    labels = "".join(f"\n[{escape(choice.label, quote=False)}]" for choice in message.choices)
    html = with_ending(f"{_who(message, conversation, view)} {words}{labels}".strip(), message)
    return assemble(html, [], message.attachments, message.text)


def render_record(messages: Sequence[Message], upto: int, name: str) -> Rendered:
    """The transcript as one message, or its last entries below a file of this name with the whole of it."""
    whole = render_transcript([_read_plainly(message) for message in messages], upto)
    entries = whole.split("\n")
    if units(whole) <= TEXT_LIMIT:
        return assemble(f"<blockquote>{escape(whole, quote=False)}</blockquote>", [], (), "")
    last = "\n".join(entries[-LAST_ENTRIES:])[-TEXT_LIMIT // 2 :]
    shown = assemble(f"<blockquote>{escape(last, quote=False)}</blockquote>", [], (), "")
    return replace(shown, whole=whole, whole_name=name)


def _read_plainly(message: Message) -> Message:
    """A message of the bot as it is read, without the marks of Markdown."""
    is_bots = message.kind in (MessageKind.ANSWER, MessageKind.STATE)
    return replace(message, text=render_plain(message.text)) if is_bots else message


def _who(message: Message, conversation: Conversation, view: DeskView) -> str:
    match message.author.kind:
        case AuthorKind.CUSTOMER:
            name = conversation.customer.name or message.author.name or view.say("console_customer")
            return f"◦ <b>{escape(name, quote=False)}:</b>"
        case AuthorKind.AGENT:
            name = escape(message.author.name or view.say("console_agent"), quote=False)
            if message.kind is MessageKind.NOTE:
                return f"🔒 <b>{name}</b> · <i>{escape(view.say('console_note'), quote=False)}:</i>"
            return f"● <b>{name}:</b>"
        case _:
            return "▪" if message.kind is not MessageKind.STATE else "·"


def _head(conversation: Conversation, place: Place, card: Card | None, view: DeskView) -> str:
    priority = card.priority if card else Priority.NORMAL
    named = escape(view.say(f"console_{priority.value}").upper(), quote=False)
    team = escape(view.team(place.team), quote=False)
    return f"{SIGNS[priority]} <b>{named}</b> · {team} · <b>#{conversation.number}</b>"


def _facts(card: Card, view: DeskView) -> list[str]:
    lines = [(escape(label, quote=False), escape(words, quote=False)) for label, words in facts_of(card, view)]
    return [f"<b>{label}:</b> {words}" if label else words for label, words in lines]


def _buttons(conversation: Conversation, card: Card, view: DeskView) -> Keyboard:
    asked = [("approve", view.say("console_approve")), ("deny", f"{view.say('console_deny')}…")]
    acts = [*(asked if conversation.approval else []), *acts_of(card, view), ("more", f"{view.say('console_more')}…")]
    return rows_of([{"text": label, "callback_data": f"card:{act}:{conversation.number}"} for act, label in acts])
