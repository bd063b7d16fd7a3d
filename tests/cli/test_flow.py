"""`firstline flow`: playing, drawing and walking through a desk's flows."""

import json
from pathlib import Path
from xml.etree import ElementTree

from tests.cli.conftest import Firstline


def test_run_plays_what_is_said(firstline: Firstline, desk: Path) -> None:
    """A flow is played from its beginning with the lines given, in the language asked for."""
    said = [part for line in ("punane", "tehtud", "jah") for part in ("--say", line)]
    ran = firstline("flow", "run", "internet-down", "--desk", desk, "--lang", "et", *said)
    assert ran.code == 0
    shown = " ".join(ran.out.split())
    assert "Mis värvi" in shown
    assert "Tore kuulda" in shown


def test_graph_draws(firstline: Firstline, desk: Path) -> None:
    """Mermaid text by default, one SVG picture if asked for."""
    assert firstline("flow", "graph", "move-service", "--desk", desk).out.startswith("flowchart TD\n")
    svg = firstline("flow", "graph", "move-service", "--desk", desk, "--format", "svg", "--all").out
    assert ElementTree.fromstring(svg).tag.endswith("svg")


def test_walk_finds_nothing_in_good_flows(firstline: Firstline, desk: Path) -> None:
    """Good flows: figures, and which steps no test passes."""
    ran = firstline("flow", "walk", desk)
    assert ran.code == 0
    assert "move-service: 7 steps, 4 questions" in ran.out
    one = json.loads(firstline("flow", "walk", desk, "--flow", "move-service", "--json").out)
    assert [flow["flow"] for flow in one] == ["move-service"]


def test_walk_names_what_is_wrong(firstline: Firstline, desk: Path) -> None:
    """A step that cannot be reached and a call that may fail are named with file and line, and the code is 1."""
    flows = desk / "kb" / "flows" / "odd.yml"
    flows.write_text(
        "flows:\n  - id: odd\n    title: Odd\n    starts_when: [something odd]\n    steps:\n"
        "      - call: line_test\n      - end\n      - say: never\n",
        encoding="utf-8",
    )
    ran = firstline("flow", "walk", desk, "--flow", "odd")
    assert ran.code == 1
    assert "kb/flows/odd.yml:6" in ran.out
    assert "kb/flows/odd.yml:8" in ran.out


def test_an_unknown_flow_is_named_with_those_there_are(firstline: Firstline, desk: Path) -> None:
    """A wrong id ends with 2 and the right ones."""
    ran = firstline("flow", "run", "internet", "--desk", desk)
    assert ran.code == 2
    assert "internet-down" in ran.err
