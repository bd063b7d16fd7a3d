"""Everyday words that mean the same to someone who asks for help: knowledge that ships with the code.

The words stand in `thesaurus.txt` beside this file, for people to read and mend; reading it, once, is the only look at
the disk in the matching. Read by `kb.meanings`.
"""

from collections.abc import Mapping
from functools import cache
from importlib import resources

from kb.normalise import fold

SHORTEST_STEM = 4
"""Letters that a beginning of words has at least."""


@cache
def read_thesaurus() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Returns the folded forms of each concept by language; beginnings of words keep their `*`."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    concept = ""
    for line in resources.files("kb").joinpath("thesaurus.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("  "):
            language, *forms = line.split()
            found[concept][language] = tuple(_fold_form(form) for form in forms)
        elif line and not line.startswith("#"):
            concept = line
            found[concept] = {}
    return found


def _fold_form(form: str) -> str:
    """Folds a form and keeps the mark of a beginning."""
    bare = fold(form.rstrip("*"))
    return bare + "*" if form.endswith("*") and len(bare) >= SHORTEST_STEM else bare
