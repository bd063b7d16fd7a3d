"""The ways through a flow that the check looks at are those that the program really takes."""

import pytest

from kb.flows.model import Branch, Flow
from kb.flows.program import Ask, Call, Finish, Jump, Program, compile_flow
from kb.flows.ways import Ways
from tests.desks import isp_content

FLOWS = {flow.id: flow for flow in isp_content().flows}


def lines_of_program(program: Program) -> set[int]:
    """Lines of every step that a run of the program can reach."""
    seen: set[int] = set()
    waiting = [0]
    while waiting:
        number = waiting.pop()
        if number in seen:
            continue
        seen.add(number)
        step = program.instructions[number]
        labels: list[str] = []
        match step:
            case Ask():
                labels = [*step.ways.values(), step.after, step.give_up, step.timeout]
            case Jump():
                labels = [step.to]
            case Call():
                labels = [step.failed]
            case Finish():
                continue
            case _:
                pass
        waiting += [program.labels[label] for label in labels if label]
        if not isinstance(step, Ask) and not (isinstance(step, Jump) and step.condition is None):
            waiting.append(number + 1)
    at = program.flow.place.position.line
    return {program.instructions[n].position.line for n in seen} - {at}


def lines_of_ways(flow: Flow, *, everywhere: bool = False) -> set[int]:
    """Lines of the steps that can be reached, or of all; a branch is not there, its entries are instructions."""
    ways = Ways(flow)
    numbers = range(len(ways.nodes)) if everywhere else ways.reachable([ways.entry])
    steps = [ways.nodes[number].step for number in numbers]
    return {step.place.position.line for step in steps if not isinstance(step, Branch)}


@pytest.mark.parametrize("flow", FLOWS)
def test_check_and_run_reach_the_same_steps(flow: str) -> None:
    """What the check holds for reachable is what a run can reach."""
    reached = lines_of_program(compile_flow(FLOWS[flow]))
    assert reached & lines_of_ways(FLOWS[flow], everywhere=True) == lines_of_ways(FLOWS[flow])


def test_a_way_is_told_in_words() -> None:
    """What a customer must do to get somewhere without a value can be read."""
    ways = Ways(FLOWS["internet-down"])
    labels = {exit_.label for node in ways.nodes for exit_ in node.exits}
    assert "light=green" in labels


@pytest.mark.parametrize("flow", FLOWS)
def test_no_shipped_flow_turns_in_a_circle(flow: str) -> None:
    """Every circle of the shipped flows asks something."""
    assert Ways(FLOWS[flow]).find_circle() == []
