"""Lets the crash tests choose where the process ends. Called once by whoever starts a server.

Without `FIRSTLINE_TEST_HOOKS=1` in the environment it does nothing, whatever else stands there.
"""

import os
import signal
from collections.abc import Mapping

from bot.crashpoint import arm


def arm_crash_point(environment: Mapping[str, str]) -> None:
    """Reads `CRASH_AT=name` or `CRASH_AT=name:passes` and arms that point with `kill -9`."""
    if environment.get("FIRSTLINE_TEST_HOOKS") == "1" and environment.get("CRASH_AT"):
        point, _, passes = environment["CRASH_AT"].partition(":")
        arm(point, int(passes or 0), lambda: os.kill(os.getpid(), signal.SIGKILL))
