"""Which codes are languages."""

from __future__ import annotations

from functools import cache

from babel import Locale, UnknownLocaleError

BUILT_IN = ("en", "et", "ru", "da", "it", "lt")
"""Languages in which the Bot's own phrases and words come with the program."""


@cache
def is_language_code(code: str) -> bool:
    """Whether this is a language as YAML content writes it, for example `en` or `pt-BR`."""
    try:
        Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        return False
    return True


@cache
def find_language(word: str) -> str | None:
    """The language that somebody meant who wrote its country (`ee`) or its name (`estonian`, `eesti`)."""
    named: dict[str, str] = {name.lower(): code for code, name in Locale("en").languages.items()}
    named |= {own_name_of(code).lower(): code for code in BUILT_IN}
    if word.lower() in named:
        return named[word.lower()]
    if len(word) != 2:
        return None
    try:
        return str(Locale.parse(f"und_{word.upper()}").language)
    except (UnknownLocaleError, ValueError):
        return None


@cache
def own_name_of(code: str) -> str:
    """What a language calls itself, for example `Eesti`; its code if nobody knows it."""
    try:
        name = Locale.parse(code, sep="-").display_name
    except (UnknownLocaleError, ValueError):
        return code
    return str(name or code).capitalize()
