"""From bytes to placed nodes: what was typed stays, and nothing can make reading expensive."""

import pytest

from config.findings import Findings
from config.source import BlockNode, ListNode, ScalarNode, read_nodes


def read(text: str) -> tuple[BlockNode | None, list[str]]:
    findings = Findings()
    block = read_nodes("x.yml", text.encode(), findings)
    return block, [finding.code for finding in findings]


@pytest.mark.parametrize("typed", ["no", "10:30", "0123", "1.10", "+3725123456", "1e3", "2027-03-01", "~", "null"])
def test_a_value_stays_what_was_typed(typed: str) -> None:
    """No value becomes a number, a date or nothing before a field says so."""
    block, codes = read(f"owner: {typed}")
    assert codes == []
    assert block is not None
    assert isinstance(node := block.get("owner"), ScalarNode)
    assert node.text == typed


def test_every_node_knows_its_place() -> None:
    """Line and column count from one, in characters, also behind letters of several bytes."""
    block, _ = read("önn: [kõõõ, {x: y}]")
    assert block is not None
    assert isinstance(listed := block.get("önn"), ListNode)
    assert listed.items[1].position[1:] == (1, 13)


def test_an_empty_file_says_nothing() -> None:
    """Neither an empty file nor one with notes only is a mistake."""
    assert read("") == (None, [])
    assert read("# later\n") == (None, [])


def test_a_bomb_of_references_is_refused_at_its_first_reference() -> None:
    """References to earlier values do not exist, so they cannot multiply."""
    bomb = "a: &a [x, x]\n" + "\n".join(f"k{n}: [*a, *a]" for n in range(50))
    assert read(bomb) == (None, ["Y04"])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("x: " + "[" * 20_000, "Y23"),
        ("x: " + "{a: " * 5_000, "Y23"),
        ("x: !!python/object/apply:os.system [ls]", "Y19"),
        ("? [a, b]\n: c", "Y02"),
        ("a: 1\n---\nb: 2", "Y20"),
        ("a: b\n<<: {c: d}\na: e", "Y09"),
    ],
)
def test_what_content_never_needs_is_refused(text: str, code: str) -> None:
    """Depth, tags, blocks as names, second documents and double fields end in a finding, not in an exception."""
    assert code in read(text)[1]


def test_a_great_text_is_one_value() -> None:
    """A long value costs as much as its bytes."""
    block, codes = read("a: " + "x" * 1_000_000)
    assert codes == []
    assert block is not None
