"""Whether a value can be the answer to a question: its type, its limits, its pattern. Pure.

Called when an answer has been read, when a value is known already, and after a reload.
"""

from datetime import date

from kb.flows.model import Ask, AskType

MAX_LENGTH = 1000
"""Characters of a text if the question does not say."""


def fits_question(asks: Ask, value: object) -> bool:
    """Whether a value fits the type and limits of a question; its `check` is not looked at."""
    match asks.takes:
        case AskType.CHOICE:
            return any(choice.value == value for choice in asks.choices)
        case AskType.NUMBER:
            return isinstance(value, (int, float)) and not isinstance(value, bool) and _is_between(asks, value)
        case AskType.YES_NO:
            return isinstance(value, bool)
        case AskType.DATE:
            return isinstance(value, date)
        case AskType.DONE:
            return value is True
        case AskType.TEXT | AskType.EMAIL | AskType.PHONE | AskType.FILE:
            return isinstance(value, str) and bool(value) and _is_well_formed(asks, value)


def _is_between(asks: Ask, value: float) -> bool:
    return (asks.min is None or value >= asks.min) and (asks.max is None or value <= asks.max)


def _is_well_formed(asks: Ask, value: str) -> bool:
    if asks.takes is AskType.FILE:
        return True
    longest = asks.max_length or MAX_LENGTH
    return len(value) <= longest and (asks.pattern is None or asks.pattern.fits(value))
