"""Flows with one planted fault each: the check and the walk together name every fault and its place, and no other.

A file of `broken/` says in a comment at the end of a line what is wrong there: the code of a finding, or how the walk
words it.
"""

from pathlib import Path

import pytest

from bot.desk import build_desk, check_folder
from config.source import DeskFolder
from kb.flows.walk import walk
from tests.desks import TODAY

BROKEN = sorted((Path(__file__).parent / "broken").glob("*.yml"))
GOOD = sorted((Path(__file__).parent / "good").glob("*.yml"))
DESK = b"""desk:
  name: Sample
  languages: [en]
  default_language: en
  customer: {plan: [home, business], vip: yes_no}
  actions:
    check: {webhook: "https://ops.example/check", takes: {address: text}, returns: {ok: yes_no}, mock: {ok: yes}}
"""
FILE = "kb/flows/f.yml"
_MARK = "  # fault: "


def planted_in(text: str) -> set[tuple[int, str]]:
    """The faults that a file's comments name, with their lines."""
    lines = enumerate(text.splitlines(), 1)
    return {(number, fault) for number, line in lines if _MARK in line for fault in line.split(_MARK)[1].split(" | ")}


def found_in(text: str) -> set[tuple[int, str]]:
    """What the check and, if the flows can run at all, the walk say about them, with the lines."""
    content = {"config/desk.yml": DESK, FILE: text.encode()}
    checked = check_folder(DeskFolder(root="sample", content=content), today=TODAY, hints=True)
    found = {(each.position.line, each.code) for each in checked.findings if each.position.file == FILE}
    programs = build_desk(checked.content).programs if checked.content else {}
    for flow in programs:
        found |= {(step.position.line, problem) for step, problem in walk(programs, flow).problems}
    return found


@pytest.mark.parametrize("file", BROKEN, ids=lambda file: file.stem)
def test_a_planted_fault_is_found(file: Path) -> None:
    """Each fault is named at its line, and nothing that is right is called wrong."""
    text = file.read_text(encoding="utf-8")
    assert planted_in(text)
    assert found_in(text) == planted_in(text)


@pytest.mark.parametrize("file", GOOD, ids=lambda file: file.stem)
def test_good_flows_are_left_in_peace(file: Path) -> None:
    """What is unusual, but right, is not called wrong."""
    assert found_in(file.read_text(encoding="utf-8")) == set()
