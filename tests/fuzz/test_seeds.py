"""What `make fuzz` starts from, and what it has found: every seed goes through its target."""

from pathlib import Path

import pytest

from tests.fuzz.targets import TARGETS

SEEDS = sorted((Path(__file__).parent / "seeds").glob("*/*"))


@pytest.mark.parametrize("seed", SEEDS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_seed_breaks_nothing(seed: Path) -> None:
    """Bytes that were chosen by hand or found by the fuzzer keep every promise of their target."""
    TARGETS[seed.parent.name](seed.read_bytes())


def test_every_target_has_seeds() -> None:
    """No target starts from nothing."""
    assert {seed.parent.name for seed in SEEDS} == set(TARGETS)
