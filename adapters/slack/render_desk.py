"""How a conversation looks in an agents' thread: the card, the transcript, and each line with who said it. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from adapters.desk.view import SIGNS, DeskView, acts_of, facts_of, reach_of, state_of
from adapters.markdown import escape_mrkdwn, render_mrkdwn
from adapters.slack.blocks import (
    IN_A_ROW,
    SECTION,
    BlockJson,
    Button,
    Part,
    box,
    boxes_block,
    buttons_block,
    marks_block,
    menu_block,
    note_block,
    parts_of_mrkdwn,
    parts_of_words,
    words_block,
)
from adapters.slack.forms import OPEN, Form
from adapters.slack.render import Rendered, assemble, is_bots
from bot.model import AuthorKind, Conversation, Message, MessageKind, Place
from config.values import Priority
from escalation.card import Card
from escalation.handoff import Owner
from escalation.transcript import render_transcript

MOST_STEPS = 20
"""Of a checklist; the last ones."""
LAST_ENTRIES = 10
"""Of the transcript, shown beside it where it goes as a file."""


def render_card(conversation: Conversation, place: Place, view: DeskView) -> Rendered:
    """The card: what an agent must know in eight seconds, and what he can do."""
    card = view.card(conversation)
    priority = card.priority if card else Priority.NORMAL
    named, number = view.say(f"console_{priority.value}").upper(), conversation.number
    head = f"{SIGNS[priority]} *{escape_mrkdwn(named)}* · {escape_mrkdwn(view.team(place.team))} · *#{number}*"
    state = state_of(place, card, view)
    facts = facts_of(card, view) if card is not None else []
    words = "\n".join(f"{label}: {said}" if label else said for label, said in facts)
    blocks: list[BlockJson] = [marks_block(head)]
    if words:
        blocks.append(words_block(words))
    blocks.append(note_block(state))
    if card is not None and place.live and card.team == place.team:
        blocks += _show_checklist(card, view)
        buttons = [Button(label=label, value=f"card:{act}:{number}") for act, label in acts_of(card, view)]
        if conversation.approval:
            approve = Button(label=view.say("console_approve"), value=f"card:approve:{number}")
            deny = Button(label=f"{view.say('console_deny')}…", value=f"{OPEN}{Form.DENY}:{number}")
            buttons = [approve, deny, *buttons]
        blocks.append(buttons_block(buttons[:IN_A_ROW], f"card:{number}"))
        more = [Button(label=f"{view.say(key)}…", value=f"{OPEN}{form}:{number}") for form, key in _forms_of(card)]
        if more:
            blocks.append(menu_block(more, f"more:{number}", view.say("console_more")))
    text = f"#{number} {escape_mrkdwn(card.wish if card else '')} · {escape_mrkdwn(state)}"
    return Rendered(parts=(Part(text=text[:SECTION], blocks=tuple(blocks)),))


def _show_checklist(card: Card, view: DeskView) -> list[BlockJson]:
    """The steps of the flow, each with a box to tick."""
    boxes = [box(each.text, each.step, ticked=each.ticked) for each in card.checklist[-MOST_STEPS:]]
    return [note_block(view.say("console_checklist")), boxes_block(boxes)] if boxes else []


def _forms_of(card: Card) -> Sequence[tuple[Form, str]]:
    """What an agent can fill a form in for, and the key of its words."""
    answers = [(Form.REPLY, "console_canned_replies"), (Form.ARTICLE, "console_send_article")]
    passes = [(Form.TRANSFER, "console_transfer"), (Form.ASSIGN, "console_assign")]
    inside = [(Form.NOTE, "console_note"), (Form.HISTORY, "console_earlier_conversations")]
    match card.owner:
        case Owner.AGENT:
            return [*answers, *passes, (Form.TAKE_OVER, "console_take_over"), *inside]
        case Owner.CLOSED:
            return inside
        case _:
            return [*passes, *inside]


def render_line(message: Message, conversation: Conversation, view: DeskView) -> Rendered:
    """One line of the talk, with who said it; a note is marked as one."""
    who = _who(message, conversation, view)
    if is_bots(message) and not message.withdrawn:
        said = escape_mrkdwn(reach_of(message, view)) or render_mrkdwn(message.text)
        labels = "".join(f"\n[{escape_mrkdwn(choice.label)}]" for choice in message.choices)
        chosen = f"\n→ *{escape_mrkdwn(message.chosen)}*" if message.chosen else ""
        return assemble(parts_of_mrkdwn(f"{who} {said}{labels}{chosen}".strip()), message)
    words = f"{who} {message.text}"
    if message.withdrawn:
        former = message.former[-1] if message.former else ""
        withdrew = view.say("console_customer_withdrew") if message.author.kind is AuthorKind.CUSTOMER else "✗"
        words = f"{who} ✗ {former} ({withdrew})"
    elif message.former:
        words = f"{who} {message.text}\n✎ ← {message.former[-1]}"
    return assemble(parts_of_words(words), message)


def render_record(messages: Sequence[Message], upto: int, name: str) -> Rendered:
    """The transcript as one message, or its last entries beside a file of this name with the whole of it."""
    whole = render_transcript(messages, upto)
    if len(whole) <= SECTION:
        return Rendered(parts=tuple(parts_of_words(whole or "·")[:1]))
    last = "\n".join(whole.split("\n")[-LAST_ENTRIES:])[-SECTION // 2 :]
    shown = Rendered(parts=tuple(parts_of_words(last)[:1]))
    return replace(shown, whole=whole, whole_name=name)


def _who(message: Message, conversation: Conversation, view: DeskView) -> str:
    match message.author.kind:
        case AuthorKind.CUSTOMER:
            name = conversation.customer.name or message.author.name or view.say("console_customer")
            return f"◦ {name}:"
        case AuthorKind.AGENT:
            name = message.author.name or view.say("console_agent")
            if message.kind is MessageKind.NOTE:
                return f"🔒 {name} · {view.say('console_note')}:"
            return f"● {name}:"
        case _:
            return "▪" if message.kind is not MessageKind.STATE else "·"
