"""Who looks at a desk, and how: his language, the content he sees, the moment."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from bot.desk import Desk
from bot.model import Author, Conversation
from config.texts import Text
from escalation.hours import zone_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """An agent in front of a desk at one moment."""

    agent: Author
    desk: Desk
    language: str
    now: datetime

    @property
    def zone(self) -> tzinfo:
        """The time zone of the desk's opening hours; without hours UTC."""
        return zone_of(self.desk.policy)

    def say(self, key: str, **values: str | int) -> str:
        """A phrase of the console in the reader's language, as plain text."""
        return self.desk.phrases.plain(key, self.language, **values)

    def name_of(self, conversation: Conversation) -> str:
        """What the customer is called: his name, or the number of his case."""
        return conversation.customer.name or f"{self.say('console_customer')} #{conversation.number}"

    def team_title(self, team: str) -> str:
        """A team's title in the reader's language; its id if the desk knows it no more."""
        known = self.desk.policy.teams.get(team)
        return self.pick(known.title, self.language) if known else team

    def pick(self, text: Text, language: str) -> str:
        """A text of the desk as it is written, in a language or else the desk's own; empty if nobody wrote it."""
        _, wordings = text.choose(language, self.desk.default_language)
        return wordings[0].text if wordings else ""
