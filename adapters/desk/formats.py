"""Times, languages and names as agents read them, in their language and the time zone of the opening hours."""

import zlib
from datetime import datetime, timedelta, tzinfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_time, format_timedelta

_LOCALES = {"en": "en_GB"}
"""Where a language alone would mean a country's habits that this desk's agents do not share."""
HUES = 6
"""Colours of the round name marks."""


def initials_of(name: str) -> str:
    """One or two letters that stand for a name; a question mark for none."""
    words = [word for word in name.split() if word[:1].isalnum()]
    letters = [word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)]
    return "".join(letters).upper() or "?"


def hue_of(key: str) -> int:
    """The colour of somebody's name mark: always the same for one person."""
    return zlib.crc32(key.encode()) % HUES


def age_of(since: datetime, now: datetime, language: str) -> str:
    """How long ago something was, as short as it can be said: `4 min`."""
    return str(
        format_timedelta(
            max(now - since, timedelta()), format="narrow", threshold=1.2, locale=_LOCALES.get(language, language)
        )
    )


def short_age_of(since: datetime, now: datetime, language: str) -> str:
    """How long ago, in words that stand alone."""
    return str(
        format_timedelta(
            max(now - since, timedelta()), format="short", threshold=1.2, locale=_LOCALES.get(language, language)
        )
    )


def time_of(at: datetime, zone: tzinfo, language: str) -> str:
    """The time of day."""
    return str(format_time(at.astimezone(zone), format="short", locale=_LOCALES.get(language, language)))


def date_of(at: datetime, zone: tzinfo, language: str) -> str:
    """The day with its weekday."""
    return str(format_date(at.astimezone(zone).date(), format="full", locale=_LOCALES.get(language, language)))


def full_time_of(at: datetime, zone: tzinfo, language: str) -> str:
    """Day and time."""
    return str(format_datetime(at.astimezone(zone), format="medium", locale=_LOCALES.get(language, language)))


def language_name(code: str, language: str) -> str:
    """The name of a language, said in another one; its code if nobody knows it."""
    try:
        name = Locale.parse(code, sep="-").get_display_name(language)
    except (UnknownLocaleError, ValueError):
        return code
    return str(name or code).capitalize()


def size_of(size: int) -> str:
    """The size of a file."""
    return f"{size / 1024:.0f} KB" if size < 1024 * 1024 else f"{size / 1024 / 1024:.1f} MB"


def percent(share: float) -> int:
    """A share of one as a whole number of percent."""
    return round(share * 100)
