"""Figures of checking and loading content: 500 articles in six languages, 24,000 lines.

    python -m benchmarks.check [--articles 500] [--runs 5]

CPU seconds of this process on one core; of "one file changed" the median of the runs. Loading for `serve` is this same
check, without matching's own build. "One file changed" is what `check --watch` spends between a saved file and its
report: what did not change is kept.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from datetime import date

from adapters.keeping import keeping_everything
from bot.desk import check_folder
from config.findings import Finding
from config.source import DeskFolder, KnownFiles

LANGUAGES = ("en", "et", "ru", "da", "it", "lt")
TODAY = date(2026, 11, 21)
SUBJECTS = ("router", "invoice", "password", "contract", "television", "parcel", "account", "cable", "address", "card")
VERBS = ("change", "find", "order", "cancel", "move", "repair", "pay", "stop", "read", "compare")
PLACES = ("kitchen", "office", "garden", "garage", "school")
RUSSIAN = "Как это сделать"
DESK = f"""desk:
  name: Large
  languages: [{", ".join(LANGUAGES)}]
  default_language: en
"""


def make_folder(articles: int) -> DeskFolder:
    """A desk of so many articles, ten to a file."""
    content = {"config/desk.yml": DESK.encode()}
    for first in range(0, articles, 10):
        entries = "\n".join(_make_article(number) for number in range(first, min(first + 10, articles)))
        content[f"kb/articles/part-{first:05}.yml"] = f"articles:\n{entries}".encode()
    return DeskFolder(root="large", content=content)


def _make_article(number: int) -> str:
    verb, subject, place = VERBS[number % 10], SUBJECTS[number // 10 % 10], PLACES[number // 100 % 5]
    lines = [f"  - id: {verb}-{subject}-{number}", "    title:"]
    lines += [f"      {code}: {_say(code, f'{verb} the {subject} in the {place} {number}')}" for code in LANGUAGES]
    lines += ["    owner: somebody@large.example", "    review_by: 2028-01-01", "    questions:"]
    for code in LANGUAGES:
        lines.append(f"      {code}:")
        asked = (f"How do I {verb} it", f"{subject} {place} {number}", f"I want to {verb} my {subject}")
        lines += [f"        - {_say(code, f'{text} case {number}')}" for text in asked]
    lines.append("    answer:")
    for code in LANGUAGES:
        lines += [f"      {code}: |", f"        {_say(code, f'Open the page, press **{verb}** and wait {number} s.')}"]
    return "\n".join(lines) + "\n"


def _say(code: str, text: str) -> str:
    return f"{RUSSIAN} {text}" if code == "ru" else text if code == "en" else f"{code} {text}"


def measure(what: Callable[[], object], runs: int) -> float:
    """The median CPU seconds of some runs, each as the command does it."""
    spent = []
    for _ in range(runs):
        with keeping_everything():
            started = time.process_time()
            what()
            spent.append(time.process_time() - started)
    return statistics.median(spent)


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=500)
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    folder = make_folder(given.articles)
    lines = sum(data.count(b"\n") for data in folder.content.values())
    findings: list[Finding] = []
    whole = measure(lambda: findings.extend(check_folder(folder, today=TODAY).findings), 1)
    print(f"{given.articles} articles, {len(LANGUAGES)} languages, {lines:,} lines, {len(findings)} findings")
    print(f"check, everything       {whole:.2f} s CPU, with the built-in phrases read for the first time")
    known = KnownFiles()
    check_folder(folder, today=TODAY, known=known)
    changes = iter(range(1_000))

    def change_one() -> None:
        name = "kb/articles/part-00000.yml"
        text = folder.content[name].replace(
            b"- How do I change it case 0", f"- How is it changed {next(changes)}".encode()
        )
        check_folder(DeskFolder(root="large", content={**folder.content, name: text}), today=TODAY, known=known)

    print(f"check, one file changed {measure(change_one, given.runs):.2f} s CPU")


if __name__ == "__main__":
    main()
