"""`firstline test`."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cli.conftest import Firstline, write_desk


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


SMALL = {
    "config/desk.yml": "desk: {name: Shop & <Co>, languages: [en], default_language: en}\n",
    "kb/shop.yml": """articles:
  - id: hours
    title: Opening hours
    questions: [When are you open?, Are you open on Sundays?]
    answer: At nine.
    tests:
      match: [when do you open on sundays, what is the price of a <boat>]
  - id: returns
    title: Returning something
    questions: [How do I return something?, Can I get my money back?]
    answer: Bring it back.
    tests:
      match: [i want to return something]
""",
}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A desk of two articles, with one sentence that cannot be found."""
    return write_desk(tmp_path / "small", SMALL)


def test_languages_stand_in_a_table(firstline: Firstline, small: Path) -> None:
    """Each language has its line: how many sentences passed, and how many were answered outright."""
    ran = firstline("test", small)
    assert ran.code == 1
    assert "kb/shop.yml:7  what is the price of a <boat>  (en)" in ran.out
    assert re.search(r"^en +2/3 +67% ", ran.out, re.MULTILINE)


def test_a_share_may_be_enough(firstline: Firstline, small: Path) -> None:
    """With --fail-below only a smaller share ends with 1."""
    assert firstline("test", small, "--fail-below", "60%").code == 0
    ran = firstline("test", small, "--fail-below", "95%")
    assert ran.code == 1
    assert "at least 95% must" in ran.err
    assert firstline("test", small, "--fail-below", "most").code == 2


def test_a_baseline_shows_what_changed(firstline: Firstline, small: Path) -> None:
    """After --save-baseline a test that fails anew is named, one that failed before is not."""
    firstline("test", small, "--save-baseline")
    path = small / "kb" / "shop.yml"
    path.write_text(path.read_text().replace("[when do you open on sundays,", "[who painted the moon,"))
    ran = firstline("test", small)
    assert "0 newly failing, 0 newly passing, 1 new, 1 gone" in ran.out
    path.write_text(SMALL["kb/shop.yml"].replace("i want to return something", "who painted the moon"))
    (small / "tests" / "baseline.json").write_text('{"returns · en · who painted the moon": true}')
    assert "newly failing  kb/shop.yml:13  who painted the moon" in firstline("test", small).out


def test_the_page_needs_no_other_file(firstline: Firstline, small: Path, tmp_path: Path) -> None:
    """One file with matrix, shares and curve; what an editor wrote cannot become markup."""
    firstline("test", small, "--html", tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text()
    assert "Tests of Shop &amp; &lt;Co&gt;" in page
    assert "what is the price of a &lt;boat&gt;" in page
    assert "<svg" in page
    assert not re.search(r"<script|<link|<boat>|src=|url\(|https?://", page)
    assert "prefers-color-scheme: dark" in page
    assert "@media print" in page


def test_a_build_server_reads_the_xml(firstline: Firstline, small: Path, tmp_path: Path) -> None:
    """Each test is a case; a failure carries its file and line."""
    firstline("test", small, "--junit", tmp_path / "tests.xml")
    suite = ElementTree.parse(tmp_path / "tests.xml").getroot()
    assert (suite.get("tests"), suite.get("failures")) == ("3", "1")
    failure = suite.find("testcase/failure")
    assert failure is not None
    assert (failure.text or "").startswith("kb/shop.yml:7\n")


def test_the_program_gets_winner_and_margin(firstline: Firstline, small: Path) -> None:
    """--json tells each failure's winner, its margin, the languages and what the index expects of itself."""
    told = json.loads(firstline("test", small, "--json").out)
    assert told["failed"][0]["line"] == 7
    assert {"winner", "confidence", "margin"} <= set(told["failed"][0])
    assert told["languages"][0]["language"] == "en"
    assert {"curve", "confused", "answered", "wrong"} <= set(told["calibration"])
