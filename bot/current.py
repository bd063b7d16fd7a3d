"""The desk that is in force now. It is swapped whole; a Turn is decided on one desk from beginning to end."""

from bot.desk import Desk


class CurrentDesk:
    """Holds the last good desk and what is wrong with a newer one, if it was refused."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.problems: tuple[str, ...] = ()
        """Findings of the newest folder, one line each, while it is refused; empty when all is well."""
        self.changes = 0
        """How often either has changed: whoever was told of the same number has missed nothing in between."""

    def swap(self, desk: Desk) -> None:
        """Puts a new desk in force for everything decided from now on."""
        self.desk, self.problems = desk, ()
        self.changes += 1

    def refuse(self, problems: tuple[str, ...]) -> None:
        """Keeps the desk in force and remembers why the newer one is not."""
        self.problems = problems
        self.changes += 1
