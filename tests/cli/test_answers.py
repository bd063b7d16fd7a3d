"""`firstline match` and `firstline explain`, whose output is a contract."""

import json
import re
from pathlib import Path

from tests.cli.conftest import ISP, Firstline


def test_match_answers_each_query_in_order(firstline: Firstline, tmp_path: Path) -> None:
    """One line out for each line in, other keys passed through, and a summary."""
    queries, summary = tmp_path / "queries.jsonl", tmp_path / "summary.json"
    queries.write_text(
        '{"text": "wheres the wifi code", "label": "wifi"}\n\n{"text": "kus on wifi parool", "lang": "et"}\n'
        '{"text": "colourless green ideas"}\n'
    )
    ran = firstline("match", ISP, "--queries", queries, "--top", "2", "--summary", summary)
    assert ran.code == 0
    lines = [json.loads(line) for line in ran.out.splitlines()]
    assert [line["text"] for line in lines] == ["wheres the wifi code", "kus on wifi parool", "colourless green ideas"]
    first = lines[0]
    assert list(first) == ["text", "label", "decision", "article", "confidence", "top", "ms"]
    assert (first["label"], first["article"]) == ("wifi", "wifi-password")
    assert first["decision"] in ("answer", "suggest")
    assert len(first["top"]) <= 2
    assert first["top"][0] == {"article": "wifi-password", "confidence": first["confidence"]}
    figures = json.loads(summary.read_text())
    assert set(figures) == {"count", "p50_ms", "p99_ms", "load_s", "build_s", "peak_mb"}
    assert figures["count"] == 3


def test_match_writes_to_a_file(firstline: Firstline, tmp_path: Path) -> None:
    """With --out nothing is written to stdout."""
    queries, out = tmp_path / "queries.jsonl", tmp_path / "out.jsonl"
    queries.write_text('{"text": "wifi"}\n')
    assert firstline("match", ISP, "--queries", queries, "--out", out).out == ""
    assert json.loads(out.read_text())["text"] == "wifi"


def test_match_names_the_line_it_cannot_read(firstline: Firstline, tmp_path: Path) -> None:
    """A broken query is refused with file and line: 2."""
    queries = tmp_path / "queries.jsonl"
    queries.write_text('{"text": "wifi"}\n["wifi"]\n')
    ran = firstline("match", ISP, "--queries", queries)
    assert ran.code == 2
    assert f"{queries}:2" in ran.err
    assert firstline("match", ISP, "--queries", tmp_path / "none.jsonl").code == 2


def test_explain_is_the_same_bytes_each_time(firstline: Firstline) -> None:
    """The JSON has every field of the contract, and never changes."""
    first = firstline("explain", ISP, "wheres the wifi code", "--json")
    again = firstline("explain", ISP, "wheres the wifi code", "--json")
    assert first.out == again.out
    found = json.loads(first.out)
    assert list(found) == [
        "text", "language", "words", "decision", "article", "confidence", "margin", "answer_at", "suggest_at", "rule",
        "version", "top",
    ]  # fmt: skip
    assert found["article"] == "wifi-password"
    assert set(found["top"][0]) == {"article", "confidence", "parts", "phrase", "file", "line"}


def test_explain_names_file_and_line_of_what_hit(firstline: Firstline) -> None:
    """People read the decision, how sure it is, and where the wording stands."""
    ran = firstline("explain", ISP, "wheres the wifi code")
    assert ran.code == 0
    assert "wifi-password" in ran.out.splitlines()[0]
    assert "kb/articles/home-network.yml:" in ran.out


def test_explain_tells_the_parts_of_a_message(firstline: Firstline) -> None:
    """Of a message with several questions people and programs read what is answered, offered, and neither."""
    said = "How do I pay my bill? And what is my wifi password? Do you sell bananas?"
    found = json.loads(firstline("explain", ISP, said, "--json").out)
    assert found["part"] == "How do I pay my bill?"
    assert [(part["article"], part["fate"]) for part in found["parts"][:2]] == [
        ("pay-invoice", "answered"),
        ("wifi-password", "to offer beside the answer"),
    ]
    assert found["parts"][2]["fate"] == "not sure enough"
    assert 'part "what is my wifi password?"  wifi-password 0.' in firstline("explain", ISP, said).out


def test_explain_tells_what_would_change_the_decision(firstline: Firstline) -> None:
    """Words that carry it are found by asking without them; where it falls short, how far and what to add."""
    assert "without 'wifi' " in firstline("explain", ISP, "wheres the wifi code").out
    assert re.search(r"would answer: 0\.\d\d more, .* of pay-invoice\n", firstline("explain", ISP, "invoice").out)
    assert "would answer: an article about it" in firstline("explain", ISP, "blue whale").out


def test_explain_says_when_something_goes_before_knowledge(firstline: Firstline) -> None:
    """A wish for a person is a trigger's, whatever the search would find."""
    assert "in a talk: knowledge" in firstline("explain", ISP, "wheres the wifi code").out
    assert "trigger asked-for-human" in firstline("explain", ISP, "i want to talk to a human").out


def test_a_draft_is_no_answer(firstline: Firstline, desk: Path) -> None:
    """What is not published, or for agents only, is never found."""
    path = desk / "kb" / "articles" / "home-network.yml"
    path.write_text(path.read_text().replace("  - id: wifi-password\n", "  - id: wifi-password\n    status: draft\n"))
    found = json.loads(firstline("explain", desk, "wheres the wifi code", "--json").out)
    assert "wifi-password" not in [match["article"] for match in found["top"]]


def test_explain_tells_what_a_code_means(firstline: Firstline) -> None:
    """A finding's code is explained without any desk; an unknown one is refused."""
    assert "R01" in firstline("explain", "R01").out
    assert json.loads(firstline("explain", "R01", "--json").out)["code"] == "R01"
    assert firstline("explain", "Z99").code == 2


def test_a_pattern_can_be_tried(firstline: Firstline) -> None:
    """Whether an answer fits is said, with 1 if not; what RE2 does not know is named with 2."""
    assert firstline("explain", "--pattern", "^AM-[0-9]{6}$", "AM-204518").out == "'AM-204518' fits ^AM-[0-9]{6}$\n"
    assert firstline("explain", "--pattern", "^AM-[0-9]{6}$", "AM-2045").code == 1
    refused = firstline("explain", "--pattern", "(?=x)", "x")
    assert refused.code == 2
    assert "(?=" in refused.err
