"""Reads values out of a customer's sentence: addresses, telephone numbers and numbers.

A reader takes the whole message and gives what was meant in one form, or None if the message has none or more than
one. Dates are read in `kb.dates`. Called by `kb.flows.answers` and `bot.questions`.
"""

import re
from typing import Literal

from kb.normalise import cap, words_of

_EMAIL = re.compile(r"[A-Za-z0-9](?:[\w.+'-]{0,62}[\w+-])?@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,5}[^\W\d_]{2,24}")
_PHONE = re.compile(r"(?<![\w+])(?:\+|00)[\s().-]*(?:\d[\s().\-/]*){6,15}\d(?!\w)")
_LOCAL_PHONE = re.compile(r"(?<![\w+.,-])(?:\d[\s().-]{0,2}){6,14}\d(?![\w.,-]*\d)")
_PHONE_DIGITS = range(7, 16)
"""Country code included (ITU-T E.164: at most 15)."""

_GROUPED = r"\d{1,3}(?:[ .,'\u00a0]\d{3})+"
_NUMBER = re.compile(rf"(?<![\w.,:/-])[+\-−–]?(?:{_GROUPED}(?:[.,]\d{{1,2}})?|\d{{1,15}}(?:[.,]\d{{1,9}})?)(?![\d:/])")

NUMBER_WORDS = {
    "en": "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve",
    "et": "null nulli|üks ühe üht ühte|kaks kahe kaht kahte|kolm kolme|neli nelja|viis viie viit viite|kuus kuue kuut"
    "|seitse seitsme seitset|kaheksa kaheksat|üheksa üheksat|kümme kümne kümmet|üksteist üheteist|kaksteist kaheteist",
    "ru": "ноль нуль|один одна одно одну одного|два две двух|три трех|четыре четырех|пять пяти|шесть шести|семь семи"
    "|восемь восьми|девять девяти|десять десяти|одиннадцать одиннадцати|двенадцать двенадцати",
    "da": "nul|én een ét|to|tre|fire|fem|seks|syv|otte|ni|ti|elleve|tolv",
    "it": "zero|uno un' una|due|tre|quattro|cinque|sei|sette|otto|nove|dieci|undici|dodici",
    "lt": "nulis nulio|vienas viena vieną vieno vienos|du dvi dviejų|trys tris trijų|keturi keturios keturis keturias"
    "|penki penkios penkis penkias penkių|šeši šešios šešis šešias šešių|septyni septynios septynis septynias septynių"
    "|aštuoni aštuonios aštuonis aštuonias aštuonių|devyni devynios devynis devynias devynių|dešimt dešimties"
    "|vienuolika vienuolikos|dvylika dvylikos",
}
"""The numbers from zero to twelve, one language a line, in the forms that stand in answers."""

_AMBIGUOUS = frozenset({"to", "ti", "ni", "sei", "du", "un", "en", "et", "een", "uno", "una", "viis"})
"""Also common words of these languages: they count as numbers only in a message of one or two words."""


def _table() -> dict[str, int]:
    table: dict[str, int] = {}
    for line in NUMBER_WORDS.values():
        for number, forms in enumerate(line.split("|")):
            table.update(dict.fromkeys(words_of(forms), number))
    return table


_BY_WORD = _table()


def read_email(text: str) -> str | None:
    """The one e-mail address in the message, its domain in small letters."""
    found = {_lower_domain(match) for match in _EMAIL.findall(cap(text))}
    return found.pop() if len(found) == 1 else None


def read_phone(text: str) -> str | None:
    """The one telephone number with its country code, as `+` and 7 to 15 digits; separators are ignored."""
    found = {_plain_phone(match) for match in _PHONE.findall(cap(text))} - {""}
    return found.pop() if len(found) == 1 else None


def find_contact(text: str) -> tuple[Literal["email", "phone"], str] | None:
    """Where somebody wants to be reached: an address, else a number; one without country code is good enough here."""
    email = read_email(text)
    if email is not None:
        return "email", email
    phone = read_phone(text)
    if phone is not None:
        return "phone", phone
    local = {re.sub(r"\D", "", match) for match in _LOCAL_PHONE.findall(cap(text))}
    return ("phone", local.pop()) if len(local) == 1 else None


def read_number(text: str) -> float | None:
    """The one number in the message, in digits (with point or comma) or as a word up to twelve.

    Digits win over words. Groups of three digits are thousands: "1.000" and "1 000" are a thousand, "0.125" is not.

    Returns:
        A whole number as int.
    """
    capped = cap(text)
    found = {_parse_digits(match) for match in _NUMBER.findall(capped)}
    if found:
        return found.pop() if len(found) == 1 else None
    words = words_of(capped)
    brief = len(words) <= 2
    named = {_BY_WORD[word] for word in words if word in _BY_WORD and (brief or word not in _AMBIGUOUS)}
    return named.pop() if len(named) == 1 else None


def read_number_word(word: str) -> int | None:
    """What one folded word means as a number, in digits or letters."""
    return int(word) if word.isdecimal() and len(word) <= 4 else _BY_WORD.get(word)


def _lower_domain(address: str) -> str:
    name, _, domain = address.rpartition("@")
    return f"{name}@{domain.lower()}"


def _plain_phone(written: str) -> str:
    digits = re.sub(r"\D", "", written)
    if not written.startswith("+"):
        digits = digits.removeprefix("00")
    return f"+{digits}" if len(digits) in _PHONE_DIGITS else ""


def _parse_digits(written: str) -> float:
    sign = -1 if written[0] in "-−–" else 1
    bare = written.lstrip("+-−–")
    grouped = re.fullmatch(rf"({_GROUPED})(?:[.,](\d{{1,2}}))?", bare)
    if grouped and not bare.startswith("0"):
        whole, rest = re.sub(r"\D", "", grouped[1]), grouped[2] or ""
    else:
        whole, _, rest = bare.replace(",", ".").partition(".")
    if not rest.strip("0"):
        return sign * int(whole)
    return sign * float(f"{whole}.{rest}")
