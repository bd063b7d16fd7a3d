"""How fast flows are: one move, the walk through every way, and whole conversations through the engine in memory.

    python -m benchmarks.flows [--talks 2000] [--seed 1]

Measured are the 99th percentile of `advance` in a flow of 200 steps, the walk of 200 questions with six choices each,
and random conversations a minute on one core: a customer of the example desk starts a flow and answers, presses, asks
something else, corrects himself or wants a person, until it ends. All figures are time on the processor;
the first pass through the long flow, which compiles each of its texts, is told apart. Prints one JSON object.
"""

import argparse
import json
import random
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

from adapters.desk_folder import read_folder
from bot.desk import Desk, build_desk, check_folder
from bot.play import Play
from config.source import DeskFolder
from kb.flows.moves import Answered, Known
from kb.flows.program import Program
from kb.flows.run import advance, start
from kb.flows.walk import walk

STEPS, CHOICES = 200, 6
MOST_LINES = 30
"""A talk that has not ended by then is left."""
MOMENT = datetime(2026, 11, 23, 8, tzinfo=UTC)
EXAMPLE = Path(__file__).parent.parent / "config" / "templates" / "isp"
WORDS = ("when are you open?", "no, the other one", "why?", "zebra", "2", "1", "done", "yes", "no", "thanks", "stop")
"""What customers type when they press nothing."""


def build_long() -> Program:
    """A flow of 200 questions with six choices each, every second with a condition before it."""
    choices = ", ".join(f"{{value: v{number}, label: Choice {number}}}" for number in range(CHOICES))
    steps = "".join(
        f"      - {{ask: q{number}, text: 'Question {number}, {{{{ language }}}}?', choices: [{choices}]}}\n"
        f"      - {{if: q{number} == 'v1', then: [{{tag: [t{number}]}}]}}\n"
        for number in range(STEPS)
    )
    flow = f"flows:\n  - id: long\n    title: Long\n    starts_when: [begin]\n    steps:\n{steps}      - end: solved\n"
    content = {
        "config/desk.yml": b"desk: {name: Long, languages: [en], default_language: en}",
        "kb/flows/long.yml": flow.encode(),
    }
    return build(DeskFolder(root="long", content=content)).programs["long"]


def build(folder: DeskFolder) -> Desk:
    """The desk of a folder without errors."""
    checked = check_folder(folder, today=date(2026, 11, 23))
    if checked.content is None:
        raise SystemExit("\n".join(str(finding) for finding in checked.findings))
    return build_desk(checked.content)


def measure_moves(program: Program, runs: int, seed: int) -> list[float]:
    """Seconds on the processor of each `advance`, through the whole flow with random answers."""
    chance, taken = random.Random(seed), []
    known = Known(values={"language": "en"}, language="en", default_language="en")
    programs = {"long": program}
    for _ in range(runs):
        found = start(programs, "long", known)
        while found.position is not None:
            move = Answered(f"v{chance.randrange(CHOICES)}")
            began = time.thread_time()
            found = advance(found.position, move, programs, known)
            taken.append(time.thread_time() - began)
    return taken


def talk_at_random(desk: Desk, chance: random.Random) -> int:
    """One random conversation about a flow; returns how many Turns it took."""
    talk = Play(desk, MOMENT, language=chance.choice(desk.languages))
    flow = desk.flows[chance.choice(list(desk.flows))]
    _, sentences = flow.starts_when.choose(chance.choice(desk.languages), desk.default_language)
    talk.say(chance.choice(sentences).text)
    for _ in range(MOST_LINES):
        running = talk.conversation.flow if talk.conversation else None
        if running is None or running.left_at is not None:
            break
        if talk.buttons and chance.random() < 0.8:
            talk.press(chance.choice(talk.buttons))
        else:
            talk.say("i want to talk to a human" if chance.random() < 0.05 else chance.choice(WORDS))
    return len(talk.turns)


def main() -> int:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description="Measures flows.")
    parser.add_argument("--talks", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    program = build_long()
    first = sorted(measure_moves(program, 1, given.seed))
    moves = sorted(measure_moves(program, 10, given.seed))
    began = time.process_time()
    walk({"long": program}, "long")
    walked = time.process_time() - began
    desk, chance = build(read_folder(EXAMPLE)), random.Random(given.seed)
    talk_at_random(desk, chance)
    began = time.process_time()
    turns = sum(talk_at_random(desk, chance) for _ in range(given.talks))
    seconds = time.process_time() - began
    found = {
        "moves": len(moves),
        "advance_median_ms": round(moves[len(moves) // 2] * 1000, 3),
        "advance_p99_ms": round(moves[int(len(moves) * 0.99)] * 1000, 3),
        "first_pass_p99_ms": round(first[int(len(first) * 0.99)] * 1000, 3),
        "walk_seconds": round(walked, 3),
        "talks": given.talks,
        "turns": turns,
        "cpu_seconds": round(seconds, 1),
        "talks_a_minute": round(given.talks / seconds * 60),
        "turns_a_second": round(turns / seconds),
        "seed": given.seed,
    }
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
