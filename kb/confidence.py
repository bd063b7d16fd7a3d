"""How sure the best candidate makes us, as a probability, and from which probability on to answer.

A logistic head over the evidence (Platt 1999), with a general prior fitted over many simulated desks, moved by the
desk's own held-out questions as far as they carry. The cut-offs follow from the same held-out questions, by selective
prediction with a bound on the risk (Geifman and El-Yaniv 2017), shrunk towards what has held on desks of all kinds.
Built by `kb.index`, asked by `kb.search`.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.candidates import PARTS, Candidates, Corpus

Reals = NDArray[np.float64]

FEATURES = (
    "odds",
    "nearest",
    "nearest ahead",
    "spelling",
    "covered",
    "unknown",
    "words",
    "agree",
    "pull",
    "pull ahead",
    "entries",
    "phrasings",
)
"""What the head looks at, in the order of its weights."""
_COLUMN = {name: place for place, name in enumerate(PARTS)}
_MOST_ODDS = 7.0
_LEAST_PULL = 0.05
_PRIOR_ANSWERS = 40.0
_CAUTION = 0.25
_CERTAIN = 0.92
_USUAL_WRONG = 0.05
_RISKIEST = 4.0
_UNLIKELY = 0.1
_ENOUGH_QUESTIONS = 500
_OWN_COUNTS = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Weights of the features; the first weight stands alone."""

    weights: tuple[float, ...]
    """Constant, then one per feature."""


PRIOR = Head(
    weights=(
        1.4392,
        0.7991,
        -2.8392,
        0.4205,
        2.7107,
        -0.3289,
        -0.2431,
        0.5998,
        -0.0120,
        1.8435,
        -0.1115,
        -0.7299,
        -1.0889,
    )
)
"""Fitted over desks simulated from training and validation splits; right for most desks before they have data."""


def features_of(corpus: Corpus, found: Candidates, words: int) -> Reals:
    """Returns the evidence about the best of some candidates (one at least).

    Args:
        corpus: Where they were found.
        found: The candidates, best first.
        words: How many words the message has.
    """
    best = found.parts[0]
    others = found.parts[1:].max(axis=0) if len(found.parts) > 1 else np.zeros(len(PARTS))
    nearest, pull = _COLUMN["nearest"], _COLUMN["pull"]
    entries, phrasings = len(corpus.starts), len(corpus.owner)
    return np.array(
        [
            _odds(found.scores),
            best[nearest],
            best[nearest] - others[nearest],
            best[_COLUMN["spelling"]],
            best[_COLUMN["covered"]],
            found.point.unknown,
            math.log1p(words),
            float(best[nearest] >= others[nearest]),
            math.log(max(float(best[pull]), _LEAST_PULL)),
            best[pull] - others[pull],
            math.log(entries),
            math.log(phrasings / entries),
        ]
    )


def _odds(scores: Reals) -> float:
    """Returns the logarithm of the odds of the best score against all others; even odds if there are none."""
    if len(scores) < 2:
        return 0.0
    rest = scores[1:] - scores[0]
    return float(min(_MOST_ODDS, -np.log(max(np.exp(rest).sum(), 1e-9))))


def chance(head: Head, features: Reals) -> Reals:
    """Returns the probability that the best candidate is right, for one row of features or many."""
    weights = np.array(head.weights)
    chances: Reals = 1.0 / (1.0 + np.exp(-np.clip(features @ weights[1:] + weights[0], -30.0, 30.0)))
    return chances


def fit_head(prior: Head, features: Reals, right: NDArray[np.bool_], weights: Reals, *, trust: float) -> Head:
    """Moves a prior head towards what held-out questions say (maximum a posteriori by Newton's method).

    Args:
        prior: Where to start, and what to stay near.
        features: One row per question.
        right: Whether the best candidate was right.
        weights: What each question counts.
        trust: How many questions the prior is worth.
    """
    inputs = np.hstack([np.ones((len(features), 1)), features])
    spread = np.maximum(inputs.std(axis=0), 0.1)
    spread[0] = 1.0
    precision = trust * spread**2
    start = np.array(prior.weights)
    now = start.copy()
    for _ in range(25):
        share = 1.0 / (1.0 + np.exp(-np.clip(inputs @ now, -30.0, 30.0)))
        slope = inputs.T @ (weights * (right - share)) - precision * (now - start)
        curve = (inputs * (weights * share * (1 - share))[:, None]).T @ inputs + np.diag(precision)
        step = np.linalg.solve(curve, slope)
        now = now + step
        if float(np.abs(step).max()) < 1e-8:
            break
    return Head(weights=tuple(round(float(w), 6) for w in now))


def choose_answer_at(confidence: Reals, right: NDArray[np.bool_], weights: Reals, *, max_wrong: float) -> float:
    """Returns the confidence from which on to answer.

    Questions held out are nearer to those that were kept than customers' are: one hand wrote them all. So the cut-off
    that they ask for counts for a quarter only. The rest is what has held on desks of all kinds: the least sure answer
    may be _RISKIEST times as risky as all together; with few questions to learn from, only what is next to certain is
    answered.
    """
    certain = 1.0 - (1.0 - _CERTAIN) * min(1.0, max_wrong / _USUAL_WRONG)
    usual = max(_UNLIKELY, 1.0 - _RISKIEST * max_wrong)
    target = certain + (usual - certain) * min(1.0, len(confidence) / _ENOUGH_QUESTIONS)
    if not len(confidence):
        return round(target, 6)
    own = _lowest_within(confidence, right, weights, max_wrong=max_wrong, certain=certain)
    return round(target + _OWN_COUNTS * (own - target), 6)


def _lowest_within(
    confidence: Reals, right: NDArray[np.bool_], weights: Reals, *, max_wrong: float, certain: float
) -> float:
    """Returns the lowest confidence from which on the share of wrong answers stays within bounds.

    The share is the observed one, shrunk towards what the confidences themselves promise (worth _PRIOR_ANSWERS
    answers), plus a part of its standard error: few questions mean a cautious cut-off, not a lucky one.
    """
    order = np.argsort(-confidence, kind="stable")
    sure, weight = confidence[order], weights[order]
    answers = np.cumsum(weight)
    effective = answers**2 / np.cumsum(weight**2)
    observed = np.cumsum(weight * ~right[order]) / answers
    promised = np.cumsum(weight * (1 - sure)) / answers
    share = (observed * effective + promised * _PRIOR_ANSWERS) / (effective + _PRIOR_ANSWERS)
    bound = share + _CAUTION * np.sqrt(share * (1 - share) / (effective + _PRIOR_ANSWERS))
    within = np.flatnonzero(bound <= max_wrong)
    return min(certain, float(sure[within[-1]])) if len(within) else certain
