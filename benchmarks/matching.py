"""How well and how fast answers are found: `python -m benchmarks.matching DATA`.

DATA is a folder of labelled questions (see `benchmarks.labelled`) with the sets clinc150, banking77,
hint3_sofmattress_v2 and tilde_askubuntu. Prints tables in Markdown; `--plot FILE` draws how cost grows with size.
"""

import argparse
import random
import resource
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from time import process_time

import numpy as np

from benchmarks.damage import damage
from benchmarks.growth import Growth, draw
from benchmarks.labelled import Task, figures, leave_out, read_task
from benchmarks.methods import METHODS, ask, build
from kb.index_file import dump_index, load_index

_SIZES = (1_000, 5_000, 15_000, 50_000, 100_000)
_ASKED_FOR_SPEED = 500
_ROUNDS = 8
_MOST_RATIOS = 15_000_000


def main() -> None:
    """Reads the arguments and prints what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--plot", type=Path, help="where to write the SVG of cost by size")
    parser.add_argument("--only", choices=("accuracy", "noise", "speed"), help="one part of it")
    args = parser.parse_args()
    if args.only in (None, "accuracy"):
        print_accuracy(args.data)
    if args.only in (None, "noise"):
        print_noise(args.data)
    if args.only in (None, "speed"):
        print_speed(args.data, args.plot)


def tasks(data: Path) -> list[Task]:
    """The splits that the goals name."""
    banking = read_task(data, "banking77", "train", "test")
    return [
        read_task(data, "clinc150", "train_10", "test", title="CLINC150 10-shot"),
        read_task(data, "banking77", "train_10", "test", title="BANKING77 10-shot"),
        read_task(data, "clinc150", "train", "test", title="CLINC150 full"),
        read_task(data, "banking77", "train_full", "test", title="BANKING77 full"),
        leave_out(banking, "BANKING77 without 27", 27),
        read_task(data, "hint3_sofmattress_v2", "train", "test", title="HINT3 sofmattress v2"),
        *(
            read_task(data, "tilde_askubuntu", "train", "test", language=language, title=f"AskUbuntu {language}")
            for language in ("en", "et", "lt", "lv", "ru")
        ),
    ]


def print_accuracy(data: Path) -> None:
    """Prints one table a task: every method, every figure."""
    columns = ("top1", "top3", "right", "wrong", "mcc", "auroc", "oos recall")
    for task in tasks(data):
        print(f"\n### {task.name}: {len(task.known)} sentences, {len(task.asked)} questions\n")
        print_row("method", *columns)
        print_row("---", *("--:" for _ in columns))
        for name, method in METHODS.items():
            put = thin(task, _MOST_RATIOS // len(task.known)) if name.startswith("rapidfuzz") else task
            found = figures(put, method(put))
            print_row(name, *(f"{found[column]:.3f}" if column in found else "" for column in columns))


def print_noise(data: Path) -> None:
    """Prints the best entry's accuracy by the share of long words that are damaged."""
    shares = (0.0, 0.2, 0.4, 0.6, 0.8)
    print("\n### Typing mistakes: top1 by share of damaged words\n")
    print_row("task", "method", *(f"{share:.0%}" for share in shares))
    print_row("---", "---", *("--:" for _ in shares))
    for task in tasks(data)[:2]:
        for name, method in METHODS.items():
            if name.startswith("rapidfuzz"):
                continue
            tops = [figures(task, method(damage(task, share)))["top1"] for share in shares]
            print_row(task.name, name, *(f"{top:.3f}" for top in tops))


def print_speed(data: Path, plot: Path | None) -> None:
    """Prints what building and asking cost by the number of phrasings, in one thread.

    Seconds are of the processor. Of milliseconds, too short for its clock, the best of several rounds counts.
    """
    whole = read_task(data, "clinc150", "train", "test")
    print("\n### Cost by size\n")
    print_row("phrasings", "build s", "one change s", "p50 ms", "p99 ms", "index MB", "read back s", "peak MB")
    print_row(*("--:" for _ in range(8)))
    grown: list[Growth] = []
    for size in _SIZES:
        task = grow(whole, size)
        start = process_time()
        index = build(task)
        built = process_time() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        start = process_time()
        build(change(task), previous=index)
        changed = process_time() - start
        rounds: list[list[float]] = [[] for _ in range(_ROUNDS)]
        for times in rounds:
            ask(index, task, times)
        kept = dump_index(index)
        start = process_time()
        load_index(kept)
        read = process_time() - start
        p50, p99 = (float(value) for value in np.percentile(np.min(rounds, axis=0), (50, 99)))
        grown.append(Growth(size=size, p50=p50, p99=p99, build=built))
        print_row(
            f"{size:,}",
            f"{built:.1f}",
            f"{changed:.2f}",
            f"{p50:.2f}",
            f"{p99:.2f}",
            f"{len(kept) / 1e6:.0f}",
            f"{read:.2f}",
            f"{peak:.0f}",
        )
    if plot:
        plot.write_text(draw(grown), encoding="utf-8")


def thin(task: Task, most: int) -> Task:
    """A task with at most so many of its questions, evenly spread: a ratio with every sentence takes its time."""
    step = max(1, -(-len(task.asked) // most))
    return Task(name=task.name, language=task.language, known=task.known, asked=task.asked[::step])


def change(task: Task) -> Task:
    """A task in which somebody has worded one sentence anew."""
    (text, label), *others = task.known
    return replace(task, known=((f"{text} or thereabouts", label), *others))


def grow(task: Task, size: int) -> Task:
    """A task of so many sentences: some of the known ones, or new ones put together from halves under one label."""
    dice = random.Random(1)
    known = list(task.known)
    if size <= len(known):
        known = known[:: len(known) // size][:size]
    halves: dict[str, list[str]] = {}
    for text, label in task.known:
        halves.setdefault(label, []).append(text)
    seen = {text for text, _ in known}
    while len(known) < size:
        label = dice.choice(task.known)[1]
        first, second = (dice.choice(halves[label]).split() for _ in range(2))
        text = " ".join(first[: len(first) // 2] + second[len(second) // 2 :])
        if text not in seen:
            seen.add(text)
            known.append((text, label))
    return Task(name=task.name, language=task.language, known=tuple(known), asked=task.asked[:_ASKED_FOR_SPEED])


def print_row(*cells: str | Sequence[str]) -> None:
    """Prints one row of a Markdown table."""
    print("| " + " | ".join(str(cell) for cell in cells) + " |")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
