"""Runs flows: from where one stands and what happened to where it stands next. Pure.

How a customer's words are read is not here (`kb.flows.answers`), nor who says the result (`bot.flowing`).
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import assert_never

from config.texts import EMPTY_TEXT, Text, TextError
from kb.flows import model
from kb.flows.frames import Frames, brief
from kb.flows.moves import (
    Advance,
    Answered,
    Asking,
    Calling,
    CallReturned,
    Corrected,
    End,
    Ended,
    Known,
    Line,
    Move,
    Option,
    Refused,
    Returned,
    Skipped,
    TimedOut,
    WantsHelp,
    WentBack,
)
from kb.flows.position import Asked, FlowPosition, Frame
from kb.flows.program import DEAD_END, Ask, Call, Enter, Finish, Jump, Program, Say, Set
from kb.flows.speech import Speech

SOLVED_TRIES = 2
"""Refused answers to "Did that help?" that get another try."""
MAX_PASSED = 200
"""So many of the last steps that ran are kept for the checklist."""
MAX_DONE = 40
"""So many of the last things done are kept for the card."""


def start(programs: Mapping[str, Program], flow: str, known: Known) -> Advance:
    """Begins a flow.

    Raises:
        KeyError: There is no such flow.
    """
    run = _Run(FlowPosition(frames=(Frame(flow=programs[flow].flow.id, at=""),)), programs, known)
    return run.go(0)


def advance(position: FlowPosition, move: Move, programs: Mapping[str, Program], known: Known) -> Advance:
    """Goes on with a flow that waits for an answer or a call."""
    run = _Run(position, programs, known)
    if position.top.flow not in programs:
        return run.hand_over(DEAD_END, dead_end=True)
    run.refit()
    index = run.program.places.get(position.top.at)
    if index is None:
        return run.go(run.dead_end(None))
    step = run.program.instructions[index]
    if isinstance(step, Call):
        return run.go(run.take_call(step, index, move)) if isinstance(move, CallReturned) else run.call(step, index)
    if not isinstance(step, Ask):
        return run.go(run.dead_end(None))
    return run.take(step, move)


def last_answered(position: FlowPosition, programs: Mapping[str, Program]) -> Ask | None:
    """The question before the open one, if it can still be corrected."""
    earlier = _earlier(position)
    if earlier is None:
        return None
    program = programs.get(position.frames[earlier.depth - 1].flow)
    return program.question(earlier.step) if program else None


def _earlier(position: FlowPosition) -> Asked | None:
    asked = position.asked
    if asked and asked[-1] == Asked(depth=len(position.frames), step=position.top.at):
        asked = asked[:-1]
    return asked[-1] if asked else None


class _Run:
    """One move being made. It lives for one call and is the only thing here that changes."""

    def __init__(self, position: FlowPosition, programs: Mapping[str, Program], known: Known) -> None:
        self._position = replace(position, call=0, call_until=None, left_at=None)
        self._programs = programs
        self._known = known
        self._speech = Speech(known)
        self._said: list[Line] = []
        self._tags: list[str] = []
        self._passed: list[str] = []
        self._frames = Frames(position, programs, known)
        self._jumps = 0
        self._stuck = False
        self._gave_up = False
        self._call_failed = False

    @property
    def program(self) -> Program:
        """The program of the frame on top."""
        return self._frames.program

    # The loop

    def go(self, index: int) -> Advance:
        """Runs from an instruction on until something has to be waited for, or it ends."""
        while True:
            step = self.program.instructions[index]
            if isinstance(step, Jump):
                index = self._jump(step, index)
                continue
            if isinstance(step, Ask):
                known = self._frames.find_known(step)
                if known is not None:
                    index = self._follow(step.way(known))
                    continue
            if not isinstance(step, Finish):
                if not self._frames.visit(step.name):
                    index = self.dead_end(index)
                    continue
                self._jumps = 0
                self._passed.append(f"{self._frames.top.flow}/{step.name}")
            try:
                following = self._step(step, index)
            except TextError:
                following = self.dead_end(index)
            if isinstance(following, Advance):
                return following
            index = following

    def _step(self, step: Say | Ask | Set | Call | Enter | Finish, index: int) -> "int | Advance":
        match step:
            case Say():
                self._say(step)
                return index + 1
            case Set():
                self._set(step)
                return index + 1
            case Ask():
                return self._ask(step)
            case Call():
                return self.call(step, index)
            case Enter():
                return self._enter(step)
            case Finish():
                return self._finish(step)
            case _:
                assert_never(step)

    def _jump(self, step: Jump, index: int) -> int:
        self._jumps += 1
        if self._jumps > len(self.program.instructions):
            return self.dead_end(None)
        if step.condition is not None and step.condition.holds(self._frames.values()) is not step.expects:
            return index + 1
        return self._follow(step.to)

    def _follow(self, label: str) -> int:
        index = self.program.labels[label]
        if not label.startswith("#"):
            self._frames.again = index
        return index

    def dead_end(self, index: int | None) -> int:
        """Where the flow goes when it cannot go on at an instruction; a second time within one move to people."""
        label = DEAD_END if self._stuck else self.program.dead_end
        if not label and index is not None:
            return index + 1
        self._stuck = self._stuck or bool(label)
        return self._follow(label or DEAD_END)

    # What a move does

    def take(self, step: Ask, move: Move) -> Advance:
        """Goes on from the question that waits."""
        match move:
            case Answered():
                self._frames.learn(step, move.value)
                return self.go(self._follow(step.way(move.value)))
            case Skipped():
                return self.go(self._follow(step.after))
            case Corrected():
                return self._correct(move.value)
            case WentBack():
                return self._go_back(step)
            case Refused():
                return self._refuse(step)
            case WantsHelp():
                return self._ask_again(step, remark=self._text_of(step, "help"))
            case Returned() | CallReturned():
                return self._ask_again(step)
            case TimedOut():
                return self.go(self._follow(step.timeout)) if step.timeout else self._end(End.ABANDONED, step.name)
            case _:
                assert_never(move)

    def _refuse(self, step: Ask) -> Advance:
        tries = self._position.tries + 1
        most = step.asks.max_tries if isinstance(step.asks, model.Ask) else SOLVED_TRIES
        if tries > most:
            self._gave_up = True
            return self.go(self._follow(step.give_up))
        self._position = replace(self._position, tries=tries)
        remark = self._text_of(step, "invalid")
        return self._ask_again(step, remark=remark, hint=self._hint(step, remark) if tries > 1 else "")

    def _hint(self, step: Ask, remark: str) -> str:
        """Help, or else a good example that has not been named yet."""
        example = step.asks.example if isinstance(step.asks, model.Ask) else ""
        return self._text_of(step, "help") or (f"`{example}`" if example and example not in remark else "")

    def _correct(self, value: object) -> Advance:
        earlier = _earlier(self._position)
        question = self._reopen(earlier) if earlier else None
        if question is None:
            return self.go(self.dead_end(None))
        self._frames.learn(question, value)
        return self.go(self._follow(question.way(value)))

    def _go_back(self, step: Ask) -> Advance:
        earlier = _earlier(self._position)
        question = self._reopen(earlier) if earlier else None
        if question is None:
            return self._ask_again(step)
        self._position = replace(self._position, tries=0)
        return self._ask_again(question)

    def _reopen(self, earlier: Asked) -> Ask | None:
        """Goes back to a question; what has run since may run as often again, because the customer wanted it."""
        program = self._programs.get(self._frames.stack[earlier.depth - 1].flow)
        question = program.question(earlier.step) if program else None
        if question is None:
            return None
        del self._frames.stack[earlier.depth :]
        asked, passed = self._position.asked, self._position.passed
        again = f"{self._frames.top.flow}/{question.name}"
        self._position = replace(
            self._position,
            asked=asked[: len(asked) - asked[::-1].index(earlier)],
            passed=passed[: passed.index(again) + 1] if again in passed else passed,
        )
        self._frames.change(at=question.name, visits={})
        return question

    def take_call(self, step: Call, index: int, move: CallReturned) -> int:
        """Goes on with what a call found out."""
        if move.result is None:
            self._frames.done.append(f"{step.action} failed")
            self._call_failed = not step.failed
            return self._follow(step.failed) if step.failed else self.dead_end(index)
        action = self._known.actions.get(step.action)
        self._frames.done.append(f"{step.action} {brief(move.result)}".strip())
        if step.save_as:
            self._frames.set({step.save_as: dict(move.result)})
        if action is not None and action.changes:
            changed = (*self._position.changed, action.title or step.action)
            self._position = replace(self._position, changed=changed, asked=())
        return index + 1

    # Instructions

    def _say(self, step: Say) -> None:
        slots = self._frames.top.slots
        if step.article:
            self._said.append(Line(step=step.name, article=step.article))
        else:
            text = self._say_it(step.text, step.name)
            self._said.append(Line(step=step.name, text=text, buttons=step.buttons, image=step.image, slots=slots))

    def _set(self, step: Set) -> None:
        if step.values:
            self._frames.set(self._speech.compute(step.values, self._frames.values()))
        self._tags.extend(step.tags)

    def _ask(self, step: Ask) -> Advance:
        asking = self._asking(step)
        self._position = replace(self._position, tries=0)
        if isinstance(step.asks, model.Ask):
            entry = Asked(depth=len(self._frames.stack), step=step.name)
            self._position = replace(self._position, asked=(*self._position.asked, entry))
        self._frames.change(at=step.name)
        return self._result(asks=replace(asking, tries=0, can_go_back=self._can_go_back()))

    def _ask_again(self, step: Ask, *, remark: str = "", hint: str = "") -> Advance:
        try:
            asking = self._asking(step)
        except TextError:
            return self.go(self.dead_end(None))
        return self._result(
            asks=replace(asking, tries=self._position.tries, can_go_back=self._can_go_back(), remark=remark, hint=hint)
        )

    def call(self, step: Call, index: int) -> Advance:
        """Asks for a call and waits for it."""
        try:
            values = self._speech.compute(step.hands_over, self._frames.values())
        except TextError:
            return self.go(self.dead_end(index))
        self._frames.change(at=step.name)
        return self._result(calls=Calling(step=step.name, action=step.action, values=values, patience=step.patience))

    def _enter(self, step: Enter) -> int:
        handed = self._speech.compute(step.hands_over, self._frames.values())
        program = self._programs[step.flow]
        slots = {name: value for name, value in handed.items() if name in program.flow.takes and value is not None}
        self._frames.change(at=step.name)
        self._frames.stack.append(Frame(flow=step.flow, at="", slots=slots))
        self._frames.again = -1
        return 0

    def _finish(self, step: Finish) -> "int | Advance":
        if step.handoff is not None:
            return self.hand_over(step.name, step.handoff, dead_end=step.dead_end)
        if len(self._frames.stack) == 1:
            return self._end(End(step.ending.value), step.name)
        self._frames.stack.pop()
        # Its questions cannot be gone back to: its slots are gone with it.
        self._position = replace(self._position, asked=())
        self._frames.again = -1
        if self._frames.top.flow not in self._programs:
            return self.hand_over(DEAD_END, dead_end=True)
        index = self.program.places.get(self._frames.top.at)
        if index is None:
            return self.dead_end(None)
        return self._finish(step) if self.program.is_last(index) else index + 1

    def hand_over(self, name: str, to: model.HandoffTo | None = None, *, dead_end: bool = False) -> Advance:
        """Ends every flow of the run with a hand-off."""
        to = to or model.HandoffTo()
        values = self._frames.values()
        return self._end(
            End.ESCALATED,
            name,
            dead_end=dead_end,
            team=to.team,
            priority=to.priority,
            reason=self._speech.note(to.reason, {**values, **self._frames.masked()}),
            summary=self._speech.note(to.summary, values),
            message=self._speech.try_to_say(to.message, f"flow:{self._frames.top.flow}:{name}:message", values),
        )

    def refit(self) -> None:
        """After a reload: a slot that no longer fits its question is empty."""
        if self._position.version != self._known.version:
            self._frames.refit()

    # Results

    def _say_it(self, text: Text, name: str) -> str:
        return self._speech.say(text, f"flow:{self._frames.top.flow}:{name}", self._frames.values())

    def _text_of(self, step: Ask, part: str) -> str:
        text = getattr(step.asks, part, EMPTY_TEXT)
        return self._speech.try_to_say(text, f"flow:{self._frames.top.flow}:{step.name}:{part}", self._frames.values())

    def _asking(self, step: Ask) -> Asking:
        asks = step.asks
        if not isinstance(asks, model.Ask):
            return Asking(step=step.name, question=step, text=self._say_it(asks.solved, step.name))
        values = self._frames.values()
        options = tuple(
            Option(value=choice.value, label=self._speech.label(choice.label, values)) for choice in asks.choices
        )
        return Asking(
            step=step.name,
            question=step,
            text=self._say_it(asks.text, step.name),
            options=options,
            image=asks.image or "",
            can_skip=asks.optional,
        )

    def _can_go_back(self) -> bool:
        return _earlier(replace(self._position, frames=tuple(self._frames.stack))) is not None

    def _end(self, how: End, step: str, **handoff: object) -> Advance:
        flow = self._frames.top.flow
        done, passed = tuple(self._frames.done[-MAX_DONE:]), self._passed_by_now()
        ended = Ended(how=how, flow=flow, step=step, done=done, passed=passed, **handoff)  # type: ignore[arg-type]  # as in _change
        return replace(self._result(), position=None, ended=ended)

    def _passed_by_now(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self._position.passed, *self._passed)))[-MAX_PASSED:]

    def _result(self, asks: Asking | None = None, calls: Calling | None = None) -> Advance:
        position = replace(
            self._position,
            frames=tuple(self._frames.stack),
            done=tuple(self._frames.done[-MAX_DONE:]),
            passed=self._passed_by_now(),
            version=self._known.version,
        )
        return Advance(
            position=position,
            said=tuple(self._said),
            asks=asks,
            calls=calls,
            tags=tuple(dict.fromkeys(self._tags)),
            remembers=self._frames.remembers,
            used=self._speech.used,
            gave_up=self._gave_up,
            call_failed=self._call_failed,
            passed=tuple(self._passed),
        )
