"""What came from outside, made fit to be stored: no database keeps NUL and halves of characters. Pure."""

import re
from typing import Any

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable_text(text: str) -> str:
    """The same text, with U+FFFD for what cannot be kept."""
    return _UNSTORABLE.sub("\ufffd", text)


def storable(value: Any) -> Any:  # noqa: ANN401 -- any JSON
    """The same JSON, names and all, with U+FFFD for what cannot be kept."""
    match value:
        case str():
            return storable_text(value)
        case dict():
            return {storable(key): storable(item) for key, item in value.items()}
        case list():
            return [storable(item) for item in value]
    return value
