"""What a customer's words mean to a flow's question."""

from datetime import date
from functools import cache

import pytest

from bot.desk import Desk
from kb.flows.answers import Doubtful, Reading, Stopped, Unclear
from kb.flows.moves import Answered, Refused, Skipped, WantsHelp, WentBack
from tests.kb.flows.written import build, reader

FLOW = """
- ask: light
  text: Which colour?
  choices:
    - {value: green, label: {en: Green, et: Roheline}, goto: plain}
    - {value: red, label: {en: Red or off, et: Punane}, also: {en: [orange, no light], et: [oranž]}}
    - {value: very_dark, label: {en: I can't tell, et: Ei oska öelda}}
- ask: plain
  text: Tell me.
- ask: spare
  text: Anything else?
  optional: yes
  max_length: 20
- ask: number
  text: Invoice?
  pattern: '^N-\\d+$'
  invalid: Like N-1.
- ask: count
  type: number
  text: How many?
  min: 1
  max: 5
- ask: sure
  type: yes_no
  text: Sure?
- ask: mail
  type: email
  text: Mail?
- ask: phone
  type: phone
  text: Phone?
- ask: day
  type: date
  text: When?
  check: day > today
  invalid: Later.
- ask: ready
  type: done
  text: Ready?
- ask: photo
  type: file
  text: A photo?
- solved
- end: unsolved
"""


@cache
def desk() -> Desk:
    return build(FLOW)


def read(question: str, text: str) -> Reading:
    """What a message means to a question of the flow."""
    found = desk().programs["f"].question(question)
    assert found is not None
    return reader(desk()).read(found, text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", "green"), ("2.", "red"), ("#3", "very_dark"), ("2️⃣", "red"),
        ("green", "green"), ("ROHELINE", "green"), ("red", "red"), ("very dark", "very_dark"),
        ("i cant tell", "very_dark"),
        ("it is orange i think", "red"), ("it is dark, no light at all", "red"), ("grean", "green"), ("punanne", "red"),
        ("not green, red", "red"), ("see on oranz", "red"), ("off", "red"), ("it is off", "red"),
        ("the orange one", "red"), ("rohelist", "green"),
    ],
)  # fmt: skip
def test_a_choice(text: str, value: str) -> None:
    """Number, label, value or other words, in any language of the desk, among other words or misspelled."""
    assert read("light", text) == Answered(value)


@pytest.mark.parametrize("text", ["4", "0", "blue", "green or orange", "not green", "", "🙈", "does green mean broken"])
def test_no_choice(text: str) -> None:
    """Nothing that is on offer, or more than one thing, is no answer."""
    expected = Answered("green") if text.startswith("does") else Unclear()
    assert read("light", text) == expected


def test_a_choice_in_a_question_is_doubtful() -> None:
    """A sentence with a question mark may be a question of the customer's own."""
    assert read("light", "does green mean that it works?") == Doubtful("green")
    assert read("light", "green?") == Answered("green")


@pytest.mark.parametrize(
    ("question", "text", "meant"),
    [
        ("plain", "Kastani 12", Answered("Kastani 12")),
        ("plain", " no ", Answered("no")),
        ("plain", "is it open?", Doubtful("is it open?")),
        ("plain", "x" * 1001, Refused()),
        ("plain", "", Refused()),
        ("spare", "no", Skipped()),
        ("spare", "Skip", Skipped()),
        ("spare", "the dog bites", Answered("the dog bites")),
        ("spare", "x" * 21, Refused()),
        ("number", "N-12", Answered("N-12")),
        ("number", "the one from March", Unclear()),
        ("count", "kolm", Answered(3)),
        ("count", "6", Refused()),
        ("count", "lots", Unclear()),
        ("sure", "Yes", Answered(True)),
        ("sure", "да", Answered(True)),
        ("sure", "👎", Answered(False)),
        ("sure", "👍👎", Unclear()),
        ("sure", "yes it does", Answered(True)),
        ("sure", "no, it does not", Answered(False)),
        ("sure", "no idea", Unclear()),
        ("sure", "ei tea", Unclear()),
        ("sure", "no, I really have no clue", Unclear()),
        ("sure", "ok so when will somebody come round to my house", Unclear()),
        ("sure", "perhaps", Unclear()),
        ("mail", "me@example.com", Answered("me@example.com")),
        ("mail", "later", Unclear()),
        ("phone", "+372 5123 4567", Answered("+37251234567")),
        ("phone", "55512", Unclear()),
        ("day", "ülehomme", Answered(date(2026, 1, 16))),
        ("day", "yesterday", Refused()),
        ("day", "soon", Unclear()),
        ("ready", "tehtud", Answered(True)),
        ("ready", "yes", Answered(True)),
        ("ready", "no", WantsHelp()),
        ("photo", "here it is", Unclear()),
        ("solved", "ja tak", Answered(True)),
        ("solved", "nope", Answered(False)),
        ("solved", "maybe", Unclear()),
    ],
)
def test_types(question: str, text: str, meant: Reading) -> None:
    """Each type takes its own kind of answer, refuses what is out of its limits, and leaves the rest open."""
    assert read(question, text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("stop", Stopped()),
        ("cancel", Stopped()),
        ("tagasi", WentBack()),
        ("why?", WantsHelp()),
        ("где это?", WantsHelp()),
    ],
)
def test_reserved_words(text: str, meant: Reading) -> None:
    """Stop, back and why are heard before anything is taken for an answer, even where every text is one."""
    assert read("plain", text) == meant
    assert read("light", text) == meant
    if not isinstance(meant, WantsHelp):
        assert read("solved", text) == meant


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no, it was red", "red"),
        ("sorry, I meant green", "green"),
        ("ei, punane", "red"),
        ("no", None),
        ("it was red", None),
        ("no, it was blue", None),
        ("sorry", None),
    ],
)
def test_corrections(text: str, value: object) -> None:
    """A word of correction and an answer to the question before."""
    question = desk().programs["f"].question("light")
    assert question is not None
    assert reader(desk()).read_correction(question, text) == value


def test_did_that_help_is_not_corrected() -> None:
    """A yes or no to "Did that help?" is said anew, not corrected."""
    question = desk().programs["f"].question("solved")
    assert question is not None
    assert reader(desk()).read_correction(question, "no, yes") is None


def test_the_rest_of_a_correction_keeps_its_signs() -> None:
    """A date or an address after a word of correction is read as it was typed."""
    day, mail = (desk().programs["f"].question(name) for name in ("day", "mail"))
    assert day is not None
    assert mail is not None
    assert reader(desk()).read_correction(day, "sorry, 3.12.2026") == date(2026, 12, 3)
    assert reader(desk()).read_correction(mail, "I meant a.b@example.com") == "a.b@example.com"
    assert reader(desk()).read_rest(day, "no, 3.12.2026")
    assert not reader(desk()).read_rest(day, "3.12.2026")
