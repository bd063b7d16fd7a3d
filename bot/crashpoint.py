"""Named points at which a test may end the process, to prove that nothing is lost there.

Nothing is armed unless `adapters.testhooks` does it at start; then `reached` ends the process at the chosen point.
Worker, sender, storage and web call `reached`.
"""

from collections.abc import Callable


class _Armed:
    """The one point chosen for this process, how often it is passed unharmed, and how the end is brought about."""

    point = ""
    passes = 0
    end: Callable[[], None] = staticmethod(lambda: None)


def arm(point: str, passes: int, end: Callable[[], None]) -> None:
    """Chooses the point; `end` is called when it has been reached and passed so many times."""
    _Armed.point, _Armed.passes, _Armed.end = point, passes, staticmethod(end)


def reached(point: str) -> None:
    """Says that the work has come this far."""
    if point != _Armed.point:
        return
    if _Armed.passes <= 0:
        _Armed.end()
    _Armed.passes -= 1
