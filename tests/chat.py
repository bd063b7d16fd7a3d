"""Whole talks as text that a support lead can review: reads a `.chat` file and plays it against a desk.

A line is `customer:`, `file:`, `press:`, `command:`, `agent:`, `agent does:`, `wait:`, `bot:` or a fact after
`=`. Every message the customer is shown must stand there as `bot:`, in order, with its buttons if any are named; `...`
in a text stands for anything, `[...]` for any buttons. `@ key: value` lines at the top set the scene.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.desk import Desk
from bot.model import Attachment, Audience, Message
from bot.play import Mock, Play
from escalation.hours import zone_of
from escalation.transcript import render_transcript

_LINE = re.compile(r"^(customer|file|press|command|agent does|agent|wait|bot|edits?)\s*:\s*(.*)$")
_BUTTON = re.compile(r"\s*\[([^\]]+)\]\s*$")
_LENGTH = re.compile(r"(\d+)\s*([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
WORKDAY = "2026-11-23 10:00"
"""A Monday at which every team is open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a talk and where it stands."""

    number: int
    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A talk that was read."""

    path: Path
    scene: dict[str, str]
    lines: tuple[Line, ...]


def read_scenario(path: Path) -> Scenario:
    """Reads a `.chat` file.

    Raises:
        ValueError: A line is none of the known kinds.
    """
    scene: dict[str, str] = {}
    lines: list[Line] = []
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        text = raw.strip()
        if not text or text.startswith("#"):
            continue
        if text.startswith("@"):
            key, _, value = text[1:].partition(":")
            scene[key.strip()] = value.strip()
        elif text.startswith("="):
            lines.append(Line(number=number, kind="=", text=text[1:].strip()))
        elif found := _LINE.match(text):
            lines.append(Line(number=number, kind=found[1], text=found[2].strip()))
        else:
            raise ValueError(f"{path.name}:{number}: '{text}' is no line of a talk")
    return Scenario(path=path, scene=scene, lines=tuple(lines))


def play_scenario(scenario: Scenario, desk: Desk) -> Play:
    """Plays a talk and compares every line.

    Raises:
        AssertionError: The talk goes another way; the message names file and line.
    """
    at = datetime.strptime(scenario.scene.get("at", WORKDAY), "%Y-%m-%d %H:%M").replace(tzinfo=zone_of(desk.policy))
    fields = dict(part.split("=", 1) for part in scenario.scene.get("customer", "").split() if "=" in part)
    play = Play(
        desk,
        at.astimezone(UTC),
        channel=scenario.scene.get("channel", "web"),
        language=scenario.scene.get("language", "en"),
        fields=fields,
        mocks=_read_mocks(scenario.scene.get("mock", ""), desk),
    )
    shown: list[Message] = []
    for line in scenario.lines:
        where = f"{scenario.path.name}:{line.number}"
        if line.kind == "bot":
            assert shown, f"{where}: the bot says nothing here, expected: {line.text}"
            _compare(shown.pop(0), line.text, where)
        elif line.kind == "=":
            assert not shown or line.text == "...", f"{where}: the bot also says: {shown[0].text}"
            _check_fact(play, line.text, where)
        else:
            assert not shown, f"{where}: before this the bot also says: {shown[0].text}"
            shown = _do(play, line)
    assert not shown, f"{scenario.path.name}: at the end the bot also says: {shown[0].text}"
    return play


def _read_mocks(written: str, desk: Desk) -> dict[str, Mock]:
    """`line_test.result=ok check_outage=fails`: fields laid over an action's own mock, or a call that fails."""
    results: dict[str, dict[str, object] | None] = {}
    for part in written.split():
        name, _, value = part.partition("=")
        action, _, field = name.partition(".")
        before = results.get(action, dict(desk.settings.actions[action].mock))
        results[action] = None if not field or before is None else {**before, field: value}
    return {action: Mock(result=result) for action, result in results.items()}


def _do(play: Play, line: Line) -> list[Message]:
    match line.kind:
        case "customer":
            return play.say(line.text)
        case "file":
            return play.say("", Attachment(id="f1", name=line.text, media_type="image/png", size=9))
        case "press":
            return play.press(line.text)
        case "command":
            name, _, rest = line.text.partition(" ")
            return play.command(name, **({"to": rest} if rest else {}))
        case "agent":
            return play.agent(line.text)
        case "agent does":
            name, _, rest = line.text.partition(" ")
            return play.act(name, **dict(re.findall(r"(\w+)=\"?([^\"=]+?)\"?(?=\s+\w+=|$)", rest)))
        case "wait":
            found = _LENGTH.findall(line.text)
            return play.wait(timedelta(**{_UNITS[unit]: int(number) for number, unit in found}))
        case _:
            raise AssertionError(f"unknown line {line.kind}")


def _compare(message: Message, expected: str, where: str) -> None:
    buttons: list[str] = []
    while found := _BUTTON.search(expected):
        buttons.insert(0, found[1])
        expected = expected[: found.start()]
    said = " ".join(message.text.split())
    pattern = ".*".join(re.escape(part.strip()) for part in " ".join(expected.split()).split("..."))
    assert re.fullmatch(pattern, said, re.DOTALL), f"{where}:\n  expected: {expected}\n  said:     {said}"
    labels = [choice.label for choice in message.choices]
    if "..." in buttons:
        labels = [label if label in buttons else "..." for label in labels]
        labels = [
            label for label, before in zip(labels, ["", *labels], strict=False) if label != "..." or before != "..."
        ]
    assert not buttons or labels == buttons, f"{where}: expected buttons {buttons}, on show are {labels}"


def _check_fact(play: Play, fact: str, where: str) -> None:
    if fact in ("silent", "..."):
        return
    name, _, wanted = (part.strip() for part in fact.partition(":"))
    found = _FACTS[name](play)
    assert found == wanted, f"{where}: {name} is '{found}', expected '{wanted}'"


def _handoff(play: Play, name: str) -> str:
    handoff = play.conversation.handoff if play.conversation else None
    return str(getattr(handoff, name)) if handoff else "none"


def _last_article(play: Play) -> str:
    because = [because for turn in play.turns for because in turn.because if because.article]
    return because[-1].article if because else "none"


def _kept_inside(play: Play) -> str:
    return str(sum(1 for message in play.messages if message.kind.value == "note"))


def _transcript(play: Play) -> str:
    handoff = play.conversation.handoff if play.conversation else None
    text = render_transcript(play.messages, handoff.upto) if handoff else ""
    return f"{len(text.splitlines())} messages"


def _flow_end(play: Play) -> str:
    ends = [because.step for turn in play.turns for because in turn.because if because.rule == "flow_end"]
    return ends[-1] if ends else "none"


_FACTS: dict[str, Callable[[Play], str]] = {
    "owner": lambda play: play.owner.value,
    "handed to": lambda play: _handoff(play, "team"),
    "priority": lambda play: _handoff(play, "priority"),
    "trigger": lambda play: _handoff(play, "trigger"),
    "agent": lambda play: _handoff(play, "agent_name"),
    "language": lambda play: play.conversation.language if play.conversation else "none",
    "article": _last_article,
    "question": lambda play: (
        play.conversation.question.kind.value if play.conversation and play.conversation.question else "none"
    ),
    "failed": lambda play: str(play.conversation.failed if play.conversation else 0),
    "notes": _kept_inside,
    "transcript": _transcript,
    "refused": lambda play: play.turns[-1].refused or "no",
    "customer sees": lambda play: str(sum(1 for m in play.messages if m.audience is Audience.CUSTOMER)),
    "flow": lambda play: (
        play.conversation.flow.frames[-1].flow if play.conversation and play.conversation.flow else "none"
    ),
    "step": lambda play: play.conversation.flow.top.at if play.conversation and play.conversation.flow else "none",
    "slots": lambda play: " ".join(f"{name}={value}" for name, value in play.slots.items() if isinstance(value, str)),
    "ended": lambda play: _flow_end(play),
    "summary": lambda play: _handoff(play, "summary"),
    "reason": lambda play: _handoff(play, "reason"),
    "steps": lambda play: (
        " > ".join(play.conversation.handoff.steps) if play.conversation and play.conversation.handoff else "none"
    ),
    "number": lambda play: str(play.conversation.number if play.conversation else 0),
    "tags": lambda play: " ".join(play.conversation.tags) if play.conversation else "",
}
