"""The one root of all errors that firstline raises itself.

Exact classes live beside the code that raises them; findings about content are not errors but `config.findings`.
"""


class FirstlineError(Exception):
    """Something went wrong in firstline."""

    def __init__(self, message: str | None = None) -> None:
        """Takes the message, or the first line of the class's docstring."""
        super().__init__(message or (type(self).__doc__ or "").strip().splitlines()[0])
