"""How long a KB editor waits until a changed question is in force on a running server.

    python -m benchmarks.edit DATA [--times 5]

DATA holds labelled questions as `benchmarks.labelled` reads them; the desk is made of CLINC150's 15,000 sentences. Each
time its first question is worded anew, and the clock runs from the saved file until the server says in its log that the
desk is in force. Between two changes the desk is given the time to settle, so each change meets a desk that has learnt
everything.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.progress import track

from benchmarks.labelled import Task, read_task
from benchmarks.server import Server, start


def write_desk(task: Task, folder: Path, first: str) -> None:
    """Writes a desk of one file of articles, an article for each label, whose first question can be chosen."""
    questions: dict[str, list[str]] = {}
    for text, label in task.known:
        questions.setdefault(label, []).append(text)
    next(iter(questions.values()))[0] = first
    lines = ["articles:"]
    for label, texts in questions.items():
        lines += [f"  - id: {label.replace('_', '-')}", f"    title: {json.dumps(texts[0])}", "    questions:"]
        lines += [f"      - {json.dumps(text)}" for text in texts]
        lines += ["    answer: This is the answer."]
    articles = folder / "kb" / "articles" / "all.yml"
    articles.parent.mkdir(parents=True, exist_ok=True)
    articles.write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "config").mkdir(exist_ok=True)
    (folder / "config" / "desk.yml").write_text(
        "desk: {name: Bench, languages: [en], default_language: en}\n", encoding="utf-8"
    )


def wait_for(server: Server, event: str) -> None:
    """Reads the log up to the first line about an event."""
    if server.process.stderr is None:
        raise RuntimeError("the server has no log")
    if not any(event.encode() in line for line in server.process.stderr):
        raise RuntimeError(f"the server ended before it logged {event}")


def main() -> None:
    """Measures and prints one line."""
    parser = argparse.ArgumentParser(description="How long until a changed question is in force.")
    parser.add_argument("data", type=Path, help="the folder of the data sets")
    parser.add_argument("--times", type=int, default=5)
    args = parser.parse_args()
    task = read_task(args.data, "clinc150", "train", "test")
    with tempfile.TemporaryDirectory() as folder:
        desk = Path(folder, "desk")
        write_desk(task, desk, "how do I begin")
        server = start(desk, Path(folder, "data"), log=subprocess.PIPE)
        seconds, processor = [], []
        for number in track(range(args.times), "Editing", disable=not sys.stderr.isatty()):
            began, used = time.perf_counter(), server.processor_seconds()
            write_desk(task, desk, f"how do I begin number {number}")
            wait_for(server, "desk_reloaded")
            seconds.append(time.perf_counter() - began)
            processor.append(server.processor_seconds() - used)
            wait_for(server, "desk_settled")
        server.stop()
    seconds.sort()
    print(f"{len(task.known)} phrasings, {args.times} changes")
    least, middle, most = seconds[0], seconds[len(seconds) // 2], seconds[-1]
    print(f"in force after    {least:.2f} / {middle:.2f} / {most:.2f} s (least, middle, most)")
    print(f"of the processor  {sum(processor) / len(processor):.2f} s (mean)")


if __name__ == "__main__":
    main()
