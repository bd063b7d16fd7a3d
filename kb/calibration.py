"""What a desk's own phrasings say about how often it will be right.

Lives here: fitting the confidence to the desk, choosing its cut-offs and telling the editor what to expect. The
held-out questions come from `kb.trial`. Called by `kb.index`; shown by `firstline test` and the console.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from kb.candidates import Corpus
from kb.confidence import PRIOR, Head, Reals, chance, choose_answer_at, fit_head
from kb.trial import FOLDS, Trial, hold_trial

OUTSIDE_SHARE = 0.35
"""Share of questions that no entry answers, assumed when cut-offs are chosen: live traffic has a third or more."""
SUGGEST_AT = 0.35
"""Chance that one of the offered entries is right, from which offering them is worth a question."""
_PRIOR_WORTH = 30.0
_STEADINESS = 5.0
_NEWTON_STEPS = 25
_FOLDS_UP_TO = ((800, FOLDS), (3_000, 3), (10**9, 1))
_MOST_QUESTIONS = 350
_BINS = (0.0, 0.2, 0.4, 0.6, 0.7, 0.8, 0.9, 0.95, 1.000001)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """One point of the reliability curve."""

    confidence: float
    """Mean confidence of the questions in it."""
    right: float
    """Share of them that were right."""
    questions: int
    """How many they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What a desk may expect of its answers."""

    head: Head
    """The confidence as fitted to this desk."""
    answer_at: float
    """From which confidence on to answer in a language that has no cut-off of its own."""
    answer_at_in: Mapping[str, float]
    """From which confidence on to answer, by language; on a desk of one language there is none."""
    suggest_at: float
    """From which joint chance on to offer entries."""
    questions: int
    """How many held-out questions this rests on."""
    answered: float
    """Expected share of questions that an entry answers which are answered outright."""
    wrong: float
    """Expected share of wrong ones among the answers, with OUTSIDE_SHARE of the questions answered by no entry."""
    curve: tuple[Bin, ...]
    """Confidence against the share that was right."""
    confused: tuple[tuple[str, str, int], ...]
    """Entries that were asked for, entries found instead, how often: most often first."""


def calibrate(
    corpus: Corpus | None,
    sentences: Sequence[Sequence[str]],
    languages: Sequence[str],
    ids: Sequence[str],
    *,
    max_wrong: float,
) -> Calibration:
    """Fits confidence and cut-offs to a desk by its own phrasings, given sorted by entry."""
    folds = next(folds for most, folds in _FOLDS_UP_TO if len(sentences) <= most)
    trial = hold_trial(corpus, sentences, languages, ids, folds=folds, most=_MOST_QUESTIONS) if corpus else None
    if trial is None or not len(trial.right):
        return Calibration(
            head=PRIOR,
            answer_at=choose_answer_at(np.empty(0), np.empty(0, dtype=bool), np.empty(0), max_wrong=max_wrong),
            answer_at_in={},
            suggest_at=SUGGEST_AT,
            questions=0,
            answered=0.0,
            wrong=0.0,
            curve=(),
            confused=(),
        )
    weights = _mixed(trial.known)
    head = fit_head(PRIOR, trial.features, trial.right, weights, trust=_PRIOR_WORTH)
    sure = chance(head, trial.features)
    leans = _lean(trial, sure, weights)
    truly = _shift(sure, np.array([leans.get(language, 0.0) for language in trial.language.tolist()]))
    answer_at = choose_answer_at(truly, trial.right, weights, max_wrong=max_wrong)
    given = truly >= answer_at
    wrong = float(weights[given & ~trial.right].sum() / weights[given].sum()) if given.any() else 0.0
    return Calibration(
        head=head,
        answer_at=answer_at,
        answer_at_in={language: round(float(_shift(answer_at, -lean)), 6) for language, lean in leans.items()},
        suggest_at=SUGGEST_AT,
        questions=len(trial.right),
        answered=round(float(given[trial.known].mean()) if trial.known.any() else 0.0, 4),
        wrong=round(wrong, 4),
        curve=_curve(sure, trial.right, weights),
        confused=_confused(trial, ids),
    )


def _lean(trial: Trial, sure: Reals, weights: Reals) -> dict[str, float]:
    """Returns by how much, in log-odds, each language is righter than its confidence says.

    A constant for each language, shrunk to 0 as far as its questions are few (a random effect, Gelman and Hill 2007,
    ch. 12; the mode by Newton's method). A desk of one language needs none: its head is fitted to it already.
    """
    odds = np.log(sure / (1 - sure))
    leans: dict[str, float] = {}
    languages = sorted(set(trial.language.tolist()))
    for language in languages if len(languages) > 1 else ():
        own = trial.language == language
        lean = 0.0
        for _ in range(_NEWTON_STEPS):
            share = 1 / (1 + np.exp(-odds[own] - lean))
            slope = float(weights[own] @ (trial.right[own] - share)) - _STEADINESS * lean
            step = slope / (float(weights[own] @ (share * (1 - share))) + _STEADINESS)
            lean += max(-1.0, min(1.0, step))
        leans[language] = lean
    return leans


def _shift(confidence: Reals | float, lean: Reals | float) -> Reals:
    """Moves confidences by some log-odds."""
    moved: Reals = 1 / (1 + (1 / np.asarray(confidence) - 1) * np.exp(-np.asarray(lean)))
    return moved


def _mixed(known: NDArray[np.bool_]) -> Reals:
    """Returns weights under which OUTSIDE_SHARE of the questions have no answer; they add up to their number."""
    outside = int((~known).sum())
    if not outside or outside == len(known):
        return np.ones(len(known))
    weights: Reals = np.where(known, (1 - OUTSIDE_SHARE) / (len(known) - outside), OUTSIDE_SHARE / outside)
    return weights * len(known)


def _curve(sure: Reals, right: NDArray[np.bool_], weights: Reals) -> tuple[Bin, ...]:
    """Returns the reliability curve, empty bins left out."""
    bins: list[Bin] = []
    for low, high in pairwise(_BINS):
        inside = (sure >= low) & (sure < high)
        if inside.any():
            share = weights[inside] / weights[inside].sum()
            bins.append(
                Bin(
                    confidence=round(float(sure[inside] @ share), 4),
                    right=round(float(right[inside] @ share), 4),
                    questions=int(inside.sum()),
                )
            )
    return tuple(bins)


def _confused(trial: Trial, ids: Sequence[str]) -> tuple[tuple[str, str, int], ...]:
    """Returns which entries take questions from which, most often first."""
    stolen = trial.known & ~trial.right
    pairs = Counter(
        (ids[asked], ids[found]) for asked, found in zip(trial.entry[stolen], trial.found[stolen], strict=True)
    )
    return tuple((asked, found, n) for (asked, found), n in sorted(pairs.items(), key=lambda p: (-p[1], p[0]))[:20])
