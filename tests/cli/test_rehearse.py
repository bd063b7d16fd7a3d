"""`firstline test`."""

import json
from pathlib import Path

from tests.cli.conftest import Firstline


def test_a_planted_miss_is_named_with_winner_and_place(firstline: Firstline, desk: Path) -> None:
    """A sentence that must not find an article and does: 1, with the winner, the file and the line."""
    path = desk / "kb" / "articles" / "planted.yml"
    path.write_text(
        "articles:\n  - id: planted\n    title: Opening hours of the shop\n    category: account\n"
        "    questions: [When does the shop open?, Is the shop open on Sundays?]\n    answer: At nine.\n"
        "    tests:\n      no_match:\n        - when does your shop open\n"
    )
    ran = firstline("test", desk, "--json")
    assert ran.code == 1
    failed = [one for one in json.loads(ran.out)["failed"] if one["name"] == "when does your shop open"]
    assert len(failed) == 1
    assert (failed[0]["file"], failed[0]["line"]) == ("kb/articles/planted.yml", 9)
    assert "planted" in " ".join(failed[0]["problems"])


def test_a_tag_chooses_talks(firstline: Firstline, desk: Path) -> None:
    """With --tag only the talks that have it are played; an unknown one plays nothing and says so."""
    ran = firstline("test", desk, "--tag", "no-such-tag")
    assert ran.code == 0
    assert ran.out == "0 passed, 0 failed\n"
    assert "no tests" in ran.err
