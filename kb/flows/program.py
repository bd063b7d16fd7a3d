"""Steps compiled to a flat list of seven instructions: say, ask, jump, set, call, enter, finish.

`if`, `branch`, `goto` and choices are jumps, `solved` is an ask, `article` a say, `tag` a set, `flow` an enter,
`escalate` and `end` a finish. `kb.flows.run`, `kb.flows.walk` and `kb.flows.graph` read this one list; each instruction
knows its file and line. Nothing runs here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import assert_never

from config.place import NOWHERE, Position
from config.texts import EMPTY_TEXT, Condition, Text, Wording
from kb.article import Button
from kb.flows import model

NEXT, END, ESCALATE = "next", "end", "escalate"
"""The jumps that are no ids of Steps."""
DEAD_END = "#dead-end"
"""Label of the hand-off at a dead end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """One thing a flow does."""

    name: str = ""
    """Its step's id, or the question's slot, or the verb and a count. A jump has none."""
    position: Position = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Say(Instruction):
    """Says a text, or shows an article."""

    text: Text = EMPTY_TEXT
    buttons: tuple[Button, ...] = ()
    image: str = ""
    article: str = ""
    """Id of the article; then there is no text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask(Instruction):
    """Asks and waits for an answer."""

    asks: model.Ask | model.Solved
    ways: Mapping[str, str] = field(default_factory=dict)
    """Label where an answer leads, by the answer's value (`yes` and `no` for a yes_no)."""
    after: str
    """Label where any other answer leads."""
    give_up: str
    """Label where one refused answer too many leads."""
    timeout: str = ""
    """Label where silence leads; empty if it ends the flow as abandoned."""

    @property
    def slot(self) -> str:
        """The slot it fills; empty for "Did that help?"."""
        return self.asks.ask if isinstance(self.asks, model.Ask) else ""

    def way(self, value: object) -> str:
        """The label where an answer leads."""
        key = value if not isinstance(value, bool) else ("yes" if value else "no")
        return self.ways.get(str(key), self.after)


@dataclass(frozen=True, slots=True, kw_only=True)
class Jump(Instruction):
    """Goes on elsewhere, always or only if a condition has the expected truth."""

    to: str
    """Label. One that is the id of a step makes a question there ask again, even if its value is known."""
    condition: Condition | None = None
    expects: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Set(Instruction):
    """Gives slots a value, or puts tags on the conversation."""

    values: Mapping[str, Wording] = field(default_factory=dict)
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Instruction):
    """Calls an action and waits for its answer."""

    action: str
    hands_over: Mapping[str, Wording]
    save_as: str = ""
    failed: str = ""
    """Label where a failed call leads; empty for the flow's dead end."""
    patience: timedelta | None = None
    """How long its answer is waited for; None: as long as the action says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enter(Instruction):
    """Runs another flow and comes back."""

    flow: str
    hands_over: Mapping[str, Wording]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish(Instruction):
    """Ends the flow; a hand-off ends the flows that called it too."""

    ending: model.Ending = model.Ending.UNSOLVED
    handoff: model.HandoffTo | None = None
    """Set for a hand-off."""
    dead_end: bool = False
    """Reached because the flow could not go on."""
    implicit: bool = False
    """The steps ran out."""


Step = Say | Ask | Jump | Set | Call | Enter | Finish
"""One of the seven instructions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One flow, ready to run."""

    flow: model.Flow
    instructions: tuple[Step, ...]
    labels: Mapping[str, int]
    """Where a label leads: ids of steps, slots of questions, `end`, `escalate`, and labels of our own (`#1`)."""
    places: Mapping[str, int]
    """Where each named instruction stands."""
    dead_end: str
    """Label where the flow goes when it cannot go on; empty for the next step."""

    def is_last(self, index: int) -> bool:
        """Whether after this instruction the steps run out."""
        following = index + 1
        while isinstance(step := self.instructions[following], Jump):
            if step.condition is not None or self.labels[step.to] <= index:
                return False
            following = self.labels[step.to]
        return isinstance(step, Finish) and step.implicit

    def question(self, name: str) -> Ask | None:
        """The question of that name, if it is still there."""
        found = self.instructions[self.places[name]] if name in self.places else None
        return found if isinstance(found, Ask) else None


def all_steps(steps: Iterable[model.Step]) -> Iterator[model.Step]:
    """Every step of a flow, those inside others too, in the order in which they are written."""
    for step in steps:
        yield step
        match step:
            case model.Ask():
                yield from (inner for choice in step.choices for inner in all_steps(choice.then))
            case model.If():
                yield from all_steps((*step.then, *step.else_))
            case model.Branch():
                yield from (inner for entry in step.branch for inner in all_steps((*entry.then, *entry.otherwise)))
            case _:
                pass


def compile_flows(flows: Iterable[model.Flow]) -> dict[str, Program]:
    """Every flow's program by its id."""
    return {flow.id: compile_flow(flow) for flow in flows}


def compile_flow(flow: model.Flow) -> Program:
    """A checked flow as a program.

    Raises:
        KeyError: A `goto` leads nowhere; never in a flow that the check has passed.
    """
    return _Compiler(flow).finish()


class _Compiler:
    """Emits one flow's instructions, top to bottom."""

    def __init__(self, flow: model.Flow) -> None:
        self._flow = flow
        self._steps: list[Step] = []
        self._labels: dict[str, int] = {}
        self._fresh = 0
        self._counts: dict[str, int] = {}
        self._written = {step.id for step in all_steps(flow.steps)}

    def finish(self) -> Program:
        at = self._flow.place.position
        self._block(self._flow.steps)
        self._steps.append(Finish(name="#ran-out", position=at, implicit=True))
        self._place(END)
        self._steps.append(Finish(name=f"#{END}", position=at))
        self._place(ESCALATE)
        self._steps.append(Finish(name=f"#{ESCALATE}", position=at, handoff=model.HandoffTo()))
        self._place(DEAD_END)
        self._steps.append(Finish(name=DEAD_END, position=at, handoff=model.HandoffTo(), dead_end=True))
        goes = self._flow.on_dead_end
        return Program(
            flow=self._flow,
            instructions=tuple(self._steps),
            labels=self._labels,
            places={step.name: index for index, step in enumerate(self._steps) if step.name},
            dead_end=DEAD_END if goes == ESCALATE else "" if goes == NEXT else goes,
        )

    def _block(self, steps: Iterable[model.Step]) -> None:
        for step in steps:
            self._step(step)

    def _step(self, step: model.Step) -> None:
        if step.id:
            self._place(step.id)
        if isinstance(step, model.Ask):
            self._place(step.ask)
        after = self._label()
        if step.only_if is not None:
            self._steps.append(Jump(position=step.place.position, to=after, condition=step.only_if, expects=False))
        self._verb(step, after)
        self._place(after)

    def _verb(self, step: model.Step, after: str) -> None:
        at = step.place.position
        match step:
            case model.Say():
                image = step.image or ""
                self._add(step, Say(position=at, text=step.say, buttons=step.buttons, image=image))
            case model.ShowArticle():
                self._add(step, Say(position=at, article=step.article))
            case model.Ask():
                self._ask(step, after)
            case model.Solved():
                self._solved(step, after)
            case model.If():
                self._if(step, after)
            case model.Branch():
                self._branch(step, after)
            case model.Set():
                self._add(step, Set(position=at, values=step.set))
            case model.Tag():
                self._add(step, Set(position=at, tags=step.tag))
            case model.Call():
                failed = self._goal(step.on_error, after) if step.on_error else ""
                call = Call(position=at, action=step.call, hands_over=step.with_, failed=failed, patience=step.timeout)
                self._add(step, replace(call, save_as=step.save_as or ""))
            case model.RunFlow():
                self._add(step, Enter(position=at, flow=step.flow, hands_over=step.with_))
            case model.Goto():
                self._steps.append(Jump(position=at, to=step.goto))
            case model.Escalate():
                self._add(step, Finish(position=at, handoff=step.escalate))
            case model.End():
                self._add(step, Finish(position=at, ending=step.end))
            case _:
                assert_never(step)

    def _ask(self, step: model.Ask, after: str) -> None:
        blocks: list[tuple[str, model.Choice]] = []
        ways: dict[str, str] = {}
        for choice in step.choices:
            if choice.goto:
                ways[choice.value] = choice.goto
            elif choice.then:
                ways[choice.value] = self._label()
                blocks.append((ways[choice.value], choice))
        ways |= {key: goto for key, goto in (("yes", step.yes), ("no", step.no)) if goto}
        give_up = self._goal(step.on_give_up, after)
        timeout = self._goal(step.on_timeout, after) if step.on_timeout else ""
        self._add(
            step, Ask(position=step.place.position, asks=step, ways=ways, after=after, give_up=give_up, timeout=timeout)
        )
        if blocks:
            self._steps.append(Jump(position=step.place.position, to=after))
        for label, choice in blocks:
            self._place(label)
            self._block(choice.then)
            self._steps.append(Jump(position=choice.place.position, to=after))

    def _solved(self, step: model.Solved, after: str) -> None:
        yes = self._label()
        self._add(step, Ask(position=step.place.position, asks=step, ways={"yes": yes}, after=after, give_up=ESCALATE))
        self._place(yes)
        self._steps.append(
            Finish(name=f"{self._steps[-1].name}:yes", position=step.place.position, ending=model.Ending.SOLVED)
        )

    def _if(self, step: model.If, after: str) -> None:
        other = self._label() if step.else_ else after
        self._steps.append(Jump(position=step.place.position, to=other, condition=step.if_, expects=False))
        self._block(step.then)
        if step.else_:
            self._steps.append(Jump(position=step.place.position, to=after))
            self._place(other)
            self._block(step.else_)

    def _branch(self, step: model.Branch, after: str) -> None:
        for entry in step.branch:
            if entry.if_ is None:
                self._block(entry.otherwise)
                continue
            if entry.goto:
                self._steps.append(Jump(position=entry.place.position, to=entry.goto, condition=entry.if_))
                continue
            other = self._label()
            self._steps.append(Jump(position=entry.place.position, to=other, condition=entry.if_, expects=False))
            self._block(entry.then)
            self._steps.append(Jump(position=entry.place.position, to=after))
            self._place(other)

    def _goal(self, goes: str, after: str) -> str:
        return after if goes == NEXT else goes

    def _add(self, step: model.Step, instruction: Step) -> None:
        name = step.ask if isinstance(step, model.Ask) else step.id or self._count(step.verb)
        self._steps.append(replace(instruction, name=name))

    def _count(self, verb: str) -> str:
        """A name for a step without id: its verb, counted from the second on."""
        self._counts[verb] = count = self._counts.get(verb, 0) + 1
        return verb if count == 1 and verb not in self._written else f"{verb}#{count}"

    def _label(self) -> str:
        self._fresh += 1
        return f"#{self._fresh}"

    def _place(self, label: str) -> None:
        self._labels[label] = len(self._steps)
