"""Every figure of `docs/figures.md`, one program after the other: `make bench`. Takes about half an hour.

Each is a program of its own with arguments of its own (`python -m benchmarks.server --help`). The figures of matching
need labelled questions, which are not part of the project: `make bench-matching DATA=folder`.
"""

import subprocess
import sys

PROGRAMS = ("server", "channels", "check", "flows", "search", "crash")


def main() -> int:
    """Runs them all, even if one fails.

    Returns:
        1 if one has failed, else 0.
    """
    failed = False
    for name in PROGRAMS:
        print(f"\n{name}: python -m benchmarks.{name}", flush=True)
        failed |= subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode != 0
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
