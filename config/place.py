"""Where something stands in a content file."""

from typing import NamedTuple


class Position(NamedTuple):
    """One character of a file. Positions sort by file, line and column."""

    file: str
    """Path of the file inside its desk folder."""
    line: int
    """Counted from 1."""
    column: int
    """Counted from 1, in characters."""

    def __str__(self) -> str:
        """As editors and terminals link it."""
        return f"{self.file}:{self.line}:{self.column}"


NOWHERE = Position("", 0, 0)
"""The place of what no file holds, for example a default."""
