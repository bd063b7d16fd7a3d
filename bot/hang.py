"""Ends the process when a decision hangs, with the stack on stderr; whoever manages the service starts it again.

A timer of the C library does it, so that it fires even while the interpreter is stuck. Setting it costs a system
thread each time, too much for every decision; so a heart beats once a second, and sets it anew as long as the decision
under way is not the one it saw before.
"""

import faulthandler
import threading
from collections.abc import Iterator
from contextlib import contextmanager

HANG_SECONDS = 5.0
"""A decision that takes longer never ends; it is found out up to a heartbeat later."""
HEARTBEAT = 1.0


class HangGuard:
    """Watches decisions, one at a time."""

    def __init__(self) -> None:
        self._decision = 0
        """Counts up with every beginning and every end, so it is odd while one is under way."""
        self._stopped = threading.Event()
        self._heart = threading.Thread(target=self._beat, name="hang-guard", daemon=True)

    def start(self) -> None:
        """Begins to watch."""
        self._heart.start()

    def stop(self) -> None:
        """Watches no more; nothing will end the process."""
        self._stopped.set()
        self._heart.join()
        faulthandler.cancel_dump_traceback_later()

    @contextmanager
    def watch(self) -> Iterator[None]:
        """Watches the decision made inside."""
        self._decision += 1
        try:
            yield
        finally:
            self._decision += 1

    def _beat(self) -> None:
        seen = 0
        while not self._stopped.wait(HEARTBEAT):
            now = self._decision
            if now != seen or now % 2 == 0:
                faulthandler.dump_traceback_later(HANG_SECONDS, exit=True, file=2)
            seen = now
