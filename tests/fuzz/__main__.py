"""Looks for bytes that break a target: `python -m tests.fuzz TARGET [options of libFuzzer]`, coverage is the guide.

Without a target it prints their names. What breaks one is written beside its seeds, to be mended and committed.
"""

import sys
import tempfile
from pathlib import Path

import atheris

SEEDS = Path(__file__).parent / "seeds"


def main(name: str, options: list[str]) -> None:
    """Fuzzes one target until its time is up or something breaks."""
    with atheris.instrument_imports(include=["config", "kb", "bot", "escalation", "adapters", "jinja2", "markdown_it"]):
        from tests.fuzz.targets import TARGETS  # noqa: PLC0415 -- what is imported here reports its coverage
    with tempfile.TemporaryDirectory() as found:
        folders = [found, str(SEEDS / name)]
        atheris.Setup([sys.argv[0], f"-artifact_prefix={SEEDS / name}/found-", *options, *folders], TARGETS[name])
        atheris.Fuzz()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(sys.argv[1], sys.argv[2:])
    else:
        print(*(folder.name for folder in sorted(SEEDS.iterdir())))  # noqa: T201 -- for the Makefile
