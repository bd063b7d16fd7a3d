"""Makes names that come from outside harmless: of people, and of their files.

Every channel shows such names, and a name is a handy place for a text that turns the line around, breaks it or
never ends. What a person *writes* is left as it is; only names are cleaned.
"""

import unicodedata
from pathlib import PurePosixPath

LONGEST_NAME = 80

_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}
"""Names that some systems take for a device, whatever their ending."""


def clean_name(name: str) -> str:
    """Removes control, format and surrogate characters (so also turned text) and cuts to 80 characters."""
    kept = (" " if char.isspace() else char for char in name[: LONGEST_NAME * 4] if not _is_hidden(char))
    return " ".join("".join(kept).split())[:LONGEST_NAME].strip()


def clean_file_name(name: str, ending: str) -> str:
    """Makes a name that a person may save a file under.

    Args:
        name: As the sender gave it, possibly with folders or nothing at all.
        ending: What the content really is, for example `png`; the name gets it unless it has it.
    """
    last = PurePosixPath(clean_name(name).replace("\\", "/")).name.strip(". ")
    safe = "".join("_" if char in '<>:"/|?*%' else char for char in last) or "file"
    stem, dot, given = safe.rpartition(".")
    if dot and given.lower() in _same_endings(ending):
        ending = given.lower()
    else:
        stem = safe
    if stem.split(".")[0].lower() in _RESERVED:
        stem = f"_{stem}"
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"


def _same_endings(ending: str) -> frozenset[str]:
    for alike in (frozenset({"jpg", "jpeg"}), frozenset({"txt", "log", "csv", "md"})):
        if ending in alike:
            return alike
    return frozenset({ending})


def _is_hidden(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cf", "Cs"} and not char.isspace()
