"""Plays every talk in `tests/scenarios` against the example desk."""

from pathlib import Path

import pytest

from tests.chat import play_scenario, read_scenario
from tests.desks import isp_desk

TALKS = sorted((Path(__file__).parent / "scenarios").glob("*.chat"))


@pytest.mark.parametrize("path", TALKS, ids=lambda path: path.stem)
def test_talk(path: Path) -> None:
    """Every talk goes as it is written, line by line."""
    play_scenario(read_scenario(path), isp_desk())


def test_there_are_talks_in_every_language() -> None:
    """All six languages are spoken somewhere."""
    spoken = {read_scenario(path).scene.get("language", "en") for path in TALKS}
    assert spoken == {"en", "et", "ru", "da", "it", "lt"}
