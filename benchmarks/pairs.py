"""Two questions in one message, measured: `python -m benchmarks.pairs DATA`.

DATA is a folder of labelled questions (see `benchmarks.labelled`). One table says how often a message with one question
is taken for two; the other what becomes of two questions of different labels, joined in different ways. Prints tables
in Markdown.
"""

import argparse
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from benchmarks.labelled import OUTSIDE, Task, read_task
from benchmarks.matching import print_row
from benchmarks.methods import build
from kb.index import Index
from kb.search import Decision, search

JOINTS = ("? ", "\n", "? Also, ", " and ", ", ")
"""How two questions are joined."""
PAIRS = 1_000
_SEED = 1


def main() -> None:
    """Reads the arguments and prints both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--split", default="test", choices=("valid", "test"), help="which questions to ask")
    args = parser.parse_args()
    asked = [(task, build(task)) for task in _tasks(args.data, args.split)]
    print("\n### One question: how often a second one is offered\n")
    print_row("knowledge", "questions", "offered", "share")
    print_row("---", "--:", "--:", "--:")
    for task, index in asked:
        offered = sum(search(index, text, language=task.language).also is not None for text, _ in task.asked)
        print_row(task.name, f"{len(task.asked):,}", str(offered), f"{offered / len(task.asked):.2%}")
    print("\n### Two questions: what is answered and offered\n")
    print_row(
        "knowledge", "joined by", "one answered", "wrong answer", "both served", "wrong offer", "known both", "served"
    )
    print_row("---", "---", *("--:" for _ in range(6)))
    for task, index in asked:
        for joint in JOINTS:
            print_row(task.name, f"`{joint!r}`".replace("'", ""), *_serve(task, index, joint))


def _tasks(data: Path, split: str) -> list[Task]:
    """Knowledge bases of different kinds."""
    named = [
        read_task(data, "clinc150", "train_10", split, title="CLINC150 10-shot"),
        read_task(data, "banking77", "train_10", split, title="BANKING77 10-shot"),
    ]
    if split == "test":
        named.append(read_task(data, "hint3_sofmattress_v2", "train", split, title="HINT3 sofmattress v2"))
    return named


def _serve(task: Task, index: Index, joint: str) -> Sequence[str]:
    """Asks pairs of questions; "known both" are those of which each alone is answered rightly."""
    dice = random.Random(_SEED)
    inside = [row for row in task.asked if row[1] != OUTSIDE]
    alone = {text: search(index, text, language=task.language) for text, _ in inside}
    known = {
        text: alone[text].decision is Decision.ANSWER and alone[text].matches[0].id == label for text, label in inside
    }
    counted: Counter[str] = Counter()
    for _ in range(PAIRS):
        (one, first), (other, second) = dice.sample(inside, 2)
        if first == second:
            continue
        found = search(index, one.rstrip("?.! ") + joint + other, language=task.language)
        answer = found.matches[0].id if found.decision is Decision.ANSWER else None
        offer = found.also.match.id if found.also else None
        served = {answer, offer} == {first, second}
        both = known[one] and known[other]
        counted.update(
            asked=1,
            answered=answer in (first, second),
            wrong=answer is not None and answer not in (first, second),
            served=served,
            misled=offer is not None and offer not in (first, second),
            both=both,
            done=both and served,
        )
    shares = [counted[name] / counted["asked"] for name in ("answered", "wrong", "served", "misled", "both")]
    return [*(f"{share:.1%}" for share in shares), f"{counted['done'] / max(1, counted['both']):.1%} of them"]


if __name__ == "__main__":
    main()
