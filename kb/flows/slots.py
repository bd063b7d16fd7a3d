"""What the Slots of a Flow can be, what its Steps say, and which names they use; for the rules F and texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from config.names import ANYTHING, Known, of_type
from config.settings import DeskSettings
from config.source import ScalarNode
from config.texts import Text, analyse_condition, analyse_text
from config.values import YES_NO_TYPE, ValueKind, ValueType
from kb.flows.model import Ask, AskType, Branch, Call, Escalate, Flow, If, Say, Set, Solved, Step
from kb.flows.ways import Ways

_VALUE_KINDS = {
    AskType.NUMBER: ValueKind.NUMBER, AskType.DATE: ValueKind.DATE, AskType.EMAIL: ValueKind.EMAIL,
    AskType.PHONE: ValueKind.PHONE, AskType.FILE: ValueKind.FILE, AskType.TEXT: ValueKind.TEXT,
}  # fmt: skip


def slots_of(flow: Flow, ways: Ways, settings: DeskSettings) -> Mapping[str, Known]:
    """The Slots of a Flow and what each can be; one that is set in several ways can be anything."""
    found: dict[str, list[Known]] = {name: [ANYTHING] for name in flow.takes}
    for step in ways.steps():
        if isinstance(step, Ask):
            found.setdefault(step.ask, []).append(_known_answer(step))
        elif isinstance(step, Set):
            for name in step.set:
                found.setdefault(name, []).append(ANYTHING)
        elif isinstance(step, Call) and step.save_as:
            found.setdefault(step.save_as, []).append(_known_result(step, settings))
    return {name: known[0] if len(known) == 1 else _either(known) for name, known in found.items()}


def _either(known: Sequence[Known]) -> Known:
    if all(k.fields is not None for k in known):
        fields = {name: ANYTHING for k in known for name in k.fields or ()}
        return Known(fields=fields)
    return Known(open=any(k.open or k.fields is not None for k in known))


def _known_answer(ask: Ask) -> Known:
    if ask.choices:
        return of_type(ValueType(kind=ValueKind.CHOICE, choices=tuple(choice.value for choice in ask.choices)))
    if ask.place.misread & {"type", "choices"}:
        return ANYTHING
    if ask.takes in (AskType.YES_NO, AskType.DONE):
        return of_type(YES_NO_TYPE)
    kind = _VALUE_KINDS.get(ask.takes)
    return of_type(ValueType(kind=kind)) if kind else ANYTHING


def _known_result(call: Call, settings: DeskSettings) -> Known:
    action = settings.actions.get(call.call)
    if action is None:
        return Known(open=True)
    return Known(fields={name: of_type(value_type) for name, value_type in action.result_types.items()})


def said_by(step: Step) -> Iterator[Text]:
    """The texts of a Step that a customer reads."""
    match step:
        case Say():
            yield step.say
            for button in step.buttons:
                yield from (button.label, button.say)
        case Ask():
            yield from (step.text, step.help)
            for choice in step.choices:
                yield choice.label
        case Solved():
            yield step.solved
        case Escalate():
            yield step.escalate.message
        case _:
            return


def names_used(steps: Iterable[Step]) -> Iterator[str]:
    """The names that the texts and conditions of Steps use, as often as they do."""
    for step in steps:
        yield from _names_in(step.place.node, step)


def _names_in(node: object, step: Step) -> Iterator[str]:
    """Every name in the texts below a node that are not Steps of their own."""
    own = {"choices", "text", "help", "invalid", "say", "buttons", "with", "set", "escalate", "solved", "check"}
    conditions = [step.only_if]
    if isinstance(step, If):
        conditions.append(step.if_)
    if isinstance(step, Branch):
        conditions += [entry.if_ for entry in step.branch]
    for condition in conditions:
        if condition is not None:
            yield from (use.name for use in analyse_condition(condition.source).names)
    entries: Iterable[tuple[ScalarNode, object]] = getattr(node, "entries", ())
    for key, value in entries:
        if key.text in own:
            yield from _names_below(value)


def _names_below(node: object) -> Iterator[str]:
    if isinstance(node, ScalarNode):
        yield from (use.name for use in analyse_text(node.text).names)
        return
    for _, value in getattr(node, "entries", ()):
        yield from _names_below(value)
    for item in getattr(node, "items", ()):
        yield from _names_below(item)
