"""Every way through a flow's program, without running it: what is never reached, where it sticks, how long it is.

`exits` is also what `kb.flows.graph` draws. The rules that refuse a flow are `kb.flows.check`; what is found here is
shown by `firstline flow walk`.
"""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from kb.flows import model
from kb.flows.program import DEAD_END, Ask, Call, Enter, Finish, Instruction, Jump, Program, Say, Set


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """One way on from an instruction."""

    to: int
    """Index of an instruction."""
    label: str = ""
    """What must have happened: a choice's value, `yes`, `fails`, `gives up`, `silence`, or a condition."""
    aside: bool = False
    """It is not what usually happens: giving up, silence, a call that fails."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """What was found in one flow."""

    flow: str
    steps: int
    """Named steps."""
    questions: int
    unreachable: tuple[Instruction, ...]
    """No way leads there."""
    stuck: tuple[Instruction, ...]
    """A call that may fail and does not say what then: the flow's dead end."""
    unfinished: tuple[Instruction, ...]
    """After them the steps run out without saying how it ended."""
    no_person: tuple[Instruction, ...]
    """Questions from which no way, not even giving up, leads to a person."""
    endless: tuple[Instruction, ...]
    """Questions from which no way leads to an end."""
    longest: tuple[str, ...]
    """Names of the questions on the longest way that takes no step twice."""
    in_a_row: tuple[str, ...]
    """Names of most questions a customer may answer before "Did that help?" or an end."""

    @property
    def problems(self) -> Iterator[tuple[Instruction, str]]:
        """Everything that should be looked at, in words, in the order of the file."""
        found = [
            *((step, "no way leads here") for step in self.unreachable),
            *((step, "may fail, and nothing says what then: add on_error") for step in self.stuck),
            *((step, "the steps run out here without saying how it ended") for step in self.unfinished),
            *((step, "no way leads from here to a person") for step in self.no_person),
            *((step, "no way leads from here to an end") for step in self.endless),
        ]
        yield from sorted(found, key=lambda each: each[0].position)


def walk(programs: Mapping[str, Program], flow: str) -> Walk:
    """Looks at every way through a flow.

    Args:
        programs: Of all flows: those that are called count, too.
        flow: The flow's id.

    Raises:
        KeyError: There is no such flow.
    """
    return _Paths(programs, programs[flow]).look()


def find_unpassed(program: Program, passed: Container[str]) -> tuple[Instruction, ...]:
    """The steps of a flow that none of the passed ones, `flow/step`, is; for the coverage by tests."""
    return tuple(
        step
        for step in program.instructions
        if step.name and not isinstance(step, Finish) and f"{program.flow.id}/{step.name}" not in passed
    )


def follow(program: Program, start: int) -> set[int]:
    """Every instruction that one usually gets to from one of them: nothing is given up, no call fails."""
    reached, waiting = {start}, [start]
    while waiting:
        for way in exits(program, waiting.pop()):
            if not way.aside and way.to not in reached:
                reached.add(way.to)
                waiting.append(way.to)
    return reached


def exits(program: Program, index: int) -> Iterator[Exit]:
    """Every way on from an instruction."""
    step, labels = program.instructions[index], program.labels
    match step:
        case Jump():
            yield Exit(to=labels[step.to], label=_condition(step, holds=step.expects))
            if step.condition is not None:
                yield Exit(to=index + 1, label=_condition(step, holds=not step.expects))
        case Ask():
            yield from _answers(program, step)
        case Call():
            yield Exit(to=index + 1)
            failed = step.failed or program.dead_end
            yield Exit(to=labels[failed] if failed else index + 1, label="fails", aside=True)
        case Say() | Set():
            yield Exit(to=index + 1)
        case Enter():
            if not program.is_last(index):
                yield Exit(to=index + 1)
        case Finish():
            return


def _answers(program: Program, step: Ask) -> Iterator[Exit]:
    labels = program.labels
    for value in _values(step):
        yield Exit(to=labels[step.way(value)], label=value)
    asks = step.asks
    if isinstance(asks, model.Ask) and asks.optional:
        yield Exit(to=labels[step.after], label="skip", aside=True)
    yield Exit(to=labels[step.give_up], label="gives up", aside=True)
    if step.timeout:
        yield Exit(to=labels[step.timeout], label="silence", aside=True)


def _values(step: Ask) -> tuple[str, ...]:
    """The answers that may lead different ways."""
    asks = step.asks
    if not isinstance(asks, model.Ask) or asks.takes is model.AskType.YES_NO:
        return ("yes", "no")
    return tuple(choice.value for choice in asks.choices) or ("",)


def _condition(step: Jump, *, holds: bool) -> str:
    if step.condition is None:
        return ""
    return step.condition.source if holds else f"not ({step.condition.source})"


class _Paths:
    """One program as a graph."""

    def __init__(self, programs: Mapping[str, Program], program: Program) -> None:
        self._programs, self._program = programs, program
        self._steps = program.instructions
        self._exits = [tuple(exits(program, index)) for index in range(len(self._steps))]
        self._reached = self._follow({0})

    def look(self) -> Walk:
        written = [index for index, step in enumerate(self._steps) if not step.name.startswith("#")]
        asked = [index for index in written if isinstance(self._steps[index], Ask) and index in self._reached]
        persons = self._lead_to(index for index, step in enumerate(self._steps) if self._meets_person(step))
        ends = self._lead_to(index for index, step in enumerate(self._steps) if self._ends(step, index))
        return Walk(
            flow=self._program.flow.id,
            steps=len(self._named(written)),
            questions=len(asked),
            unreachable=self._named(index for index in written if index not in self._reached),
            stuck=self._named(index for index in written if index in self._reached and self._sticks(index)),
            unfinished=self._unfinished,
            no_person=self._named(index for index in asked if index not in persons),
            endless=self._named(index for index in asked if index not in ends),
            longest=self._longest(until_solved=False),
            in_a_row=self._longest(until_solved=True),
        )

    def _named(self, indexes: Iterator[int] | list[int]) -> tuple[Instruction, ...]:
        return tuple(self._steps[index] for index in indexes if self._steps[index].name and not self._is_part(index))

    def _is_part(self, index: int) -> bool:
        """Whether it was not written as a step of its own: the yes of "Did that help?"."""
        return ":" in self._steps[index].name

    def _ends(self, step: Instruction, index: int) -> bool:
        return isinstance(step, Finish) or (isinstance(step, Enter) and self._program.is_last(index))

    def _sticks(self, index: int) -> bool:
        step = self._steps[index]
        return isinstance(step, Call) and not step.failed and self._program.dead_end == DEAD_END

    @cached_property
    def _unfinished(self) -> tuple[Instruction, ...]:
        """Steps from which the next thing is that the steps have run out; a called flow's end is its caller's."""
        last = next(i for i, step in enumerate(self._steps) if isinstance(step, Finish) and step.implicit)
        found: list[int] = []
        for index in sorted(self._reached):
            step = self._steps[index]
            if not step.name or isinstance(step, (Finish, Enter)) or _is_solved(step):
                continue
            if any(self._settle(way.to) == last for way in self._exits[index] if not way.aside):
                found.append(index)
        return self._named(found)

    def _settle(self, index: int) -> int:
        """Where one comes out behind the jumps that are always taken."""
        seen: set[int] = set()
        while index not in seen and isinstance(step := self._steps[index], Jump) and step.condition is None:
            seen.add(index)
            index = self._program.labels[step.to]
        return index

    def _follow(self, start: set[int]) -> set[int]:
        reached, waiting = set(start), list(start)
        while waiting:
            for way in self._exits[waiting.pop()]:
                if way.to not in reached:
                    reached.add(way.to)
                    waiting.append(way.to)
        return reached

    def _lead_to(self, goals: Iterator[int]) -> set[int]:
        """Every instruction from which one of the goals can be reached."""
        back: dict[int, list[int]] = {}
        for index, ways in enumerate(self._exits):
            for way in ways:
                back.setdefault(way.to, []).append(index)
        reached = set(goals)
        waiting = list(reached)
        while waiting:
            for index in back.get(waiting.pop(), ()):
                if index not in reached:
                    reached.add(index)
                    waiting.append(index)
        return reached

    def _meets_person(self, step: Instruction) -> bool:
        if isinstance(step, Finish):
            return step.handoff is not None
        if isinstance(step, Enter):
            return any(
                isinstance(inner, Finish) and inner.handoff is not None and not inner.name.startswith("#")
                for inner in self._programs[step.flow].instructions
            )
        return False

    def _longest(self, *, until_solved: bool) -> tuple[str, ...]:
        """The way with most questions; ways that lead back are not taken, so each step counts once."""
        best: dict[int, tuple[int, int]] = {}
        after: dict[int, int] = {}
        for index in self._backwards():
            step = self._steps[index]
            ways = [way.to for way in self._exits[index] if way.to in best]
            follower = max(ways, key=lambda to: best[to][0], default=-1)
            count = best[follower][0] if follower >= 0 else 0
            if until_solved and _is_solved(step):
                count, follower = 0, -1
            own = isinstance(step, Ask) and not _is_solved(step)
            best[index] = (count + own, index)
            after[index] = follower
        start = 0 if not until_solved else max(best, key=lambda index: (best[index][0], -index), default=0)
        return tuple(self._names(start, after))

    def _names(self, index: int, after: Mapping[int, int]) -> Iterator[str]:
        while index >= 0:
            step = self._steps[index]
            if isinstance(step, Ask) and not _is_solved(step):
                yield step.name
            index = after.get(index, -1)

    def _backwards(self) -> Iterator[int]:
        """Reached instructions, each after all that follow it but for those that lead back to it."""
        state: dict[int, int] = {}
        stack = [(0, iter(self._exits[0]))]
        state[0] = 1
        while stack:
            index, ways = stack[-1]
            way = next(ways, None)
            if way is None:
                stack.pop()
                yield index
            elif way.to not in state:
                state[way.to] = 1
                stack.append((way.to, iter(self._exits[way.to])))


def _is_solved(step: Instruction) -> bool:
    return isinstance(step, Ask) and isinstance(step.asks, model.Solved)
