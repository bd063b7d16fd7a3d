"""Flows as editors write them: what may be empty where, which steps can be reached, and what an answer can be."""

import pytest

from tests.samples import check_sample, codes_of

FLOW = "flows: [{id: f, title: F, starts_when: [x], steps: [%s]}]"
ASK = "{ask: light, text: Which?, choices: [{value: red, label: Red}, {value: green, label: Green}]%s}"
CALL = "{call: check, save_as: r, on_error: next}"


@pytest.mark.parametrize(
    "steps",
    [
        ASK % "" + ", {say: '{{ light }}'}, solved",
        ASK % ", on_give_up: end" + ", {say: '{{ light }}'}, solved",
        "{set: {light: red}}, {say: '{{ light }}'}, solved",
        "{call: check, save_as: r, on_error: end}, {say: '{{ r.ok }}'}, solved",
        CALL + ", {if: r.ok, then: [{say: '{{ r.ok }}'}]}, solved",
        CALL + ", {branch: [{if: r.ok, then: [{say: '{{ r.ok }}'}]}, {otherwise: [{say: b}]}]}, end",
        "{ask: wish, text: What?, optional: yes}, {say: '{{ wish }}', only_if: wish}, solved",
        "{ask: wish, text: What?, optional: yes}, {say: '{{ wish | default(1) }}'}, solved",
    ],
)  # fmt: skip
def test_a_value_that_is_there_on_every_way_may_be_said(steps: str) -> None:
    """Answers, results and conditions make a value certain."""
    assert codes_of(FLOW % steps) == []


@pytest.mark.parametrize(
    ("steps", "way"),
    [
        ("{ask: wish, text: What?, optional: yes}, {say: 'So {{ wish }}'}, solved", "wish skipped → say"),
        ("{ask: wish, text: What?, on_give_up: next}, {say: 'So {{ wish }}'}, solved", "wish given up → say"),
        ("{call: check, save_as: r, on_error: next}, {say: '{{ r.ok }}'}, solved", "check failed → say"),
        (
            "{if: vip, then: [{ask: wish, text: What?}]}, {id: tell, say: '{{ wish }}'}, solved",
            "not vip → tell",
        ),
    ],
)
def test_a_value_that_one_way_leaves_out_is_reported_with_that_way(steps: str, way: str) -> None:
    """The finding tells how a customer gets there without the value."""
    (finding,) = [f for f in check_sample(FLOW % steps) if f.code == "F18"]
    assert f"the way {way} does not pass" in finding.message


@pytest.mark.parametrize(
    ("condition", "codes"),
    [
        ("light == 'red'", []),
        ("light == 'blue'", ["T08"]),
        ("light in ['red', 'blue']", ["T08"]),
        ("plan == 'home'", []),
        ("vip == 'maybe'", ["T08"]),
        ("channel == 'fax'", ["T08"]),
        ("language == 'de'", ["T08"]),
        ("lihgt == 'red'", ["T06"]),
        ("vars.page", []),
        ("today > now", []),
        ("category == 'x'", ["T06"]),
    ],
)
def test_a_condition_is_held_against_what_can_be(condition: str, codes: list[str]) -> None:
    """Choices, customer fields and the bot's own names are known with their values."""
    steps = f'{ASK % ""}, {{if: "{condition}", then: [{{say: Hi}}]}}, solved'
    assert codes_of(FLOW % steps) == codes


@pytest.mark.parametrize(
    ("steps", "codes"),
    [
        ("{say: Hi}, end, {id: late, say: Bye}, solved", ["F07"]),
        ("{ask: a, text: A, on_give_up: late}, end, {id: late, say: Bye}, solved", []),
        ("{if: vip, then: [end], else: [escalate]}, {say: Bye}, solved", ["F07"]),
        ("{if: vip, then: [end]}, {say: Bye}", ["F10"]),
        ("{branch: [{if: vip, goto: bye}, {otherwise: [{goto: bye}]}]}, {id: bye, say: Bye}, solved", []),
        ("{id: a, say: A}, {if: vip, then: [{goto: a}]}, solved", ["F16"]),
        ("{ask: a, text: A, type: yes_no, yes: a, no: b}, {id: b, say: '{{ a }}'}, solved", []),
        ("{id: next, say: A}, solved", ["S21"]),
        ("{flow: f}", ["F20"]),
    ],
)
def test_ways_through_a_flow(steps: str, codes: list[str]) -> None:
    """Steps nobody reaches, ends nobody said, and circles without a question."""
    assert codes_of(FLOW % steps) == codes


DAY = "write year-month-day in quotes, or compare it with today or another date"


@pytest.mark.parametrize(
    ("kind", "condition", "found"),
    [
        ("number", "n == '3'", ("T08", "write it without quotes")),
        ("number", "n in ['three', 4]", ("T08", "compare it with a number")),
        ("number", "n < '5'", ("T26", "write it without quotes")),
        ("number", "n > today", ("T26", "'today' is a date such as '2027-03-01'")),
        ("number", "1 < n < 5", None),
        ("date", "n == '1.3.2027'", ("T08", DAY)),
        ("date", "n < '1.3.2027'", ("T26", DAY)),
        ("date", "n >= 2027", ("T26", DAY)),
        ("date", "n < plan", ("T26", "'plan' is home, business")),
        ("date", "n != '2027-03-01' or n < today or n in ['2027-03-02']", None),
        ("date", "n < now", None),
        ("date", "now > '18:00' or now > '2026-12-24' or now < '2026-12-24 18:00'", None),
        ("date", "now > 18", ("T26", "write hours and minutes in quotes, such as '18:00'")),
        ("text", "n > 1000", ("T26", "compare it with ==, or ask for it with  type: number")),
        ("text", "n > '1000'", ("T26", "compare it with ==, or ask for it with  type: number")),
        ("text", "n == 1000", ("T08", "put it in quotes: '1000'")),
        ("text", "n == '1000' or 'router' in n", None),
        ("text", "vars.page > 3", ("T26", "compare it with ==, or ask for it with  type: number")),
        ("phone", "n == 112", ("T08", "put it in quotes: '112'")),
        ("email", "n < 'm'", ("T26", "compare it with ==, or ask for it with  type: number")),
        ("file", "n == plan", None),
        ("file", "n < n", ("T26", "compare it with ==, or ask for it with  type: number")),
        ("yes_no", "n == true or n != 'no' or n", None),
        ("yes_no", "n > 'no'", ("T26", "compare it with ==")),
        ("yes_no", "n == 1", ("T08", "")),
        ("text", "plan > 'home'", ("T26", "compare it with ==")),
        ("text", "tags == 'vip'", ("T08", "write  'vip' in tags")),
        ("text", "'vip' in tags", None),
    ],
)
def test_a_comparison_that_never_holds_is_named(kind: str, condition: str, found: tuple[str, str] | None) -> None:
    """Every type is held against every kind of comparison; what to write stands beside it."""
    steps = f'{{ask: n, type: {kind}, text: How many?}}, {{say: Well., only_if: "{condition}"}}, solved'
    named = [(each.code, each.hint) for each in check_sample(FLOW % steps, hints=False) if each.code[0] == "T"]
    assert named == ([found] if found else [])


def test_otherwise_stands_alone_at_the_end() -> None:
    """A way below it is never taken, and a condition beside it says nothing; both are named."""
    after = "{branch: [{otherwise: [end]}, {if: vip, then: [end]}]}"
    assert [(each.code, each.hint) for each in check_sample(FLOW % after, hints=False)] == [
        ("F07", "put it above 'otherwise'")
    ]
    beside = "{branch: [{if: vip, then: [{say: a}], otherwise: [{say: b}]}]}, end"
    assert [each.code for each in check_sample(FLOW % beside, hints=False)] == ["S03"]
    assert codes_of(FLOW % "{branch: [{if: vip, then: [end]}, {otherwise: [end]}]}") == []


def test_a_step_that_must_be_split_is_one_mistake() -> None:
    """What its second action would have done is not missed as well."""
    assert codes_of(FLOW % "{say: a, end: solved}") == ["F04"]
