"""Lets tests choose where the process ends, what time it is and how fast it writes to platforms.

Called by whoever starts a server. Without `FIRSTLINE_TEST_HOOKS=1` in the environment it does nothing, whatever
else stands there.
"""

import os
import signal
from collections.abc import Mapping
from datetime import timedelta

from bot.crashpoint import arm


def arm_crash_point(environment: Mapping[str, str]) -> None:
    """Reads `CRASH_AT=name` or `CRASH_AT=name:passes` and arms that point with `kill -9`."""
    if _are_on(environment) and environment.get("CRASH_AT"):
        point, _, passes = environment["CRASH_AT"].partition(":")
        arm(point, int(passes or 0), lambda: os.kill(os.getpid(), signal.SIGKILL))


def read_clock_lead(environment: Mapping[str, str]) -> timedelta:
    """How far the server's clock is to go ahead: `CLOCK_AHEAD` in hours."""
    return timedelta(hours=float(environment.get("CLOCK_AHEAD") or 0)) if _are_on(environment) else timedelta()


def read_speed(environment: Mapping[str, str]) -> float:
    """How many times faster than they allow platforms are to be written to: `PACE`. Fakes are in no hurry."""
    return float(environment.get("PACE") or 1) if _are_on(environment) else 1.0


def _are_on(environment: Mapping[str, str]) -> bool:
    return environment.get("FIRSTLINE_TEST_HOOKS") == "1"
