"""How a conversation looks in an agents' topic: the card, the transcript, and each line with who said it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape

from adapters.markdown import render_plain, render_telegram
from adapters.telegram.render import Keyboard, Rendered, assemble, rows_of, with_ending, words_of
from adapters.telegram.styled import TEXT_LIMIT, units
from bot.desk import Desk
from bot.model import AuthorKind, Conversation, Message, MessageKind, Place, Tried
from config.values import Priority
from escalation.card import Card, build_card
from escalation.handoff import Owner
from escalation.transcript import render_transcript

LONGEST_NAME = 128
"""Characters of a topic's name."""
LAST_ENTRIES = 10
"""Of the transcript, shown beside it where it goes as a file."""

_SIGNS = {Priority.URGENT: "‼", Priority.HIGH: "●", Priority.NORMAL: "●", Priority.LOW: "○"}
_REACH = {"blocked", "left", "deactivated", "reachable"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """How a conversation's topic is to be."""

    name: str
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskView:
    """What the desk's words are made with."""

    desk: Desk
    now: datetime

    def say(self, key: str, **values: object) -> str:
        """One of the console's phrases in the language of the desk, which its agents share."""
        return self.desk.phrases.plain(key, self.desk.default_language, **values)

    def team(self, id_: str) -> str:
        """A team's name for agents."""
        team = self.desk.policy.teams.get(id_)
        wordings = team.title.choose(self.desk.default_language, self.desk.default_language)[1] if team else ()
        return wordings[0].text if wordings else id_

    def card(self, conversation: Conversation) -> Card | None:
        """The card of a conversation as it stands now."""
        sensitive = {name: each.sensitive for name, each in self.desk.settings.customer.items()}
        return build_card(conversation, self.desk.policy, sensitive, self.now)


def render_topic(conversation: Conversation, place: Place, view: DeskView) -> Topic:
    """The name of the topic, and whether one may write in it."""
    handoff = conversation.handoff
    is_here = handoff is not None and place.live and conversation.closed_at is None
    sign = _SIGNS[handoff.priority] if handoff and is_here else "✓"
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
    lines.append(_state(place, card, view))
    buttons = _buttons(conversation, card, view) if card is not None and is_here else []
    text = "\n".join(line for line in lines if line)
    return assemble(text, buttons, (), "")


def render_line(message: Message, conversation: Conversation, view: DeskView) -> Rendered:
    """One line of the talk, with who said it; a note is marked as one."""
    words = words_of(message)
    if message.kind is MessageKind.STATE:
        words = f"<i>{_state_words(message, view)}</i>"
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


def _state_words(message: Message, view: DeskView) -> str:
    if message.text in _REACH and not message.phrase:
        return escape(view.say(f"desk_reach_{message.text}"), quote=False)
    return render_telegram(message.text)


def _head(conversation: Conversation, place: Place, card: Card | None, view: DeskView) -> str:
    priority = card.priority if card else Priority.NORMAL
    named = escape(view.say(f"console_{priority.value}").upper(), quote=False)
    team = escape(view.team(place.team), quote=False)
    return f"{_SIGNS[priority]} <b>{named}</b> · {team} · <b>#{conversation.number}</b>"


def _facts(card: Card, view: DeskView) -> list[str]:
    known = [card.name or view.say("console_unknown_customer"), *(fact.value for fact in card.facts)]
    known += [card.channel.capitalize(), card.language]
    if card.earlier:
        known.append(f"{view.say('console_earlier_conversations')}: {card.earlier}")
    labelled = (
        ("console_reason", _why(card, view)),
        ("console_done_so_far", " → ".join(card.steps)),
        ("console_bot_tried", " · ".join(_tried(each, view) for each in card.tried)),
        ("console_last_words", f"“{card.last_words}”" if card.last_words != card.wish else ""),
    )
    lines = [f"“{escape(card.wish, quote=False)}”" if card.wish else "", escape(" · ".join(known), quote=False)]
    lines += [f"<b>{view.say(key)}:</b> {escape(text, quote=False)}" for key, text in labelled if text]
    if not card.speaks_language:
        lines.append(f"⚠ {escape(view.say('console_language'), quote=False)}: {escape(card.language, quote=False)}")
    return lines


def _why(card: Card, view: DeskView) -> str:
    trigger = next((each for each in view.desk.policy.triggers if each.id == card.trigger), None)
    key = f"console_reason_{trigger.when.value}" if trigger else ""
    words = view.say(key) if key and key in view.desk.phrases else card.trigger
    return " · ".join(each for each in (words, card.reason) if each)


def _tried(tried: Tried, view: DeskView) -> str:
    outcome = {"helped": "console_helped", "not_helped": "console_did_not_help"}.get(tried.outcome)
    share = f" {tried.confidence:.0%}" if tried.confidence else ""
    return f"{tried.title}{share}" + (f" ({view.say(outcome)})" if outcome else "")


def _state(place: Place, card: Card | None, view: DeskView) -> str:
    if card is None:
        return f"<i>{escape(view.say('console_owner_bot'), quote=False)}</i>"
    if card.team != place.team:
        return f"→ <b>{escape(view.team(card.team), quote=False)}</b>"
    if not place.live:
        return f"<i>{escape(view.say('console_owner_bot'), quote=False)}</i>"
    if card.owner is Owner.BOT:
        words = view.say("console_parked")
    elif card.owner is Owner.AGENT:
        words = view.say("console_owner_agent", agent=card.agent)
    else:
        words = view.say(f"console_owner_{card.owner.value}")
    return f"<i>{escape(words, quote=False)}</i>"


def _buttons(conversation: Conversation, card: Card, view: DeskView) -> Keyboard:
    """Good by the hand-off's state; by role only when pressed."""
    match card.owner:
        case Owner.CLOSED:
            acts = [("reopen", "console_reopen")]
        case Owner.AGENT:
            acts = [("resolve", "console_resolve"), ("release", "console_release"), ("bot", "console_back_to_bot")]
        case _:
            acts = [("claim", "console_claim")]
    return rows_of([{"text": view.say(key), "callback_data": f"card:{act}:{conversation.number}"} for act, key in acts])
