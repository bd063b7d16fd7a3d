"""Plays every talk in `tests/scenarios` against the example desk."""

from datetime import date
from pathlib import Path

import pytest

from adapters.desk_folder import read_folder
from bot.desk import Desk, build_desk, check_folder
from tests.chat import play_scenario, read_scenario

TALKS = sorted((Path(__file__).parent / "scenarios").glob("*.chat"))
ISP = Path(__file__).parent.parent / "config" / "templates" / "isp"


@pytest.fixture(scope="module")
def desk() -> Desk:
    """The example desk, built once."""
    checked = check_folder(read_folder(ISP), today=date(2026, 11, 21))
    assert checked.content is not None, checked.findings
    return build_desk(checked.content)


@pytest.mark.parametrize("path", TALKS, ids=lambda path: path.stem)
def test_talk(path: Path, desk: Desk) -> None:
    """Every talk goes as it is written, line by line."""
    play_scenario(read_scenario(path), desk)


def test_there_are_talks_in_every_language() -> None:
    """All six languages are spoken somewhere."""
    spoken = {read_scenario(path).scene.get("language", "en") for path in TALKS}
    assert spoken == {"en", "et", "ru", "da", "it", "lt"}
