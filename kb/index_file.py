"""An index as bytes, for a cache on disk that any process may read.

Lives here: writing and reading the bytes. No pickle: a file can only hold the known classes, so a strange one is
refused and never run. Where the bytes are kept, and that they are swapped in whole, is the business of whoever calls.
"""

import dataclasses
import hashlib
import json
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from importlib.metadata import version
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from config.errors import FirstlineError
from kb.calibration import Bin, Calibration
from kb.candidates import Corpus
from kb.confidence import Head
from kb.entry import EntryKind, Phrasing
from kb.index import FORMAT, Index, Source
from kb.language import LanguageModel
from kb.meanings import Meanings
from kb.regression import Regression
from kb.sense import sense_version
from kb.space import Space
from kb.vocabulary import Vocabulary

_MAGIC = b"firstline index\n"
_DIGEST = 32
_LENGTH = 8
_CLASSES = {
    cls.__name__: cls
    for cls in (
        Bin,
        Calibration,
        Corpus,
        Head,
        Index,
        LanguageModel,
        Meanings,
        Phrasing,
        Regression,
        Source,
        Space,
        Vocabulary,
    )
}


class UnusableIndexError(FirstlineError):
    """This file is not an index that can be used here; build a new one."""


def made_with() -> str:
    """Returns what an index depends on besides the knowledge: another one of these asks for another index."""
    libraries = [f"{name} {version(name)}" for name in ("numpy", "rapidfuzz", "scipy")]
    return ", ".join([f"format {FORMAT}", *libraries, sense_version(), f"unicode {unicodedata.unidata_version}"])


def dump_index(index: Index) -> bytes:
    """Returns the index as bytes that `load_index` reads back, in this or another process."""
    arrays: list[np.ndarray] = []
    tree = _pack(index, arrays)
    shapes = [[array.dtype.str, list(array.shape)] for array in arrays]
    head = json.dumps({"made_with": made_with(), "arrays": shapes, "index": tree}, ensure_ascii=True).encode()
    body = b"".join([len(head).to_bytes(_LENGTH, "big"), head, *(array.tobytes() for array in arrays)])
    return _MAGIC + hashlib.sha256(body).digest() + body


def load_index(data: bytes) -> Index:
    """Reads an index back.

    Raises:
        UnusableIndexError: The bytes are cut short or damaged, or were made by another version or with other libraries.
    """
    body = memoryview(data)[len(_MAGIC) + _DIGEST :]
    if not data.startswith(_MAGIC) or hashlib.sha256(body).digest() != data[len(_MAGIC) : len(_MAGIC) + _DIGEST]:
        raise UnusableIndexError("The index is incomplete or damaged; build a new one.")
    start = _LENGTH + int.from_bytes(body[:_LENGTH], "big")
    head = json.loads(bytes(body[_LENGTH:start]))
    if head["made_with"] != made_with():
        raise UnusableIndexError(
            f"The index was made with {head['made_with']}, here is {made_with()}; build a new one."
        )
    arrays: list[np.ndarray] = []
    for kind, shape in head["arrays"]:
        count = int(np.prod(shape, dtype=np.int64))
        arrays.append(np.frombuffer(body, dtype=np.dtype(kind), count=count, offset=start).reshape(shape))
        start += arrays[-1].nbytes
    index = _unpack(head["index"], arrays)
    if not isinstance(index, Index):
        raise UnusableIndexError("The file holds something else than an index; build a new one.")
    return index


def _pack(value: object, arrays: list[np.ndarray]) -> object:
    """Returns a value as JSON can write it; arrays go to the list and leave their number."""
    match value:
        case None | bool() | int() | float():
            return value
        case StrEnum():
            return {"kind": str(value)}
        case str():
            return value
        case np.ndarray():
            arrays.append(np.ascontiguousarray(value))
            return {"array": len(arrays) - 1}
        case csr_array():
            parts = [_pack(part, arrays) for part in (value.data, value.indices, value.indptr)]
            return {"sparse": parts, "shape": list(value.shape)}
        case frozenset():
            return {"set": sorted(value)}
        case tuple():
            return [_pack(item, arrays) for item in value]
        case Mapping():
            return {"map": [[key, _pack(item, arrays)] for key, item in value.items()]}
    fields = {field.name: _pack(getattr(value, field.name), arrays) for field in dataclasses.fields(value)}  # type: ignore[arg-type]  # whatever is left is one of _CLASSES
    return {"class": type(value).__name__, "fields": fields}


def _unpack(value: Any, arrays: list[np.ndarray]) -> Any:  # noqa: ANN401 - a foreign payload until it is checked
    """Returns what `_pack` was given."""
    match value:
        case list():
            return tuple(_unpack(item, arrays) for item in value)
        case {"kind": kind}:
            return EntryKind(kind)
        case {"array": number}:
            return arrays[number]
        case {"sparse": parts, "shape": shape}:
            return csr_array(tuple(_unpack(part, arrays) for part in parts), shape=tuple(shape))
        case {"set": items}:
            return frozenset(items)
        case {"map": items}:
            return {key: _unpack(item, arrays) for key, item in items}
        case {"class": name, "fields": fields}:
            return _CLASSES[name](**{key: _unpack(item, arrays) for key, item in fields.items()})
        case _:
            return value
