"""Texts with values: what is printed, what is refused, and that a value can never become markup."""

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from config.texts import (
    Condition,
    EmptyValueError,
    Text,
    TextError,
    Wording,
    analyse_condition,
    analyse_text,
    compute_value,
    render_note,
    render_text,
)

VALUES = {
    "name": "Anna",
    "plan": "home",
    "amount": 24.9,
    "day": date(2026, 3, 1),
    "at": time(8, 30),
    "outage": {"active": True, "ends_at": ""},
    "vip": False,
    "now": datetime(2026, 11, 22, 18, 5),
    "tags": ["wifi", "moving"],
}


@pytest.mark.parametrize(
    ("source", "language", "shown"),
    [
        ("Hi {{ name }}", "en", "Hi Anna"),
        ("{{ amount }}", "et", "24\\,9"),
        ("{{ amount | money('EUR') }}", "en", "€24\\.90"),
        ("{{ day }}", "et", "1\\. märts 2026"),
        ("{{ at | time }}", "da", "08\\.30"),
        ("{{ name | upper }}", "en", "ANNA"),
        ("{{ tags | join(' and ') }}", "en", "wifi and moving"),
        ("{{ tags | length }}", "en", "2"),
        ("{{ amount | round }}", "en", "25"),
        ("{{ outage.ends_at | default('tonight') }}", "en", "tonight"),
        ("{{ nobody | upper | default('-') }}", "en", "\\-"),
        ("{% if outage.active %}out{% elif vip %}vip{% else %}fine{% endif %}", "en", "out"),
        ("{% if vip %}vip{% endif %}", "en", ""),
    ],
)
def test_values_follow_the_customers_language(source: str, language: str, shown: str) -> None:
    """Numbers, days and times are written as the customer's language writes them."""
    assert render_text(source, VALUES, language) == shown


@given(st.text(max_size=200))
def test_a_value_never_becomes_markup(value: str) -> None:
    """Whatever a customer types reads as exactly these words after Markdown has been parsed."""
    try:
        source = render_text("Hi {{ value }}!", {"value": value}, "en")
    except EmptyValueError:
        assert not value
        return
    tokens = MarkdownIt("commonmark").parse(source)
    kinds = {token.type for token in tokens} | {child.type for t in tokens for child in t.children or ()}
    assert kinds <= {"paragraph_open", "inline", "paragraph_close", "text", "text_special"}


def test_an_empty_value_is_not_sent() -> None:
    """A customer's text that would print nothing raises; for agents a dash stands there."""
    with pytest.raises(EmptyValueError):
        render_text("Hi {{ nobody }}", {}, "en")
    with pytest.raises(EmptyValueError):
        render_text("Until {{ outage.ends_at }}", VALUES, "en")
    assert render_note("From {{ nobody }}, *{{ plan }}*", VALUES, "en") == "From –, *home*"


def test_labels_are_not_markdown() -> None:
    """Without Markdown a value stands as it is."""
    assert render_text("{{ name }}", {"name": "a*b"}, "en", markdown=False) == "a*b"


def test_a_single_value_keeps_its_type() -> None:
    """In `set` and `with`, one {{ }} hands over the value itself, or nothing."""
    handed = [compute_value(f"{{{{ {name} }}}}", VALUES, "en") for name in ("day", "at", "now")]
    assert handed == [VALUES["day"], VALUES["at"], VALUES["now"]]
    assert [type(value) for value in handed] == [date, time, datetime]
    assert compute_value("{{ outage.active }}", VALUES, "en") is True
    assert compute_value("{{ nobody }}", VALUES, "en") is None
    assert compute_value("no {{ name }}", VALUES, "en") == "no Anna"


@pytest.mark.parametrize(
    ("source", "holds"),
    [
        ("plan == 'home'", True),
        ("plan != 'home'", False),
        ("outage.active", True),
        ("outage.active == 'yes'", True),
        ("vip == 'no' and not vip", True),
        ("nobody", False),
        ("nobody == nobody", False),
        ("nobody != 'x'", True),
        ("nobody < 3 or nobody > 3", False),
        ("nobody.field == 'x'", False),
        ("amount > 20", True),
        ("day < '2027'", False),
        ("day < '2027-01-01' and day == '2026-03-01' and day >= '2026-03-01'", True),
        ("not (day < '2026-01-01') and day != '2026-13-01'", True),
        ("day in ['2026-03-01', '2026-03-02']", True),
        ("at < '9:00' and at > '08:00' and at == '08:30'", True),
        ("now > '18:00' and now > at and now > '2026-11-22' and now < '2026-11-22 18:06'", True),
        ("day < now and now > day and not (day > nobody) and day != nobody", True),
        ("amount < '30' or amount > day or at > day", False),
        ("outage.active == true and vip == false and vip != true and vip in [false]", True),
        ("'wifi' in tags", True),
        ("plan in ['home', 'business']", True),
        ("plan | default('x') == 'home'", True),
    ],
)
def test_conditions_decide(source: str, holds: bool) -> None:
    """Yes and no, comparisons and lists; what is empty is false, and what cannot be compared is not equal."""
    assert analyse_condition(source).problems == ()
    assert Condition(source=source).holds(VALUES) is holds


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__ }}",
        "{{ name.__init__ }}",
        "{{ _printing }}",
        "{{ self }}{% set x = 1 %}",
        "{% for x in tags %}{% endfor %}",
        "{% include 'x' %}",
        "{% macro m() %}{% endmacro %}",
        "{{ 'a' * 1000000000 }}",
        "{{ 'a' ~ 'b' }}",
        "{{ name.upper() }}",
        "{{ tags[0] }}",
        "{{ name | center(1000000000) }}",
        "{{ name is string }}",
        "{{ 1 if vip else 2 }}",
        "{{ a.b.c }}",
        "{{ name | default(value=1) }}",
        "{{ " + " + ".join("1" for _ in range(600)) + " }}",
        "{% if name %}" * 600,
        "x" * 9_000 + "{{ name }}",
    ],
)
def test_nothing_outside_the_list_is_compiled(source: str) -> None:
    """Loops, calls, arithmetic, private names and great sources are refused before they run."""
    assert analyse_text(source).problems
    with pytest.raises(TextError):
        render_text(source, VALUES, "en")


def test_values_and_texts_have_a_limit() -> None:
    """A value is shown up to 1,000 characters, and no text grows beyond 8 kB."""
    assert len(render_text("{{ x }}", {"x": "a" * 5_000}, "en")) == 1_000
    with pytest.raises(TextError, match="at most 8192"):
        render_text("{{ x }}" * 20, {"x": "a" * 5_000}, "en")


def test_a_text_is_chosen_by_language() -> None:
    """The customer's language, else the default one, else any; and the language that was really used."""
    text = Text(wordings={"en": (Wording(text="yes"),), "et": (Wording(text="jah"),)})
    assert text.choose("et", "en")[0] == "et"
    assert text.choose("lt", "en") == ("en", text.wordings["en"])
    assert Text().choose("lt", "en") == ("en", ())


@given(st.text(alphabet="{}%| .'\"()[]=<>abn", max_size=40))
def test_no_source_escapes_the_checker(source: str) -> None:
    """Whatever is written, it is either refused with a finding, or it renders, or it cannot be sent."""
    analysis = analyse_text(source)
    condition = analyse_condition(source)
    assert isinstance(condition.problems, tuple)
    try:
        render_text(source, {"a": "1", "b": datetime(2026, 1, 1), "n": 3}, "en")
    except TextError:
        return
    assert analysis.problems == () or "{" not in source
