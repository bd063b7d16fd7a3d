"""Typing mistakes made on purpose, the same ones in every run. Called by `benchmarks.matching`."""

import random

from benchmarks.labelled import Task

_SHORTEST = 4


def damage(task: Task, share: float, *, seed: int = 1) -> Task:
    """Damages a share of the questions' words of four letters or more by one slip each."""
    dice = random.Random(seed)
    asked = tuple(
        (" ".join(_slip(word, dice) if dice.random() < share else word for word in text.split()), label)
        for text, label in task.asked
    )
    return Task(name=task.name, language=task.language, known=task.known, asked=asked)


def _slip(word: str, dice: random.Random) -> str:
    """Swaps, drops, doubles or replaces one letter, never the first."""
    if len(word) < _SHORTEST:
        return word
    place = dice.randrange(1, len(word) - 1)
    kind = dice.randrange(4)
    if kind == 0:
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    if kind == 1:
        return word[:place] + word[place + 1 :]
    if kind == 2:
        return word[: place + 1] + word[place:]
    return word[:place] + dice.choice("abcdefghijklmnopqrstuvwxyz") + word[place + 1 :]
