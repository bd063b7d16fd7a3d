"""Sums over the outcomes of a desk's tests."""

from dataclasses import replace

from bot.rehearsal import Outcome, rehearse_articles
from bot.scores import NOTHING, as_baseline, compare, confusion, cut_offs, score_languages, share_passed
from tests.desks import isp_desk

OUTCOMES = tuple(rehearse_articles(isp_desk()))


def _fail(outcome: Outcome) -> Outcome:
    return replace(outcome, problems=("it did not",))


def test_each_language_has_its_share() -> None:
    """Sentences are counted in their language; one that fails lowers that share only."""
    first = next(one for one in OUTCOMES if one.language == "et")
    scores = {score.language: score for score in score_languages([_fail(first), *(o for o in OUTCOMES if o != first)])}
    assert set(scores) == {"da", "en", "et", "it", "lt", "ru"}
    assert scores["et"].sentences - scores["et"].sentences_passed == 1
    assert scores["en"].sentences == scores["en"].sentences_passed


def test_a_higher_cut_off_answers_less() -> None:
    """From 0 on everything found is answered; the share falls with the confidence asked for."""
    curve = cut_offs(OUTCOMES)
    answered = [point.answered for point in curve]
    assert answered == sorted(answered, reverse=True)
    assert curve[0].answered > 0.95
    assert curve[0].wrong <= 0.05


def test_the_matrix_says_who_was_found_instead() -> None:
    """A sentence counts under its article and what it found; nothing found has a name of its own."""
    pairs = confusion([one for one in OUTCOMES if one.must_find])
    assert sum(pairs.values()) == sum(one.must_find for one in OUTCOMES)
    assert all(asked == found or found == NOTHING or times < 3 for (asked, found), times in pairs.items())


def test_a_baseline_tells_what_became_worse_and_better() -> None:
    """Tests are known by their words, not by their lines."""
    baseline = as_baseline(OUTCOMES) | {"gone": True}
    worse = _fail(OUTCOMES[0])
    moved = replace(OUTCOMES[1], position=OUTCOMES[1].position._replace(line=9_999))
    change = compare([worse, moved, *OUTCOMES[2:]], baseline)
    assert change.newly_failing == (worse,)
    assert (change.newly_passing, change.added, change.gone) == ((), 0, 1)
    assert compare(OUTCOMES, as_baseline([worse, *OUTCOMES[1:]])).newly_passing == (OUTCOMES[0],)


def test_no_tests_are_all_passed() -> None:
    """A desk without tests has a share of one, no languages and a flat curve."""
    assert share_passed([]) == 1
    assert score_languages([]) == ()
    assert {point.answered for point in cut_offs([])} == {0}
