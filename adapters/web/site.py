"""The web chat as the desk in force describes it: origins, identification, colours, languages.

Derived from the desk on each request; what is worth keeping is kept as long as the desk is.
"""

from dataclasses import dataclass
from functools import lru_cache

from adapters.web.identity import Identity
from adapters.web.origins import Origins
from adapters.web.services import Services
from bot.desk import Desk
from bot.model import Address
from config.channels import Web

COLOR = "#1d4ed8"
"""The colour of a chat whose desk names none."""
_RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"})


@dataclass(frozen=True, slots=True)
class Speaker:
    """The desk whose bot speaks on a page: its name and its phrases."""

    desk: Desk

    @property
    def bot_name(self) -> str:
        """How the bot calls itself."""
        return self.desk.settings.bot.name or self.desk.name

    def say(self, key: str, language: str, **values: object) -> str:
        """A phrase as plain text, for a page's own words."""
        return self.desk.phrases.plain(key, language, **values)


@dataclass(frozen=True, slots=True)
class Site(Speaker):
    """What a request needs to know about the desk's web chat."""

    services: Services

    @property
    def web(self) -> Web:
        """The desk's own settings."""
        return self.desk.channels.web

    @property
    def origins(self) -> Origins:
        """Who may show the chat."""
        return _origins(self.services.public_url, self.web.origins)

    @property
    def identity(self) -> Identity:
        """How visitors are told apart."""
        keys = [self.services.secrets[name] for name in self.web.identity_secret if name in self.services.secrets]
        return Identity(self.services.secret, self.services.nonces, self.web.identity, keys)

    def choose_language(self, *wanted: str) -> str:
        """The first of these languages that the desk speaks, or its default one."""
        spoken = {language.lower(): language for language in self.desk.languages}
        for language in wanted:
            code = language.strip().lower()
            if found := spoken.get(code) or spoken.get(code.partition("-")[0]):
                return found
        return self.desk.default_language


def site_of(services: Services) -> Site:
    """The web chat of the desk in force."""
    return Site(services.current.desk, services)


def address_for(visitor_key: str) -> Address:
    """Where a visitor's conversations take place."""
    return Address(channel="web", account="site", chat=visitor_key)


def direction_of(language: str) -> str:
    """`rtl` or `ltr`: the way a page in this language runs."""
    return "rtl" if language.partition("-")[0] in _RIGHT_TO_LEFT else "ltr"


def ink_for(color: str) -> str:
    """Black or white, whichever reads better on a colour such as `#1d4ed8`.

    By the contrast ratio of WCAG 2.2 (relative luminance); one of the two always reaches 4.5 to 1.
    """
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return "#000" if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 else "#fff"


@lru_cache(maxsize=8)
def _origins(public_url: str, sites: tuple[str, ...]) -> Origins:
    return Origins(public_url, sites)
