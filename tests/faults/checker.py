"""Judges a crash run from what is left of it: a pure program that shares no code with what it judges.

    python -m tests.faults.checker HISTORY.jsonl DATABASE.db [POSTS.jsonl]

The history is what the customers saw: what they wrote, in which order, and what was acknowledged. The transcripts in
the database, and the posts where a platform was written to, must show every acknowledged message and its answer
exactly once and in order. Only a post that the database marks as doubtful may stand on the platform twice. Prints one
JSON object and ends with 1 if anything is lost, doubled or out of order.
"""

import json
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

Lines = Mapping[str, Sequence[str]]
"""What can be read, in order, by the customer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is wrong; all zeros if nothing is."""

    messages: int
    """Acknowledged ones."""
    lost: int
    """Acknowledged messages that stand nowhere."""
    doubled: int
    """Messages that stand there more than once."""
    unanswered: int
    answered_twice: int
    """Answers that stand there twice although nobody was in doubt about them."""
    marked: int
    """Answers that stand there twice and are marked so."""
    inverted: int
    """Customers whose messages or answers are out of order."""

    @property
    def is_good(self) -> bool:
        """Whether every promise was kept."""
        return not (self.lost or self.doubled or self.unanswered or self.answered_twice or self.inverted)


def judge(history: Iterable[Mapping[str, Any]], said: Lines, answered: Lines, doubtful: Lines | None = None) -> Verdict:
    """Compares what customers saw with what is left.

    Args:
        history: Lines `{"what": "wrote", "customer", "id", "expects"}` in the order they were written, and
            `{"what": "acked", "id"}`.
        said: Ids of the customers' messages as they stand in the transcripts.
        answered: Texts that stand in the transcripts or on the platform; others than expected ones do not matter.
        doubtful: Texts that may stand there once more than they should, and are marked so.
    """
    wrote: dict[str, list[tuple[str, str]]] = {}
    acked = set()
    for line in history:
        if line["what"] == "wrote":
            wrote.setdefault(line["customer"], []).append((line["id"], line["expects"]))
        else:
            acked.add(line["id"])
    counts: Counter[str] = Counter()
    for customer, messages in wrote.items():
        kept = [message for message in messages if message[0] in acked]
        ids, expected = [id_ for id_, _ in kept], [answer for _, answer in kept]
        _compare(ids, said.get(customer, ()), counts, "lost", "doubled")
        marks = Counter((doubtful or {}).get(customer, ()))
        _compare(expected, answered.get(customer, ()), counts, "unanswered", "answered_twice", marks)
        counts["messages"] += len(kept)
    return Verdict(
        messages=counts["messages"],
        lost=counts["lost"],
        doubled=counts["doubled"],
        unanswered=counts["unanswered"],
        answered_twice=counts["answered_twice"],
        marked=counts["marked"],
        inverted=counts["inverted"],
    )


def _compare(
    expected: Sequence[str],
    found: Sequence[str],
    counts: Counter[str],
    missing: str,
    doubled: str,
    marks: Mapping[str, int] | None = None,
) -> None:
    """Counts what is missing, what is too many, and whether the rest is in order."""
    wanted, there = Counter(expected), Counter(found)
    counts[missing] += sum((wanted - there).values())
    for each in wanted:
        too_many = max(0, there[each] - wanted[each])
        excused = min(too_many, (marks or {}).get(each, 0))
        counts[doubled] += too_many - excused
        counts["marked"] += excused
    order = list(dict.fromkeys(each for each in found if each in wanted))
    counts["inverted"] += order != [each for each in dict.fromkeys(expected) if each in there]


def read_transcripts(database: Path) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Ids of the customers' messages, and all texts, in order by the customer, out of a database."""
    conn = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    said: dict[str, list[str]] = {}
    texts: dict[str, list[str]] = {}
    rows = conn.execute(
        "SELECT lane, kind, text, external_id FROM message JOIN conversation ON conversation.id = message.conversation"
        " ORDER BY conversation.number, message.number"
    )
    for lane, kind, text, external_id in rows:
        customer = lane.split(":")[2]
        if kind == "customer":
            said.setdefault(customer, []).append(external_id)
        else:
            texts.setdefault(customer, []).append(text)
    conn.close()
    return said, texts


def read_doubtful(database: Path) -> dict[str, list[str]]:
    """Texts that are marked as sent perhaps twice, by the customer; once more for each time there was a doubt."""
    conn = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    doubtful: dict[str, list[str]] = {}
    rows = conn.execute(
        "SELECT lane, text, attempt - 1 FROM delivery JOIN conversation ON conversation.id = delivery.conversation"
        " JOIN message ON message.conversation = delivery.conversation AND message.number = delivery.number"
        " JOIN place ON place.conversation = delivery.conversation AND place.id = delivery.place"
        " WHERE doubtful AND role = 'customer'"
    )
    for lane, text, times in rows:
        doubtful.setdefault(lane.split(":")[2], []).extend([text] * times)
    conn.close()
    return doubtful


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The lines of a JSONL file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def check(history: Path, database: Path, posts: Path | None = None) -> list[Verdict]:
    """The verdict on the transcripts, and on what stands on the platform if there is one."""
    lines = read_lines(history)
    said, texts = read_transcripts(database)
    verdicts = [judge(lines, said, texts)]
    if posts is not None:
        shown: dict[str, list[str]] = {}
        for post in read_lines(posts):
            shown.setdefault(post["chat"], []).append(post["text"])
        verdicts.append(judge(lines, said, shown, read_doubtful(database)))
    return verdicts


def main(arguments: Sequence[str]) -> int:
    """Judges the files that are named."""
    verdicts = check(*(Path(argument) for argument in arguments))
    sys.stdout.write(json.dumps([asdict(verdict) for verdict in verdicts]) + "\n")
    return 0 if all(verdict.is_good for verdict in verdicts) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
