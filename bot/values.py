"""The names that texts and conditions may use, with their values at one moment. Pure."""

from datetime import datetime

from babel import Locale
from babel.dates import format_date

from bot.desk import Desk
from bot.model import Conversation
from escalation.hours import is_open, zone_of


def values_of(conversation: Conversation, desk: Desk, now: datetime) -> dict[str, object]:
    """Every name with its value; a name that is known but has no value is None."""
    local = now.astimezone(zone_of(desk.policy))
    fields: dict[str, object] = dict.fromkeys(desk.settings.customer)
    fields.update(conversation.customer.fields)
    return {
        **fields,
        "vars": variables_of(desk, conversation.language),
        "channel": conversation.key.channel,
        "language": conversation.language,
        "tags": list(conversation.tags),
        "today": local.date(),
        "now": local.replace(tzinfo=None),
        "open_now": is_open(desk.policy, desk.policy.default_team, now),
        "category": conversation.category or None,
        "flow": conversation.last_flow or None,
        "confidence": conversation.confidence,
        "bot": desk.settings.bot.name or desk.name,
        "desk": desk.name,
    }


def moment_of(at: datetime, desk: Desk, language: str) -> str:
    """A day and time as the customer reads it, in the desk's zone, for example "Mon 23.11. 08:00"."""
    local = at.astimezone(zone_of(desk.policy))
    return f"{format_date(local, 'EEE', locale=Locale.parse(language, sep='-')).rstrip('.')} {local:%d.%m. %H:%M}"


def variables_of(desk: Desk, language: str) -> dict[str, str]:
    """The desk's own facts in a language, by name."""
    return {
        name: text.choose(language, desk.default_language)[1][0].text for name, text in desk.settings.variables.items()
    }
