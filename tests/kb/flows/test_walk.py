"""Every way through a flow: what is found wrong, and how it is drawn."""

from xml.etree import ElementTree

import pytest

from kb.flows.graph import draw, to_mermaid, to_svg
from kb.flows.walk import walk
from tests.desks import isp_desk
from tests.kb.flows.written import programs

WHOLE = """
- ask: a
  text: A?
  choices: [{value: x, label: Ex, goto: far}, {value: y, label: Wye, then: [{say: So.}, {end: solved}]}]
- ask: b
  text: B?
- solved
- ask: c
  text: C?
- escalate
- id: far
  ask: d
  text: D?
- goto: b
"""


def found(flow: str) -> list[tuple[str, str]]:
    """What is wrong with a flow, by the name of the step."""
    return [(step.name, problem) for step, problem in walk(programs(flow), "f").problems]


@pytest.mark.parametrize("flow", ["internet-down", "invoice-question", "move-service", "book-technician"])
def test_the_example_flows_are_good(flow: str) -> None:
    """Nothing is found in the flows of the example desk."""
    assert list(walk(isp_desk().programs, flow).problems) == []


def test_a_good_flow_is_counted() -> None:
    """Steps, questions, the longest way, and most questions in a row before "Did that help?"."""
    seen = walk(programs(WHOLE), "f")
    assert found(WHOLE) == []
    assert (seen.steps, seen.questions) == (8, 5)
    assert seen.longest == ("a", "d", "b", "c")
    assert seen.in_a_row == ("a", "d", "b")


@pytest.mark.parametrize(
    ("flow", "step", "problem"),
    [
        ("- ask: a\n  text: A?\n- end\n- say: never", "say", "no way leads here"),
        ("- call: look\n- end", "call", "may fail"),
        ("- ask: a\n  text: A?\n- say: and now", "say", "run out"),
        ("- ask: a\n  text: A?", "a", "run out"),
        ("- ask: a\n  text: A?\n  on_give_up: end\n- end", "a", "to a person"),
        ("- id: x\n  ask: a\n  text: A?\n  on_give_up: x\n- goto: x", "a", "to an end"),
        (
            "- ask: a\n  text: A?\n  choices: [{value: v, label: V, goto: e}]\n- say: never\n- id: e\n  end: solved",
            "say",
            "no way",
        ),
        ("- goto: e\n- ask: a\n  text: A?\n- id: e\n  end: solved", "a", "no way leads here"),
    ],
)
def test_what_is_wrong_is_named(flow: str, step: str, problem: str) -> None:
    """Unreachable steps, calls that may fail, steps that run out, and questions without a person or an end."""
    assert any(name == step and problem in words for name, words in found(flow)), found(flow)


CALLED = """
flows:
  - id: f
    title: F
    starts_when: [go]
    steps:
      - ask: a
        text: A?
        on_give_up: end
      - flow: g
  - id: g
    title: G
    steps:
      - ask: b
        text: B?
      - escalate
"""


def test_a_called_flow_may_lead_to_a_person() -> None:
    """A hand-off in a flow that is called counts for its caller, and its end is the caller's."""
    assert list(walk(programs(CALLED), "f").problems) == []
    assert "flow g" in to_mermaid(draw(programs(CALLED)["f"], "en"))


def test_a_long_flow_is_walked_at_once() -> None:
    """Two hundred questions with six choices each are looked at in a moment."""
    choices = ", ".join(f"{{value: v{number}, label: Choice {number}}}" for number in range(6))
    steps = "".join(f"- ask: q{number}\n  text: Q?\n  choices: [{choices}]\n" for number in range(200))
    assert len(walk(programs(steps + "- end"), "f").longest) == 200


def test_mermaid() -> None:
    """Each step is a node and each way an arrow with what leads there; quotes cannot break out."""
    drawn = to_mermaid(draw(programs(WHOLE.replace("B?", 'B "x" <y>?'))["f"], "en"))
    assert drawn.startswith("flowchart TD\n")
    assert '{{"<b>a</b> A?"}}' in drawn
    assert '|"x"|' in drawn
    assert "B &quot;x&quot; &lt;y&gt;?" in drawn


@pytest.mark.parametrize("aside", [False, True])
def test_svg(aside: bool) -> None:
    """Every flow of the example desk becomes one well-formed picture that needs nothing else."""
    for program in isp_desk().programs.values():
        drawing = draw(program, "et", aside=aside)
        picture = to_svg(drawing)
        root = ElementTree.fromstring(picture)
        boxes = [element for element in root.iter() if element.tag.endswith("rect")]
        assert len(boxes) == len(drawing.boxes)
        assert "http" not in picture.replace("http://www.w3.org/2000/svg", "")
        if not aside:
            assert not any(arrow.aside for arrow in drawing.arrows)


def test_conditions_and_loops_are_drawn() -> None:
    """An `if` is a box with a yes and a no, a tag and a value are boxes, and an arrow may lead back up."""
    flow = """
- id: top
  ask: a
  text: A?
  on_timeout: end
- if: a == 'x'
  then: [{tag: [big]}, {set: {b: "{{ a }}"}}, {goto: top}]
- call: look
- article: opening
- end: informed
"""
    drawn = to_mermaid(draw(programs(flow)["f"], "en", aside=True))
    for part in ("a == 'x'", '|"yes"|', '|"no"|', "#big", "b = {{ a }}", "-.->", "call look", "informed", "silence"):
        assert part in drawn
    assert to_svg(draw(programs(flow)["f"], "en", aside=True)).count("<path d=") > 5
