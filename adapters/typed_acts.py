"""What agents can type in a thread or topic: the word, the act it stands for, and how the rest of the line is read.

Pure, and the same on every platform; which sign a line begins with is the channel's.
"""

from collections.abc import Callable, Mapping


def read_typed_act(word: str, rest: str) -> tuple[str, dict[str, str]] | None:
    """The act and its arguments; None if the word is no known command.

    Args:
        word: What follows the sign, in small letters.
        rest: The rest of the line.
    """
    if word not in _ACTS:
        return None
    act, read = _ACTS[word]
    return act, dict(read(rest))


def read_card_act(name: str, number: str) -> dict[str, str]:
    """The arguments of a card's button: what its number names, where the act is not about the case as a whole."""
    return {_NUMBERED[name]: number} if name in _NUMBERED else {}


def _nothing(_: str) -> Mapping[str, str]:
    return {}


def _words(name: str) -> Callable[[str], Mapping[str, str]]:
    return lambda rest: {name: rest}


def _team_and_reason(rest: str) -> Mapping[str, str]:
    team, _, reason = rest.partition(" ")
    return {"team": team, "reason": reason.strip()}


_ACTS: Mapping[str, tuple[str, Callable[[str], Mapping[str, str]]]] = {
    "claim": ("claim", _nothing),
    "release": ("release", _nothing),
    "bot": ("bot", _nothing),
    "resolve": ("resolve", _nothing),
    "reopen": ("reopen", _nothing),
    "note": ("note", _words("text")),
    "transfer": ("transfer", _team_and_reason),
    "take_over": ("take_over", _words("reason")),
    "priority": ("priority", _words("priority")),
    "approve": ("approve", _nothing),
    "deny": ("deny", _words("reason")),
    "article": ("article", _words("id")),
    "r": ("reply", _words("shortcut")),
}
_NUMBERED = {"send": "message", "again": "delivery", "arrived": "delivery"}
