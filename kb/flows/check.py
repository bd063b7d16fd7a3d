"""The rules F on Flows: jumps, circles, dead ends, and what may still be empty where it is said."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise

from config.findings import Findings, Fix, find_similar, list_names
from config.names import Known, Scope
from config.place import Position
from config.settings import DeskSettings
from config.text_rules import TextRules
from config.texts import NameUse, Wording, analyse_text
from config.values import ValueKind
from kb.check import check_button, check_caption, check_life, check_shown, present_names
from kb.flows.kinds import JUMP_WORDS
from kb.flows.model import (
    Ask,
    AskType,
    Branch,
    BranchEntry,
    Call,
    Choice,
    Flow,
    Goto,
    Remember,
    RunFlow,
    Say,
    Step,
)
from kb.flows.slots import names_used, said_by, slots_of
from kb.flows.ways import FALLS_OFF, Ways

MOST_CHOICES, FEW_CHOICES = 10, 5
MANY_QUESTIONS = 8
DEEP = 4

OWN_FIELDS: Mapping[str, frozenset[AskType]] = {
    "choices": frozenset({AskType.CHOICE}),
    "max_length": frozenset({AskType.TEXT}),
    "pattern": frozenset({AskType.TEXT, AskType.EMAIL, AskType.PHONE}),
    "example": frozenset({AskType.TEXT, AskType.EMAIL, AskType.PHONE}),
    "min": frozenset({AskType.NUMBER}),
    "max": frozenset({AskType.NUMBER}),
    "yes": frozenset({AskType.YES_NO}),
    "no": frozenset({AskType.YES_NO}),
}
"""Fields of a question that belong to some types only."""
_PERSONAL = re.compile(
    r"(^|_)(phone|mobile|email|e_mail|iban|card|password|passport|birthday|birth_date|ssn|address)($|_)"
)


class FlowRules:
    """Holds the Flows of one desk against the rules."""

    def __init__(self, flows: Sequence[Flow], settings: DeskSettings, findings: Findings, texts: TextRules) -> None:
        """Takes the Flows, what they may call and know, and where to report."""
        self.flows = {flow.id: flow for flow in flows}
        self.settings = settings
        self.findings = findings
        self.texts = texts
        self.ways = {flow.id: Ways(flow) for flow in flows}

    def check(self, called: Iterable[str], today: date) -> None:
        """Every rule on every Flow.

        Args:
            called: Ids of Flows that something leads to.
            today: For the rules on dates.
        """
        reached = set(called)
        for flow in self.flows.values():
            check_life("flow", flow, today, self.findings)
            check_shown("flow", flow.show_when, today, flow.status, self.findings)
            if not flow.starts_when and flow.id not in reached and "starts_when" not in flow.place.misread:
                self.findings.report("F19", flow.place.at("id"), flow=flow.id)
            _FlowCheck(self, flow).check()
        self._check_calls_itself()

    def scope(self, flow_id: str, general: Scope) -> Scope:
        """The names that texts of a Flow may use: its Slots hide Customer fields."""
        flow = self.flows.get(flow_id)
        return general.with_names(slots_of(flow, self.ways[flow_id], self.settings)) if flow else general

    def _check_calls_itself(self) -> None:
        for flow in self.flows.values():
            if circle := self._circle(flow.id, (flow.id,)):
                self.findings.report("F20", flow.place.at("id"), flow=flow.id, circle=" → ".join(circle))

    def _circle(self, start: str, way: tuple[str, ...]) -> tuple[str, ...] | None:
        for called in self._calls(way[-1]):
            if called == start:
                return (*way, start)
            if called not in way and (circle := self._circle(start, (*way, called))):
                return circle
        return None

    def _calls(self, flow_id: str) -> list[str]:
        ways = self.ways.get(flow_id)
        steps = ways.steps() if ways else ()
        return [step.flow for step in steps if isinstance(step, RunFlow) and step.flow in self.flows]


class _FlowCheck:
    """Holds one Flow against the rules."""

    def __init__(self, rules: FlowRules, flow: Flow) -> None:
        self.rules = rules
        self.flow = flow
        self.ways = rules.ways[flow.id]
        self.findings = rules.findings
        self.roots: list[int] = []

    def check(self) -> None:
        for node in self.ways.nodes:
            self._check_step(node.step)
            if node.depth == DEEP and node.follows is None:
                self.findings.report("F15", node.step.place.position)
        self._check_labels()
        self._check_ways()
        self._check_slots_used()
        self._check_jump(self.flow.on_dead_end, self.flow.place.at("on_dead_end"), words=True)

    def _check_step(self, step: Step) -> None:
        match step:
            case Ask():
                self._check_ask(step)
            case Say():
                for button in step.buttons:
                    check_button(button, self.findings)
                if step.image:
                    check_caption(step.say, self.findings)
            case Branch():
                self._check_branch(step)
            case Call():
                self._check_call(step)
            case RunFlow():
                self._check_run(step)
            case Goto():
                self._check_jump(step.goto, step.place.at("goto"))
            case _:
                pass

    def _check_jump(self, name: str, position: Position, *, words: bool = False) -> None:
        """F09. Jumps may also be one of three words; ids of Steps may not."""
        if name in self.ways.labels or (words and name in JUMP_WORDS):
            return
        known = [*self.ways.labels, *(JUMP_WORDS if words else ())]
        meant = find_similar(name, known)
        named = f"steps with a name: {list_names(known)}" if known else "no step of this flow has a name"
        self.findings.report(
            "F09",
            position,
            id=name,
            flow=self.flow.id,
            hint=f"did you mean '{meant}'?" if meant else named,
            fix=Fix(position=position, old=name, new=meant) if meant else None,
        )

    def _check_ask(self, ask: Ask) -> None:
        place = ask.place
        if "type" not in place.misread:
            if ask.type is AskType.CHOICE and not ask.choices and "choices" not in place.misread:
                self.findings.report("F08", place.position)
            for name, types in OWN_FIELDS.items():
                if place.has(name) and ask.takes not in types:
                    self.findings.report("F28", place.key_at(name), field=name, type=ask.takes.value)
        self._check_choices(ask)
        for name, jump in (("yes", ask.yes), ("no", ask.no)):
            if jump is not None:
                self._check_jump(jump, place.at(name))
        for name, jump in (("on_give_up", ask.on_give_up), ("on_timeout", ask.on_timeout)):
            if jump is not None and place.has(name):
                self._check_jump(jump, place.at(name), words=True)
        if (place.has("pattern") or place.has("check")) and not ask.invalid and "invalid" not in place.misread:
            self.findings.report("F13", place.position)
        if ask.pattern and ask.example and not ask.pattern.fits(ask.example):
            self.findings.report("F14", place.at("example"), example=ask.example, pattern=ask.pattern.source)
        self._check_personal(ask)
        if ask.image:
            check_caption(ask.text, self.findings)

    def _check_personal(self, ask: Ask) -> None:
        customer = self.rules.settings.customer
        if ask.remember is Remember.CUSTOMER and ask.ask not in customer:
            kind = ask.takes.value if ask.takes.value in list(ValueKind) else "text"
            self.findings.report("F27", ask.place.at("ask"), name=ask.ask, type=kind)
        known = customer.get(ask.ask)
        personal = ask.takes in (AskType.EMAIL, AskType.PHONE) or _PERSONAL.search(ask.ask)
        if personal and not ask.sensitive and not (known and known.sensitive):
            position = ask.place.at("ask")
            indent = " " * (ask.place.key_at("ask").column - 1)
            fix = Fix(position=position, old=ask.ask, new=f"{ask.ask}\n{indent}sensitive: yes")
            in_lines = ask.place.at("text").line != position.line
            self.findings.report("F11", position, name=ask.ask, fix=fix if in_lines else None)

    def _check_choices(self, ask: Ask) -> None:
        for choice in ask.choices:
            if choice.goto is not None:
                self._check_jump(choice.goto, choice.place.at("goto"))
            self._check_both(choice, "choice")
        jumping = [choice for choice in ask.choices if _leads_on(choice)]
        if jumping and len(jumping) < len(ask.choices):
            for choice in ask.choices:
                if not _leads_on(choice) and not choice.place.misread & {"goto", "then"}:
                    self.findings.report("F25", choice.place.position)
        if len(ask.choices) > MOST_CHOICES:
            self.findings.report("C05", ask.place.key_at("choices"), count=len(ask.choices))
        elif len(ask.choices) > FEW_CHOICES:
            self.findings.report("C06", ask.place.key_at("choices"), count=len(ask.choices))
        self._check_same_choices(ask.choices)

    def _check_same_choices(self, choices: Sequence[Choice]) -> None:
        values: set[str] = set()
        labels: set[tuple[str, str]] = set()
        for choice in choices:
            if choice.value in values:
                self.findings.report("F23", choice.place.at("value"), what="value", value=choice.value, language="")
            values.add(choice.value)
            for language, wording in choice.label.sentences():
                key = (language, wording.text.casefold())
                if key in labels:
                    shown = f" ({language})" if language else ""
                    self.findings.report("F23", wording.position, what="label", value=wording.text, language=shown)
                labels.add(key)

    def _check_both(self, block: Choice | BranchEntry, what: str) -> None:
        if block.place.has("goto") and block.place.has("then"):
            self.findings.report("F29", block.place.position, what=what)

    def _check_branch(self, branch: Branch) -> None:
        for entry in branch.branch:
            place = entry.place
            if not place.has("if") and not place.has("otherwise") and not place.misread & {"if", "otherwise"}:
                self.findings.report("S04", place.position, owner="A way of a branch", field="if")
            if entry.goto is not None:
                self._check_jump(entry.goto, place.at("goto"))
            self._check_both(entry, "way")
            self._check_otherwise(entry)
        for entry, after in pairwise(branch.branch):
            if entry.place.has("otherwise") and not entry.place.has("if"):
                self.findings.report("F07", after.place.position, before="otherwise", hint="put it above 'otherwise'")
        if not any(entry.place.has("otherwise") for entry in branch.branch) and "branch" not in branch.place.misread:
            self.findings.report("F06", branch.place.position)

    def _check_otherwise(self, entry: BranchEntry) -> None:
        """It takes whatever comes to it, so a condition beside it says nothing."""
        if entry.place.has("otherwise") and entry.place.has("if"):
            hint = "begin a new entry with it:  - otherwise:"
            position = entry.place.key_at("otherwise")
            self.findings.report("S03", position, key="otherwise", owner="a way with 'if'", hint=hint)

    def _check_call(self, call: Call) -> None:
        if not call.place.has("on_error"):
            self.findings.report("F22", call.place.position)
        elif call.on_error is not None:
            self._check_jump(call.on_error, call.place.at("on_error"), words=True)
        action = self.rules.settings.actions.get(call.call)
        if action is not None:
            self._check_handed_over(call, "action", call.call, tuple(action.takes))

    def _check_run(self, run: RunFlow) -> None:
        other = self.rules.flows.get(run.flow)
        if other is not None and "takes" not in other.place.misread:
            self._check_handed_over(run, "flow", run.flow, other.takes)

    def _check_handed_over(self, step: Call | RunFlow, kind: str, id_: str, takes: Sequence[str]) -> None:
        for name in step.with_:
            if name in takes:
                continue
            position = step.place.key_at("with", name)
            meant = find_similar(name, takes)
            hint = (
                f"did you mean '{meant}'?"
                if meant
                else f"it takes: {list_names(takes)}"
                if takes
                else "it takes nothing"
            )
            fix = Fix(position=position, old=name, new=meant) if meant else None
            self.findings.report("F21", position, kind=kind, id=id_, name=name, hint=hint, fix=fix)

    def _check_labels(self) -> None:
        for label, first, second in self.ways.duplicates:
            step = self.ways.nodes[second].step
            position = step.place.at("id") if step.place.has("id") else step.place.at("ask")
            line = self.ways.nodes[first].step.place.position.line
            self.findings.report("F05", position, id=label, line=line)

    def _check_ways(self) -> None:
        self.roots = [self.ways.entry]
        reachable = self.ways.reachable(self.roots)
        pasted = {second for _, _, second in self.ways.duplicates}
        for number, node in enumerate(self.ways.nodes):
            if number in reachable:
                continue
            if node.follows is not None and number not in pasted:
                self.findings.report("F07", node.step.place.position, before=node.follows.verb)
            # From here on the Flow is looked at as if one could get here.
            self.roots.append(number)
            reachable |= self.ways.reachable([number])
        split = {finding.position for finding in self.findings if finding.code == "F04"}
        for node in self.ways.nodes:
            position = node.step.place.position
            if any(exit_.target == FALLS_OFF for exit_ in node.exits) and position not in split:
                self.findings.report("F10", position)
        if circle := self.ways.find_circle():
            titles = " → ".join(self.ways.title(number) for number in circle)
            self.findings.report("F16", self.ways.nodes[circle[0]].step.place.position, circle=titles)
        count = self.ways.most_questions()
        if count > MANY_QUESTIONS:
            self.findings.report("F26", self.flow.place.at("id"), count=count)
        self._check_empty()

    def _check_empty(self) -> None:
        """F18 and T25: a Slot, a result or a Customer field that is said before it surely has a value."""
        slots = slots_of(self.flow, self.ways, self.rules.settings)
        known = self.ways.known_at(self.roots)
        always = present_names(self.flow.show_when)
        for number, node in enumerate(self.ways.nodes):
            here = known.get(number, frozenset()) | node.present | always
            reported: set[str] = set()
            for text in said_by(node.step):
                for _, wording in text.sentences():
                    for use in analyse_text(wording.text).names:
                        sure = {use.name, use.path} & here
                        if not use.guarded and not sure and use.path not in reported:
                            reported.add(use.path)
                            self._report_empty(use, wording, number, slots)

    def _report_empty(self, use: NameUse, wording: Wording, number: int, slots: Mapping[str, Known]) -> None:
        position = self.rules.texts.locate(wording, use.path, whole=True)
        if use.name in slots:
            way = self.ways.way_without(self.roots, number, use.path)
            source = self.ways.source_of(use.name)
            self.findings.report("F18", position, name=use.path, way=way, source=source)
        elif use.name in self.rules.settings.customer:
            self.findings.report("T25", position, name=use.path)

    def _check_slots_used(self) -> None:
        used = Counter(names_used(self.ways.steps()))
        for step in self.ways.steps():
            if not isinstance(step, Ask) or step.takes is AskType.DONE or step.remember is Remember.CUSTOMER:
                continue
            leads = any(_leads_on(choice) for choice in step.choices) or step.yes or step.no
            if not used[step.ask] and not leads:
                self.findings.report("F24", step.place.at("ask"), name=step.ask)


def _leads_on(choice: Choice) -> bool:
    return choice.place.has("goto") or choice.place.has("then")
