"""Labelled questions: reading them, making a desk of them, and the figures that say how well a method does.

A data set is a folder with `data.jsonl`: one JSON object a line with `text`, `label` ("oos" = no article fits), `split`
and `lang`. A sentence that stands under two labels keeps its first. Called by `benchmarks.matching`.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

OUTSIDE = "oos"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A knowledge base and the questions put to it."""

    name: str
    """As it stands in the table."""
    language: str
    """Of all its sentences."""
    known: tuple[tuple[str, str], ...]
    """Sentences with their labels: the knowledge base."""
    asked: tuple[tuple[str, str], ...]
    """Questions with their labels, or OUTSIDE."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a method says to one question."""

    ranked: tuple[str, ...]
    """Labels, best first."""
    confidence: float
    """In the best; only its order matters."""
    answered: bool = True
    """Whether it was given outright."""


def read_task(data: Path, name: str, train: str, test: str, *, language: str = "en", title: str = "") -> Task:
    """Reads one split of a data set as a knowledge base and another as questions."""
    lines = (data / name / "data.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [row for row in map(json.loads, filter(str.strip, lines)) if row["lang"] == language]
    known: dict[str, tuple[str, str]] = {}
    for row in rows:
        text = " ".join(row["text"].split())
        if row["split"] == train and row["label"] != OUTSIDE and text:
            known.setdefault(text.casefold(), (text, row["label"]))
    labels = {label for _, label in known.values()} | {OUTSIDE}
    asked = [(r["text"], r["label"]) for r in rows if r["split"] == test and r["label"] in labels and r["text"].strip()]
    return Task(name=title or name, language=language, known=tuple(known.values()), asked=tuple(asked))


def leave_out(task: Task, name: str, count: int) -> Task:
    """Takes so many labels out of the knowledge base; their questions are now answered by no article."""
    labels = sorted({label for _, label in task.known})
    step = len(labels) // count
    gone = set(labels[::step][:count])
    return Task(
        name=name,
        language=task.language,
        known=tuple(row for row in task.known if row[1] not in gone),
        asked=tuple((text, OUTSIDE if label in gone else label) for text, label in task.asked),
    )


def figures(task: Task, answers: Sequence[Answer]) -> dict[str, float]:
    """Computes the shares that the table shows, 0 to 1; those that a task cannot have are left out.

    "mcc" is the multi-class Matthews correlation (Gorodkin 2004), a question not answered counting as OUTSIDE;
    "oos recall" is measured at the threshold that costs two points of in-scope accuracy (Larson 2019).
    """
    inside = [(answer, label) for answer, (_, label) in zip(answers, task.asked, strict=True) if label != OUTSIDE]
    outside = [answer for answer, (_, label) in zip(answers, task.asked, strict=True) if label == OUTSIDE]
    hits = [answer.ranked[:1] == (label,) for answer, label in inside]
    right = sum(hit and answer.answered for hit, (answer, _) in zip(hits, inside, strict=True))
    given = sum(answer.answered for answer in answers)
    found = {
        "top1": sum(hits) / len(inside),
        "top3": sum(label in answer.ranked[:3] for answer, label in inside) / len(inside),
        "right": right / len(inside),
        "wrong": (given - right) / given if given else 0.0,
        "mcc": _matthews(task, answers),
    }
    if outside:
        sure = [answer.confidence for answer in outside]
        found["auroc"] = _auroc([answer.confidence for answer, _ in inside], sure)
        kept = sorted((a.confidence for a, hit in zip((a for a, _ in inside), hits, strict=True) if hit), reverse=True)
        last = max(0, min(len(kept), int(sum(hits) - 0.02 * len(inside) + 0.999)) - 1)
        found["oos recall"] = sum(value < kept[last] for value in sure) / len(sure)
    return found


def _matthews(task: Task, answers: Sequence[Answer]) -> float:
    truth = [label for _, label in task.asked]
    guess = [answer.ranked[0] if answer.answered and answer.ranked else OUTSIDE for answer in answers]
    size, correct = len(truth), sum(t == g for t, g in zip(truth, guess, strict=True))
    labels = set(truth) | set(guess)
    asked = [truth.count(label) for label in labels]
    given = [guess.count(label) for label in labels]
    above = correct * size - sum(a * g for a, g in zip(asked, given, strict=True))
    below = float((size**2 - sum(g * g for g in given)) * (size**2 - sum(a * a for a in asked))) ** 0.5
    return above / below if below else 0.0


def _auroc(inside: Sequence[float], outside: Sequence[float]) -> float:
    """Returns the chance that a question inside has more confidence than one outside, ties counting half."""
    ranked = sorted([(value, 1) for value in inside] + [(value, 0) for value in outside])
    total, place = 0.0, 0
    while place < len(ranked):
        end = place
        while end < len(ranked) and ranked[end][0] == ranked[place][0]:
            end += 1
        total += (place + end + 1) / 2 * sum(kind for _, kind in ranked[place:end])
        place = end
    return (total - len(inside) * (len(inside) + 1) / 2) / (len(inside) * len(outside))
