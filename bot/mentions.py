"""Everything in a desk folder that has a name, and every place that says the name.

Pure; `bot.renaming` changes the places. Names inside a Flow (Steps, answers, values) belong to that Flow, so a thing is
known by its path: `internet-down/light/green`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto

from bot.content import FILE_KINDS, Content
from bot.conversation_tests import ChatLine, ConversationTest
from config.fields import OneVerb
from config.kinds import MapOf, Name, Path, Reading
from config.place import Position
from config.source import BlockNode, ListNode, Node, ScalarNode
from config.texts import Analysis, analyse_condition, analyse_text
from config.walk import Spot, walk_file
from kb.flows.kinds import StepRefKind


class Form(Enum):
    """How a place says a name."""

    WHOLE = auto()
    """The value, or the field's own name, is the name or begins with it."""
    NAME = auto()
    """A condition or a text uses it without quotes."""
    CONSTANT = auto()
    """A condition or a text compares something with it."""


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing that has a name."""

    kind: str
    path: tuple[str, ...]
    """What it belongs to, and its name."""

    @property
    def name(self) -> str:
        """Its own name."""
        return self.path[-1]

    def __str__(self) -> str:
        return "/".join(self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One place that says a name."""

    thing: Thing
    position: Position
    form: Form = Form.WHOLE
    compared: str = ""
    """The name that is compared with it."""
    defines: bool = False
    """It is there because of this place."""


def find_mentions(content: Content, reading: Reading, blocks: Mapping[str, BlockNode]) -> tuple[Mention, ...]:
    """Every mention of everything.

    Args:
        content: The desk.
        reading: What was noted down while it was read.
        blocks: The nodes of every file.
    """
    spots = [spot for block in blocks.values() for spot in walk_file(block, FILE_KINDS)]
    flows = tuple(_in_flows(spots))
    found = [*_definitions(content), *flows, *_categories(spots)]
    answers = {mention.thing.path for mention in found if mention.thing.kind == "answer"}
    shared = {path for path in answers if _is_remembered(spots, path)}
    found += _references(reading)
    found += _in_sources(reading, content, answers - shared)
    found += _in_tests(content, {mention.thing for mention in found if mention.defines}, set(_labels(spots)))
    return tuple(_as_customer_field(mention, shared) for mention in found)


def _definitions(content: Content) -> Iterator[Mention]:
    for kind, items in (
        ("article", content.articles),
        ("flow", content.flows),
        ("small talk", content.smalltalk),
        ("reply", content.replies),
        ("trigger", content.policy.triggers),
    ):
        for item in items:
            yield Mention(thing=Thing(kind, (item.id,)), position=item.place.at("id"), defines=True)
    for id_, team in content.policy.teams.items():
        yield Mention(thing=Thing("team", (id_,)), position=team.place.key, defines=True)
    if content.settings is None:
        return
    place = content.settings.place
    for kind, field, names in (
        ("action", "actions", content.settings.actions),
        ("customer field", "customer", content.settings.customer),
        ("variable", "variables", content.settings.variables),
    ):
        for name in names:
            yield Mention(thing=Thing(kind, (name,)), position=place.key_at(field, name), defines=True)
    for name, customer in content.settings.customer.items():
        for number, value in enumerate(customer.type.choices):
            position = customer.place.at("type", number)
            yield Mention(thing=Thing("value", (name, value)), position=position, defines=True)


def _references(reading: Reading) -> Iterator[Mention]:
    for use in reading.references:
        for kind in use.targets:
            yield Mention(thing=Thing(kind, (use.id,)), position=use.position)


def _categories(spots: list[Spot]) -> Iterator[Mention]:
    """A category is mentioned by every category that lies in it."""
    for spot in spots:
        nodes = [spot.node]
        if isinstance(spot.kind, MapOf) and isinstance(spot.kind.keys, Path) and isinstance(spot.node, BlockNode):
            nodes = [key for key, _ in spot.node.entries]
        elif not isinstance(spot.kind, Path):
            continue
        for node in nodes:
            parts = node.text.split("/") if isinstance(node, ScalarNode) else []
            for length in range(1, len(parts) + 1):
                thing = Thing("category", ("/".join(parts[:length]),))
                yield Mention(thing=thing, position=node.position, defines=True)


def _in_flows(spots: list[Spot]) -> Iterator[Mention]:
    in_flows = [spot for spot in spots if spot.path[0] == "flows" and len(spot.path) > 1]
    for spot in in_flows:
        if isinstance(spot.kind, OneVerb) and isinstance(spot.node, BlockNode):
            yield from _in_step(spot.path[1], spot.node)
        elif isinstance(spot.kind, Name) and not spot.kind.open and isinstance(spot.node, ScalarNode):
            yield _answer(spot.path[1], spot.node, defines=True)
        elif isinstance(spot.kind, MapOf) and isinstance(spot.kind.keys, Name) and not spot.kind.keys.open:
            keys = spot.node.entries if isinstance(spot.node, BlockNode) else ()
            yield from (_answer(spot.path[1], key, defines=True) for key, _ in keys)
    labels = set(_labels(in_flows))
    for spot in in_flows:
        if isinstance(spot.kind, StepRefKind) and isinstance(spot.node, ScalarNode):
            path = (spot.path[1], spot.node.text)
            yield from (Mention(thing=label, position=spot.node.position) for label in labels if label.path == path)


def _labels(spots: list[Spot]) -> Iterator[Thing]:
    """What a `goto` can name: Steps with an id, and questions by their answer."""
    for spot in spots:
        if isinstance(spot.kind, OneVerb) and isinstance(spot.node, BlockNode):
            for kind, field in (("step", "id"), ("answer", "ask")):
                if name := _text(spot.node.get(field)):
                    yield Thing(kind, (spot.path[1], name))


def _in_step(flow: str, step: BlockNode) -> Iterator[Mention]:
    if isinstance(id_ := step.get("id"), ScalarNode):
        yield Mention(thing=Thing("step", (flow, id_.text)), position=id_.position, defines=True)
    if isinstance(handed_over := step.get("with"), BlockNode) and (called := _text(step.get("flow"))):
        yield from (_answer(called, key) for key, _ in handed_over.entries)
    slot = _text(step.get("ask"))
    choices = step.get("choices")
    for choice in choices.items if isinstance(choices, ListNode) else ():
        value = choice.get("value") if isinstance(choice, BlockNode) else None
        if isinstance(value, ScalarNode):
            yield Mention(thing=Thing("value", (flow, slot, value.text)), position=value.position, defines=True)
    values = step.get("set")
    for key, value in values.entries if isinstance(values, BlockNode) else ():
        if isinstance(value, ScalarNode):
            yield Mention(thing=Thing("value", (flow, key.text, value.text)), position=value.position)


def _answer(flow: str, node: ScalarNode, *, defines: bool = False) -> Mention:
    return Mention(thing=Thing("answer", (flow, node.text)), position=node.position, defines=defines)


def _is_remembered(spots: list[Spot], path: tuple[str, ...]) -> bool:
    """Whether an answer is kept in the Customer field of the same name, so that both have one name."""
    return any(
        isinstance(spot.kind, OneVerb)
        and isinstance(spot.node, BlockNode)
        and spot.path[:2] == ("flows", path[0])
        and _text(spot.node.get("ask")) == path[1]
        and _text(spot.node.get("remember")) == "customer"
        for spot in spots
    )


def _as_customer_field(mention: Mention, shared: set[tuple[str, ...]]) -> Mention:
    thing = mention.thing
    if thing.kind == "answer" and thing.path in shared:
        thing = Thing("customer field", thing.path[1:])
    elif thing.kind == "value" and thing.path[:2] in shared:
        thing = Thing("value", thing.path[1:])
    return replace(mention, thing=thing)


def _text(node: Node | None) -> str:
    return node.text if isinstance(node, ScalarNode) else ""


def _in_sources(reading: Reading, content: Content, answers: set[tuple[str, ...]]) -> Iterator[Mention]:
    customer = content.settings.customer if content.settings else {}
    for use in reading.conditions:
        flow = use.item.id if use.item.kind == "flows" else ""
        analysis = analyse_condition(use.condition.source)
        yield from _in_source(analysis, use.condition.position, flow, answers, customer)
    for text in reading.texts:
        flow = text.item.id if text.item.kind == "flows" else ""
        for _, wording in text.text.sentences():
            yield from _in_source(analyse_text(wording.text), wording.position, flow, answers, customer)


def _in_source(
    analysis: Analysis, position: Position, flow: str, answers: set[tuple[str, ...]], customer: Mapping[str, object]
) -> Iterator[Mention]:
    for use in analysis.names:
        if use.name == "vars":
            yield Mention(thing=Thing("variable", (use.attribute,)), position=position, form=Form.NAME)
        elif (flow, use.name) in answers:
            yield Mention(thing=Thing("answer", (flow, use.name)), position=position, form=Form.NAME)
        elif use.name in customer:
            yield Mention(thing=Thing("customer field", (use.name,)), position=position, form=Form.NAME)
    for comparison in analysis.comparisons:
        owner = (flow, comparison.path) if (flow, comparison.path) in answers else (comparison.path,)
        named = comparison.path in ("flow", "category", "team")
        for constant in comparison.constants:
            thing = Thing(comparison.path, (str(constant),)) if named else Thing("value", (*owner, str(constant)))
            yield Mention(thing=thing, position=position, form=Form.CONSTANT, compared=comparison.path)


def _in_tests(content: Content, defined: set[Thing], labels: set[Thing]) -> Iterator[Mention]:
    for test in content.conversations:
        for name, value in test.customer.items():
            yield Mention(thing=Thing("customer field", (name,)), position=test.place.key_at("customer", name))
            yield Mention(thing=Thing("value", (name, str(value))), position=test.place.at("customer", name))
        for line, flow in _with_flows(test):
            yield from _in_line(line, flow, defined, labels)


def _with_flows(test: ConversationTest) -> Iterator[tuple[ChatLine, str]]:
    """The lines with the Flow that runs then, as far as the test says it."""
    running = ""
    for line in test.chat:
        if line.expect is not None:
            running = line.expect.flow or line.expect.resumes or running
        yield line, running


def _in_line(line: ChatLine, flow: str, defined: set[Thing], labels: set[Thing]) -> Iterator[Mention]:
    expect = line.expect
    if expect is None:
        return
    if expect.step is not None:
        for kind in ("step", "answer"):
            if thing := _meant(kind, expect.step, flow, labels):
                yield Mention(thing=thing, position=expect.place.at("step"))
    for name, value in expect.slots.items():
        if thing := _meant("answer", name, flow, defined):
            yield Mention(thing=thing, position=expect.place.key_at("slots", name))
            if isinstance(value, str):
                of_value = Thing("value", (*thing.path, value))
                yield Mention(thing=of_value, position=expect.place.at("slots", name))


def _meant(kind: str, name: str, flow: str, defined: set[Thing]) -> Thing | None:
    """The thing of the Flow that runs; of the only Flow that has it, where the test does not say which runs."""
    if (thing := Thing(kind, (flow, name))) in defined:
        return thing
    others = [other for other in defined if other.kind == kind and other.name == name]
    return others[0] if len(others) == 1 else None
