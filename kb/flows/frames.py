"""The flows that stand on top of each other in one run, and what they have learned, while a move is made.

`kb.flows.run` moves them; they become a `FlowPosition` again at its end.
"""

from collections.abc import Mapping
from dataclasses import replace

from kb.flows import model
from kb.flows.fitting import fits_question
from kb.flows.moves import Known
from kb.flows.position import FlowPosition, Frame
from kb.flows.program import Ask, Program

MAX_VISITS = 3
"""So often a step runs in one run of its flow."""
MASKED = "•••"
"""Stands for a sensitive value."""


class Frames:
    """The frames of one run. They live for one move and change."""

    def __init__(self, position: FlowPosition, programs: Mapping[str, Program], known: Known) -> None:
        self._programs, self._known = programs, known
        self.stack: list[Frame] = list(position.frames)
        self.done: list[str] = list(position.done)
        """What was done, in words for the card."""
        self.remembers: dict[str, object] = {}
        """New values of customer fields."""
        self.again = -1
        """Where a `goto` has led: a question there is asked even if its value is known."""
        self._settled: set[str] = set()
        """Questions that were answered or passed over in this move."""

    @property
    def top(self) -> Frame:
        """The frame that runs."""
        return self.stack[-1]

    @property
    def program(self) -> Program:
        """The program of the frame that runs."""
        return self._programs[self.top.flow]

    def change(self, **changes: object) -> None:
        """Changes the frame that runs."""
        self.stack[-1] = replace(self.top, **changes)  # type: ignore[arg-type]  # checked by the dataclass

    def set(self, values: Mapping[str, object]) -> None:
        """Gives slots of the frame that runs a value."""
        self.change(slots={**self.top.slots, **values})

    def values(self) -> Mapping[str, object]:
        """Every name that a text or condition may use now; a slot hides a customer field of the same name."""
        return {**self._known.values, **self.remembers, **self.top.slots}

    def masked(self) -> Mapping[str, object]:
        """The sensitive slots of the frame that runs, as they may stand in a report."""
        program = self._programs.get(self.top.flow)
        asked = (step.asks for step in program.instructions if isinstance(step, Ask)) if program else ()
        hidden = {asks.ask for asks in asked if isinstance(asks, model.Ask) and asks.sensitive}
        return {name: MASKED for name, value in self.top.slots.items() if name in hidden and value is not None}

    def visit(self, name: str) -> bool:
        """Counts a step; False if it has run too often already."""
        count = self.top.visits.get(name, 0) + 1
        if count <= MAX_VISITS:
            self.change(visits={**self.top.visits, name: count})
        return count <= MAX_VISITS

    def learn(self, question: Ask, value: object) -> None:
        """Takes an answer: into its slot, to the customer if it is kept for him, and onto the card."""
        asks = question.asks
        self._settled.add(question.name)
        if not isinstance(asks, model.Ask):
            self.done.append(f"{question.name} {plain(value)}")
            return
        self.done.append(f"{asks.ask} {MASKED if asks.sensitive else plain(value)}")
        self.set({asks.ask: value})
        if asks.remember is model.Remember.CUSTOMER:
            self.remembers[asks.ask] = value

    def find_known(self, question: Ask) -> object:
        """The value that makes asking needless: the slot's, else that of the customer field of the same name."""
        asks = question.asks
        if not isinstance(asks, model.Ask) or not asks.skip_if_known:
            return None
        value = self.top.slots.get(asks.ask)
        # What was learned in this run is asked again after a goto, and where the flow has come round within one move:
        # it would be a circle without a word of the customer.
        if value is not None and (self.program.labels[asks.ask] == self.again or question.name in self._settled):
            return None
        if value is None:
            value = self.remembers.get(asks.ask, self._known.customer.get(asks.ask))
        if value is None or not fits_question(asks, value):
            return None
        self.set({asks.ask: value})
        self._settled.add(question.name)
        return value

    def refit(self) -> None:
        """Empties slots that no longer fit their question."""
        for depth, frame in enumerate(self.stack):
            program = self._programs.get(frame.flow)
            if program is not None:
                kept = {name: value for name, value in frame.slots.items() if _still_fits(program, name, value)}
                self.stack[depth] = replace(frame, slots=kept)


def _still_fits(program: Program, slot: str, value: object) -> bool:
    question = program.question(slot)
    return question is None or not isinstance(question.asks, model.Ask) or fits_question(question.asks, value)


def plain(value: object) -> str:
    """A value in a few words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return " ".join(str(value).split())[:80]


def brief(result: Mapping[str, object]) -> str:
    """The first values of a result, enough to see how a call went."""
    return ", ".join(plain(value) for value in list(result.values())[:3] if value is not None)
