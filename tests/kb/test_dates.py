"""Dates out of a sentence, in six languages. The day of the tests is Wednesday, 14 January 2026."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.calendars import CALENDARS
from kb.dates import read_date

TODAY = date(2026, 1, 14)
ALL = ("en", "et", "ru", "da", "it", "lt")


def read(text: str) -> date | None:
    return read_date(text, TODAY, ALL)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2027-03-01", date(2027, 3, 1)),
        ("1.3.", date(2026, 3, 1)),
        ("1.3.2027", date(2027, 3, 1)),
        ("01.03.27", date(2027, 3, 1)),
        ("31/12", date(2026, 12, 31)),
        ("12-24", date(2026, 12, 24)),
        ("13.1.", date(2027, 1, 13)),
        ("14.1.", TODAY),
        ("3 March", date(2026, 3, 3)),
        ("March 3rd, 2027", date(2027, 3, 3)),
        ("first of March", date(2026, 3, 1)),
        ("3. märts", date(2026, 3, 3)),
        ("1. septembril 2026 kell 10.30", date(2026, 9, 1)),
        ("3-го марта", date(2026, 3, 3)),
        ("den 3. marts", date(2026, 3, 3)),
        ("il 3 marzo", date(2026, 3, 3)),
        ("kovo 3 d.", date(2026, 3, 3)),
        ("gruodžio 3 d.", date(2026, 12, 3)),
        ("the 15th", date(2026, 1, 15)),
        ("the 3rd", date(2026, 2, 3)),
        ("15.", date(2026, 1, 15)),
        ("29 February", date(2028, 2, 29)),
        ("friday, 16 January", date(2026, 1, 16)),
    ],
)
def test_day_and_month(text: str, day: date) -> None:
    """A day in figures or by its month; without a year it is the next such day, today included."""
    assert read(text) == day


@pytest.mark.parametrize(
    ("days", "names"),
    [
        (0, "today|täna|сегодня|i dag|oggi|šiandien"),
        (1, "tomorrow|homme|завтра|i morgen|domani|rytoj"),
        (2, "the day after tomorrow|ülehomme|послезавтра|i overmorgen|dopodomani|poryt"),
        (-1, "yesterday|eile|вчера|i går|ieri|vakar"),
        (-2, "the day before yesterday|üleeile|позавчера|i forgårs|avantieri|užvakar"),
        (3, "in three days|kolme päeva pärast|через 3 дня|om tre dage|fra tre giorni|po trijų dienų"),
        (14, "in two weeks|kahe nädala pärast|через две недели|om to uger|tra due settimane|po dviejų savaičių"),
        (7, "in a week|nädala pärast|через неделю|om en uge|tra una settimana|po savaitės"),
        (
            -14,
            "two weeks ago|kaks nädalat tagasi|две недели назад|for to uger siden|due settimane fa|prieš dvi savaites",
        ),
        (31, "in a month|kuu aja pärast|через месяц|om en måned|tra un mese|po mėnesio"),
        (5, "on Monday|esmaspäeval|в понедельник|på mandag|lunedì|pirmadienį"),
        (7, "Wednesday|kolmapäeval|в среду|onsdag|mercoledì|trečiadienį"),
        (-5, "last Friday|eelmisel reedel|в прошлую пятницу|sidste fredag|venerdì scorso|praėjusį penktadienį"),
    ],
)
def test_distance_from_today(days: int, names: str) -> None:
    """Days near today, spans of time and weekdays, in all six languages."""
    assert {name: read(name) for name in names.split("|")} == dict.fromkeys(
        names.split("|"), TODAY + timedelta(days=days)
    )


@pytest.mark.parametrize(
    "text",
    [
        "monday or tuesday", "tomorrow or friday", "3 or 4 March", "31 April", "10:30", "next week", "5 days",
        "what may be wrong", "среди них", "99.99.", "1.3.0001", "in 999999 years", "",
    ],
)  # fmt: skip
def test_no_date(text: str) -> None:
    """No date, more than one, or one that does not exist: the customer is asked again."""
    assert read(text) is None


def test_only_the_desks_languages_count() -> None:
    """A word of a language the desk does not speak is no date."""
    assert read_date("homme", TODAY, ("en",)) is None
    assert read_date("homme", TODAY, ("en", "et", "pt-BR")) == date(2026, 1, 15)


@pytest.mark.parametrize("language", ALL)
def test_calendars_are_complete(language: str) -> None:
    """Each language names twelve months, seven weekdays, five days near today and four units."""
    table = CALENDARS[language]
    columns = (table.months, table.weekdays, table.days, table.units)
    assert [len(line.split("|")) for line in columns] == [12, 7, 5, 4]


@given(st.dates(min_value=date(1950, 1, 1), max_value=date(2100, 1, 1)))
def test_written_dates_are_read_back(day: date) -> None:
    """A whole date in figures means itself."""
    assert read(day.isoformat()) == day
    assert read(f"{day.day}.{day.month}.{day.year}") == day


@given(st.text(max_size=120))
def test_reading_a_date_never_breaks(text: str) -> None:
    """Whatever is typed, there is a date or none."""
    assert isinstance(read(text), date | None)
