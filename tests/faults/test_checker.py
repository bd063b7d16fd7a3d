"""The checker itself: it finds each kind of fault, and nothing where there is none."""

import pytest

from tests.faults.checker import Verdict, judge

HISTORY = [
    {"what": what, "customer": "anna", "id": f"m{n}", "expects": f"answer {n}"}
    for n in range(3)
    for what in ("wrote", "acked")
]
SAID = ["m0", "m1", "m2"]
ANSWERED = ["hello", "answer 0", "answer 1", "answer 2"]


def verdict_on(said: list[str], answered: list[str]) -> Verdict:
    """Judges one customer's talk."""
    return judge(HISTORY, {"anna": said}, {"anna": answered})


def test_a_talk_as_it_should_be_is_good() -> None:
    """Every message once, every answer once, in order; what else was said does not matter."""
    verdict = verdict_on(SAID, ANSWERED)
    assert verdict.is_good
    assert verdict.messages == 3


@pytest.mark.parametrize(
    ("said", "answered", "fault"),
    [
        (["m0", "m2"], ANSWERED, "lost"),
        ([], [], "lost"),
        (["m0", "m1", "m1", "m2"], ANSWERED, "doubled"),
        (SAID, ["answer 0", "answer 2"], "unanswered"),
        (SAID, [*ANSWERED, "answer 1"], "answered_twice"),
        (["m1", "m0", "m2"], ANSWERED, "inverted"),
        (SAID, ["answer 0", "answer 2", "answer 1"], "inverted"),
    ],
)
def test_every_kind_of_fault_is_found(said: list[str], answered: list[str], fault: str) -> None:
    """Lost, doubled, unanswered, answered twice and out of order are told apart."""
    verdict = verdict_on(said, answered)
    assert not verdict.is_good
    assert getattr(verdict, fault) > 0


def test_a_message_that_was_never_acknowledged_promises_nothing() -> None:
    """Whether it stands there or not is both right."""
    history = [*HISTORY, {"what": "wrote", "customer": "anna", "id": "m3", "expects": "answer 3"}]
    assert judge(history, {"anna": SAID}, {"anna": ANSWERED}).is_good
    assert judge(history, {"anna": [*SAID, "m3"]}, {"anna": [*ANSWERED, "answer 3"]}).is_good


@pytest.mark.parametrize(("doubtful", "is_good"), [([], False), (["answer 0"], False), (["answer 1"], True)])
def test_only_what_is_marked_may_stand_there_twice(doubtful: list[str], is_good: bool) -> None:
    """A second copy is excused by a mark on this very answer; a third one is not."""
    verdict = judge(HISTORY, {"anna": SAID}, {"anna": [*ANSWERED, "answer 1"]}, {"anna": doubtful})
    assert verdict.is_good is is_good
    assert verdict.marked == is_good
    thrice = judge(HISTORY, {"anna": SAID}, {"anna": [*ANSWERED, "answer 1", "answer 1"]}, {"anna": doubtful})
    assert not thrice.is_good
