"""What agents read on a desk outside the console, as plain words: a platform's renderer gives them their look. Pure."""

from dataclasses import dataclass
from datetime import datetime

from bot.desk import Desk
from bot.model import Conversation, Message, MessageKind, Place, Tried
from config.values import Priority
from escalation.card import Card, build_card
from escalation.handoff import Owner

SIGNS = {Priority.URGENT: "‼", Priority.HIGH: "●", Priority.NORMAL: "●", Priority.LOW: "○"}
OUTCOMES = {
    "helped": "console_helped",
    "not_helped": "console_did_not_help",
    "refused": "console_did_not_help",
    "handed_over": "console_then_handed_over",
}
"""How the customer took an answer of the bot, as the key of its words."""
_REACH = {"blocked", "left", "deactivated", "reachable"}


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


def facts_of(card: Card, view: DeskView) -> list[tuple[str, str]]:
    """What the card says below its head: each line's label, empty for none, and its words."""
    known = [card.name or view.say("console_unknown_customer"), *(fact.value for fact in card.facts)]
    known += [card.channel.capitalize(), card.language]
    if card.earlier:
        known.append(f"{view.say('console_earlier_conversations')}: {card.earlier}")
    lines = [
        ("", f"“{card.wish}”" if card.wish else ""),
        ("", " · ".join(known)),
        (view.say("console_reason"), _why(card, view)),
        (view.say("console_done_so_far"), " → ".join(card.steps)),
        (view.say("console_bot_tried"), " · ".join(_tried(each, view) for each in card.tried)),
        (view.say("console_last_words"), f"“{card.last_words}”" if card.last_words != card.wish else ""),
        (f"⚠ {view.say('console_language')}", "" if card.speaks_language else card.language),
    ]
    return [(label, words) for label, words in lines if words]


def state_of(place: Place, card: Card | None, view: DeskView) -> str:
    """Who has the conversation now, as far as this place is concerned."""
    if card is None:
        return view.say("console_owner_bot")
    if card.team != place.team:
        return f"→ {view.team(card.team)}"
    if not place.live:
        return view.say("console_owner_bot")
    if card.owner is Owner.BOT:
        return view.say("console_parked")
    if card.owner is Owner.AGENT:
        return view.say("console_owner_agent", agent=card.agent)
    return view.say(f"console_owner_{card.owner.value}")


def acts_of(card: Card, view: DeskView) -> list[tuple[str, str]]:
    """The buttons of a card, act and label: good by the hand-off's state; by role only when pressed."""
    match card.owner:
        case Owner.CLOSED:
            acts = [("reopen", "console_reopen")]
        case Owner.AGENT:
            acts = [("resolve", "console_resolve"), ("release", "console_release"), ("bot", "console_back_to_bot")]
        case _:
            acts = [("claim", "console_claim")]
    return [(act, view.say(key)) for act, key in acts]


def say_earlier(talk: Conversation) -> str:
    """An earlier conversation of a customer as one line."""
    return f"#{talk.number} · {talk.opened_at:%d.%m.%Y} · {talk.wish or talk.last_words}"


def reach_of(message: Message, view: DeskView) -> str:
    """A state line that tells whether the customer can be reached; empty if it is no such line."""
    is_reach = message.kind is MessageKind.STATE and not message.phrase and message.text in _REACH
    return view.say(f"desk_reach_{message.text}") if is_reach else ""


def _why(card: Card, view: DeskView) -> str:
    trigger = next((each for each in view.desk.policy.triggers if each.id == card.trigger), None)
    key = f"console_reason_{trigger.when.value}" if trigger else ""
    words = view.say(key) if key and key in view.desk.phrases else card.trigger
    return " · ".join(each for each in (words, card.reason) if each)


def _tried(tried: Tried, view: DeskView) -> str:
    outcome = OUTCOMES.get(tried.outcome)
    share = f" {tried.confidence:.0%}" if tried.confidence else ""
    return f"{tried.title}{share}" + (f" ({view.say(outcome)})" if outcome else "")
