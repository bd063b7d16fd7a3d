"""How `firstline test` writes what came out: lines for a person, JSON for the next program."""

from collections.abc import Sequence
from dataclasses import asdict

from adapters.cli.output import count, put, tell
from bot.desk import Desk
from bot.rehearsal import Outcome
from bot.scores import Change, score_languages, share_passed
from kb.index import Index


def put_failures(failed: Sequence[Outcome]) -> None:
    """Each failure with its place and what happened instead."""
    for one in failed:
        put(f"{_place(one)}  {one.name}  ({one.language})")
        for problem in one.problems:
            put(f"    {problem}")


def put_languages(outcomes: Sequence[Outcome]) -> None:
    """One line per language."""
    if not outcomes:
        return
    put(f"{'language':<10}{'sentences':>12}{'passed':>9}{'answered outright':>20}{'chats':>10}")
    for score in score_languages(outcomes):
        sentences, chats = f"{score.sentences_passed}/{score.sentences}", f"{score.chats_passed}/{score.chats}"
        passed = _percent(score.sentences_passed, score.sentences)
        put(f"{score.language:<10}{sentences:>12}{passed:>9}{_percent(score.answered, score.to_answer):>20}{chats:>10}")


def put_expected(index: Index) -> None:
    """What customers may expect, judged from wordings that were held out, and who takes questions from whom."""
    calibration = index.calibration
    if not calibration.questions:
        return
    tell(
        f"Expected of real questions: {calibration.answered:.0%} answered outright, {calibration.wrong:.1%} of the "
        f"answers wrong (answers from {told_cut_offs(index)}; from {calibration.questions} wordings held out)."
    )
    for asked, found, times in calibration.confused[:3]:
        tell(f"  '{found}' takes questions from '{asked}': {count(times, 'time')}")


def told_cut_offs(index: Index) -> str:
    """From which confidence on to answer: the desk's, then each language's own."""
    own = (f", in {language} from {cut:.2f}" for language, cut in index.calibration.answer_at_in.items())
    return f"{index.answer_at:.2f}" + "".join(own)


def put_change(change: Change) -> None:
    """What is different from the baseline."""
    put(
        f"Since the baseline: {len(change.newly_failing)} newly failing, {len(change.newly_passing)} newly passing, "
        f"{change.added} new, {change.gone} gone"
    )
    for one in change.newly_failing:
        put(f"  newly failing  {_place(one)}  {one.name}")


def sums_as_json(desk: Desk, outcomes: Sequence[Outcome], change: Change | None) -> dict[str, object]:
    """Everything for the next program."""
    failed = [one for one in outcomes if not one.passed]
    calibration = desk.index.calibration
    return {
        "passed": len(outcomes) - len(failed),
        "failed": [_as_json(one) for one in failed],
        "share": round(share_passed(outcomes), 4),
        "languages": [asdict(score) for score in score_languages(outcomes)],
        "answer_at": desk.index.answer_at,
        "answer_at_in": dict(calibration.answer_at_in),
        "suggest_at": desk.index.suggest_at,
        "calibration": {
            "questions": calibration.questions,
            "answered": calibration.answered,
            "wrong": calibration.wrong,
            "curve": [asdict(bin_) for bin_ in calibration.curve],
            "confused": [list(pair) for pair in calibration.confused],
        },
        "baseline": None
        if change is None
        else {
            "newly_failing": [_as_json(one) for one in change.newly_failing],
            "newly_passing": [_as_json(one) for one in change.newly_passing],
            "new": change.added,
            "gone": change.gone,
        },
    }


def _as_json(outcome: Outcome) -> dict[str, object]:
    found = outcome.found
    best = found.matches[0] if found and found.matches else None
    return {
        "name": outcome.name,
        "language": outcome.language,
        "file": outcome.position.file,
        "line": outcome.position.line,
        "article": outcome.article,
        "problems": list(outcome.problems),
        "winner": best.id if best else None,
        "confidence": best.confidence if best else None,
        "margin": found.margin if found else None,
    }


def _place(outcome: Outcome) -> str:
    return f"{outcome.position.file}:{outcome.position.line}"


def _percent(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "–"
