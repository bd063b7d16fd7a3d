"""How receiving goes, told to health: trouble with storing, and what the platform itself raises an alarm about."""

import logging
from datetime import datetime, timedelta

from adapters.slack.payload import Json, Known
from adapters.slack.read import kind_of
from bot.health import Health

PART = "slack events"
"""Its name in health."""
STANDS = timedelta(minutes=1)
"""How long an alarm stands at least; what is received later ends it."""
_ALARMS = {
    "app_rate_limited": "Slack drops events: the app gets more than 30,000 an hour.",
    "app_uninstalled": "The app was removed from the workspace. Install it again.",
    "tokens_revoked": "Slack has revoked the app's tokens. Install the app again and set the new ones.",
}
_PLACE_ALARMS = {
    "channel_archive": "is archived",
    "group_archive": "is archived",
    "channel_deleted": "is deleted",
    "group_deleted": "is deleted",
    "channel_left": "has put the bot out",
    "group_left": "has put the bot out",
    "channel_shared": "is shared with another organisation",
}

log = logging.getLogger(__name__)


class Alarms:
    """Tells health about receiving."""

    def __init__(self, health: Health) -> None:
        self._health = health
        self._until: datetime | None = None
        self._gone: set[str] = set()
        """Agents' channels that cannot be used."""

    def note(self, payload: Json, known: Known, now: datetime) -> None:
        """Notes a payload that has been stored."""
        kind, event = kind_of(payload), payload.get("event")
        chat = str(event.get("channel")) if isinstance(event, dict) else ""
        if kind in _ALARMS:
            self._until = now + STANDS
            self._health.set(PART, ok=False, reason=_ALARMS[kind])
        elif self._until is None or now >= self._until:
            self._until = None
            self._health.set(PART, ok=True)
        if chat not in known.desks:
            return
        if kind in _PLACE_ALARMS:
            self._gone.add(chat)
            self._health.set(_part_of(chat), ok=False, reason=f"The agents' channel {chat} {_PLACE_ALARMS[kind]}.")
            log.warning("slack_desk_gone", extra={"channel": chat})
        elif chat in self._gone:
            self._gone.remove(chat)
            self._health.set(_part_of(chat), ok=True)

    def tell(self, reason: str) -> None:
        """Tells of trouble."""
        self._health.set(PART, ok=False, reason=reason)

    def clear(self) -> None:
        """Tells that it works."""
        self._until = None
        self._health.set(PART, ok=True)


def _part_of(chat: str) -> str:
    return f"slack channel {chat}"
