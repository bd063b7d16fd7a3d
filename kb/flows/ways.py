"""Every way through a Flow: Steps as the nodes of a graph, with what is known after each of them.

Only the rules F look at it; what really runs is the compiled program. A way says in words how one got there.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import assert_never

from config.texts import Condition, analyse_condition
from kb.flows.model import (
    Ask,
    Branch,
    Call,
    End,
    Escalate,
    Flow,
    Goto,
    If,
    RunFlow,
    Say,
    Set,
    ShowArticle,
    Solved,
    Step,
    Tag,
)

FALLS_OFF = -1
"""The Flow stops without saying how it ended."""
LEAVES = -2
"""The Flow ends, is handed over, or is at a dead end."""
NOBODY_KNOWS = -3
"""A jump to a Step that does not exist."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """One way on from a Step."""

    target: int
    """Number of a node, or one of the words above."""
    label: str = ""
    """What must have happened, for example `light=green`."""
    gives: frozenset[str] = frozenset()
    """Names that have a value on this way."""


@dataclass(slots=True, kw_only=True)
class Node:
    """One Step among its neighbours."""

    step: Step
    follows: Step | None
    """The Step before it in the same list."""
    depth: int
    """How many blocks it is nested in; 1 at the top."""
    exits: list[Exit] = field(default_factory=list)
    present: frozenset[str] = frozenset()
    """Names that have a value because the Step is done only then."""

    @property
    def waits(self) -> bool:
        """The customer is asked something."""
        return isinstance(self.step, (Ask, Solved))


class Ways:
    """The graph of one Flow."""

    def __init__(self, flow: Flow) -> None:
        """Builds it."""
        self.flow = flow
        self.nodes: list[Node] = []
        self.labels: dict[str, int] = {}
        self.duplicates: list[tuple[str, int, int]] = []
        """Labels that two Steps have: the label, the first and the second node."""
        self._pending: list[tuple[int, str, str, frozenset[str]]] = []
        self.entry = self._add(flow.steps, FALLS_OFF, depth=1)
        for number, label, name, gives in self._pending:
            self.nodes[number].exits.append(Exit(target=self.find(name), label=label, gives=gives))

    def find(self, name: str) -> int:
        """The node a jump leads to."""
        if name in ("end", "escalate"):
            return LEAVES
        return self.labels.get(name, NOBODY_KNOWS)

    def steps(self) -> Iterator[Step]:
        """Every Step, also the nested ones."""
        for node in self.nodes:
            yield node.step

    def _add(self, steps: Sequence[Step], after: int, *, depth: int) -> int:
        """Adds a list of Steps; returns where it begins."""
        first = len(self.nodes)
        for position, step in enumerate(steps):
            node = Node(step=step, follows=steps[position - 1] if position else None, depth=depth)
            self._name(step, len(self.nodes))
            self.nodes.append(node)
        numbers = range(first, first + len(steps))
        for number, step in zip(numbers, steps, strict=True):
            follow = number + 1 if number + 1 < first + len(steps) else after
            self._connect(number, step, follow, depth)
        return first if steps else after

    def _name(self, step: Step, number: int) -> None:
        label = step.id or (step.ask if isinstance(step, Ask) else None)
        if label is None:
            return
        if label in self.labels:
            self.duplicates.append((label, self.labels[label], number))
        self.labels.setdefault(label, number)
        if isinstance(step, Ask):
            self.labels.setdefault(step.ask, number)

    def _connect(self, number: int, step: Step, follow: int, depth: int) -> None:
        node = self.nodes[number]
        if step.only_if is not None:
            node.present = _present_if(step.only_if)
            node.exits.append(Exit(target=follow, label=f"not {step.only_if.source}"))
        match step:
            case Say() | ShowArticle() | Tag():
                node.exits.append(Exit(target=follow))
            case Set():
                node.exits.append(Exit(target=follow, gives=frozenset(step.set)))
            case Ask():
                self._connect_ask(number, step, follow, depth)
            case If():
                self._connect_if(number, step, follow, depth)
            case Branch():
                self._connect_branch(number, step, follow, depth)
            case Call():
                self._connect_call(number, step, follow)
            case RunFlow():
                # As the last Step its end is this Flow's end.
                node.exits.append(Exit(target=LEAVES if follow == FALLS_OFF else follow))
            case Goto():
                self._jump(number, step.goto, "")
            case Solved():
                node.exits.append(Exit(target=LEAVES, label="yes"))
                node.exits.append(Exit(target=LEAVES if follow == FALLS_OFF else follow, label="no"))
            case Escalate() | End():
                node.exits.append(Exit(target=LEAVES))
            case _:
                assert_never(step)

    def _jump(self, number: int, name: str, label: str, gives: frozenset[str] = frozenset()) -> None:
        self._pending.append((number, label, name, gives))

    def _connect_ask(self, number: int, step: Ask, follow: int, depth: int) -> None:
        node = self.nodes[number]
        gives = frozenset({step.ask})
        for choice in step.choices:
            label = f"{step.ask}={choice.value}"
            if choice.goto:
                self._jump(number, choice.goto, label, gives)
            else:
                target = self._add(choice.then, follow, depth=depth + 1) if choice.then else follow
                node.exits.append(Exit(target=target, label=label, gives=gives))
        for label, jump in (("yes", step.yes), ("no", step.no)):
            if jump:
                self._jump(number, jump, f"{step.ask}={label}", gives)
        if not step.choices and not (step.yes and step.no):
            node.exits.append(Exit(target=follow, gives=gives))
        if step.optional:
            node.exits.append(Exit(target=follow, label=f"{step.ask} skipped"))
        self._connect_jump(number, step.on_give_up, follow, f"{step.ask} given up")
        if step.on_timeout:
            self._connect_jump(number, step.on_timeout, follow, f"{step.ask} not answered")

    def _connect_jump(self, number: int, jump: str, follow: int, label: str) -> None:
        if jump == "next":
            self.nodes[number].exits.append(Exit(target=follow, label=label))
        else:
            self._jump(number, jump, label)

    def _connect_if(self, number: int, step: If, follow: int, depth: int) -> None:
        node = self.nodes[number]
        present = _present_if(step.if_)
        then = self._add(step.then, follow, depth=depth + 1)
        other = self._add(step.else_, follow, depth=depth + 1)
        node.exits.append(Exit(target=then, label=step.if_.source, gives=present))
        node.exits.append(Exit(target=other, label=f"not {step.if_.source}"))

    def _connect_branch(self, number: int, step: Branch, follow: int, depth: int) -> None:
        node = self.nodes[number]
        closed = False
        for entry in step.branch:
            source = entry.if_.source if entry.if_ else "otherwise"
            gives = _present_if(entry.if_) if entry.if_ else frozenset()
            closed = closed or entry.place.has("otherwise")
            if entry.goto:
                self._jump(number, entry.goto, source, gives)
            else:
                target = self._add((*entry.then, *entry.otherwise), follow, depth=depth + 1)
                node.exits.append(Exit(target=target, label=source, gives=gives))
        if not closed:
            node.exits.append(Exit(target=follow, label="nothing fits"))

    def _connect_call(self, number: int, step: Call, follow: int) -> None:
        gives = frozenset({step.save_as}) if step.save_as else frozenset()
        self.nodes[number].exits.append(Exit(target=follow, gives=gives))
        if step.on_error:
            self._connect_jump(number, step.on_error, follow, f"{step.call} failed")
        else:
            self.nodes[number].exits.append(Exit(target=LEAVES, label=f"{step.call} failed"))

    def reachable(self, roots: Sequence[int]) -> set[int]:
        """Every node one can get to."""
        seen: set[int] = set()
        waiting = [root for root in roots if root >= 0]
        while waiting:
            number = waiting.pop()
            if number not in seen:
                seen.add(number)
                waiting += [e.target for e in self.nodes[number].exits if e.target >= 0]
        return seen

    def known_at(self, roots: Sequence[int]) -> Mapping[int, frozenset[str]]:
        """The names that surely have a value when a Step begins, by node."""
        known: dict[int, frozenset[str]] = {root: frozenset() for root in roots if root >= 0}
        waiting = deque(known)
        while waiting:
            number = waiting.popleft()
            for exit_ in self.nodes[number].exits:
                if exit_.target < 0:
                    continue
                arriving = known[number] | exit_.gives
                before = known.get(exit_.target)
                after = arriving if before is None else before & arriving
                if after != before:
                    known[exit_.target] = after
                    waiting.append(exit_.target)
        return known

    def way_without(self, roots: Sequence[int], target: int, name: str) -> str:
        """A shortest way to a Step on which a name gets no value, in words."""
        base = name.partition(".")[0]
        came: dict[int, tuple[int, str]] = {}
        waiting = deque(root for root in roots if root >= 0)
        seen = set(waiting)
        while waiting:
            number = waiting.popleft()
            if number == target:
                break
            for exit_ in self.nodes[number].exits:
                if exit_.target >= 0 and exit_.target not in seen and not exit_.gives & {name, base}:
                    seen.add(exit_.target)
                    came[exit_.target] = (number, exit_.label)
                    waiting.append(exit_.target)
        return self._in_words(came, target)

    def _in_words(self, came: Mapping[int, tuple[int, str]], target: int) -> str:
        words = [self.title(target)]
        number = target
        while number in came:
            number, label = came[number]
            if label:
                words.append(label)
        return " → ".join(reversed(words[:6]))

    def title(self, number: int) -> str:
        """What a Step is called in a message."""
        step = self.nodes[number].step
        if isinstance(step, Ask):
            return step.id or step.ask
        return step.id or step.verb

    def source_of(self, name: str) -> str:
        """The Step that would give a name its value."""
        base = name.partition(".")[0]
        for number, node in enumerate(self.nodes):
            step = node.step
            if isinstance(step, Ask) and step.ask == base:
                return self.title(number)
            if isinstance(step, Call) and step.save_as == base:
                return step.call
            if isinstance(step, Set) and base in step.set:
                return self.title(number)
        return base

    def find_circle(self) -> list[int]:
        """Nodes that run in a circle without asking anything; empty if there is none."""
        state: dict[int, int] = {}
        for start in range(len(self.nodes)):
            if start not in state and (circle := self._circle_from(start, state)):
                return circle
        return []

    def _circle_from(self, start: int, state: dict[int, int]) -> list[int]:
        """Looks along all ways from one node. State 1: on the present way, 2: done with."""
        path: list[int] = []
        waiting: list[tuple[int, Iterator[int]]] = [(start, iter(self._silent_targets(start)))]
        state[start] = 1
        path.append(start)
        while waiting:
            number, targets = waiting[-1]
            target = next(targets, None)
            if target is None:
                waiting.pop()
                path.pop()
                state[number] = 2
            elif state.get(target) == 1:
                return [*path[path.index(target) :], target]
            elif target not in state:
                state[target] = 1
                path.append(target)
                waiting.append((target, iter(self._silent_targets(target))))
        return []

    def _silent_targets(self, number: int) -> list[int]:
        node = self.nodes[number]
        return [] if node.waits else [e.target for e in node.exits if e.target >= 0]

    def most_questions(self) -> int:
        """The most questions a customer answers in a row before one asks whether it is solved; circles count once."""
        memo: dict[int, int] = {}
        on_way: set[int] = set()

        def count(number: int) -> int:
            if number < 0 or number in on_way:
                return 0
            if number not in memo:
                node = self.nodes[number]
                if isinstance(node.step, Solved):
                    return 0
                on_way.add(number)
                best = max((count(e.target) for e in node.exits), default=0)
                on_way.discard(number)
                memo[number] = best + isinstance(node.step, Ask)
            return memo[number]

        # A Flow is never longer than the entries of one file, but Python's stack is short.
        return count(self.entry) if len(self.nodes) < 400 else 0


def _present_if(condition: Condition) -> frozenset[str]:
    """Names that have a value where a condition holds; a result of which one field is there has come back."""
    paths = analyse_condition(condition.source).present
    return paths | {path.partition(".")[0] for path in paths}
