"""The steps of a run as a checklist for a person: what is done, then what the flow would still have done. Pure.

`bot.handing_over` makes one when a conversation is passed on; agents tick it. Its texts are the editor's: where a value
would stand there is a gap, so that no personal data gets in.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from textwrap import shorten

from config.settings import Action
from config.texts import Text
from kb.flows import model
from kb.flows.position import FlowPosition
from kb.flows.program import Ask, Call, Enter, Instruction, Program, Say
from kb.flows.walk import follow

MOST = 40
"""So many steps fit on a checklist; the first of them are dropped."""
_LONGEST = 160
_VALUE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistStep:
    """One step, done or to be done."""

    step: str
    """`flow/step`."""
    text: str
    """What it says, asks or does; plain."""
    ticked: bool = False
    by: str = ""
    """Name of the agent who ticked it; empty if the bot did it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What it takes to put steps into words."""

    programs: Mapping[str, Program]
    actions: Mapping[str, Action]
    language: str
    """The one that the agents share."""


def build_checklist(
    passed: Collection[str], position: FlowPosition | None, wording: Wording
) -> tuple[ChecklistStep, ...]:
    """The steps that have been done, ticked, and those that may still come, in their order.

    Args:
        passed: The steps that ran, as `flow/step`, in their order.
        position: Where the flow stands; None if it has ended.
        wording: For the texts.
    """
    under_way = {f"{frame.flow}/{frame.at}" for frame in position.frames} if position else set()
    done = [step for step in dict.fromkeys(passed) if step not in under_way]
    coming = [] if position is None else list(_find_coming(position, wording.programs))
    listed = [(step, True) for step in done] + [(step, False) for step in coming if step not in done]
    steps = (_put(step, ticked, wording) for step, ticked in dict(listed).items())
    by = dict(position.ticked) if position else {}
    kept = (step for step in steps if step is not None)
    return tuple(
        replace(step, ticked=True, by=by[step.step]) if step.step in by and not step.ticked else step for step in kept
    )[-MOST:]


def _find_coming(position: FlowPosition, programs: Mapping[str, Program]) -> Iterator[str]:
    """What the flow waits with and what may follow, then what follows in those that have called it."""
    for depth, frame in enumerate(reversed(position.frames)):
        program = programs.get(frame.flow)
        at = program.places.get(frame.at) if program else None
        if program is None or at is None:
            continue
        for index in sorted(follow(program, at)):
            # A flow that is under way shows as its own steps.
            if index != at or depth == 0:
                yield f"{frame.flow}/{program.instructions[index].name}"


def _put(step: str, ticked: bool, wording: Wording) -> ChecklistStep | None:
    flow, _, name = step.partition("/")
    program = wording.programs.get(flow)
    if program is None or name not in program.places:
        return None
    text = _text_of(program.instructions[program.places[name]], wording)
    return ChecklistStep(step=step, text=text, ticked=ticked) if text else None


def _text_of(step: Instruction, wording: Wording) -> str:
    """What a person would have to do; empty for what only moves the flow."""
    match step:
        case Say():
            return step.article or _say(step.text, wording.language)
        case Ask(asks=model.Ask() as asks):
            return _say(asks.text, wording.language)
        case Call():
            action = wording.actions.get(step.action)
            return (action.title if action else "") or step.action
        case Enter():
            program = wording.programs.get(step.flow)
            return _say(program.flow.title, wording.language) if program else ""
        case _:
            return ""


def _say(text: Text, language: str) -> str:
    _, wordings = text.choose(language, language)
    plain = _VALUE.sub("…", wordings[0].text).replace("**", "") if wordings else ""
    return shorten(plain, _LONGEST, placeholder="…")
