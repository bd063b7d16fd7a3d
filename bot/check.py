"""All rules on a desk folder in their order, and the rules X on conversation tests.

Each room holds its own content against its rules; this module knows all of it and therefore says what is named, what is
used, and which names a text may say where.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from bot.content import Content
from bot.conversation_tests import ChatLine, ConversationTest
from config.desk_check import check_built_in, check_channels, check_desk, check_places, names_in_phrase
from config.findings import Findings, Fix, find_similar, list_names
from config.kinds import Item, Reading, ReferenceUse, Role
from config.names import ANYTHING, HANDOFF_NAMES, Known, Scope, general_scope, of_type, one_of, plain_names
from config.phrases import load_builtin
from config.place import Position
from config.references import Register, Target, check_references
from config.settings import DeskSettings
from config.source import DeskFolder
from config.text_rules import TextRules
from config.texts import Text, analyse_condition, analyse_text
from config.values import Priority, ValueKind, ValueRefusedError, ValueType
from escalation.check import check_policy, check_questions_fire, check_replies, check_teams_used, places_of
from escalation.policy import DEFAULT_POLICY, MESSAGE_KEYS
from kb.article import Article, Status
from kb.check import check_articles, check_smalltalk, guarded_texts
from kb.flows.check import FlowRules
from kb.flows.model import Ask, Escalate, Flow

LINE_VERBS = ("customer", "press", "sends", "wait", "agent", "agent_does")
MOCK_WORDS = ("fails", "times_out")


class FolderCheck:
    """Holds one desk folder against every rule that needs more than a single field."""

    def __init__(self, folder: DeskFolder, content: Content, settings: DeskSettings, reading: Reading) -> None:
        """Takes what was read, and what was noted down while reading."""
        self.content = content
        self.settings = settings
        self.reading = reading
        self.findings: Findings = reading.findings
        sources = {
            file: data.decode("utf-8-sig", errors="replace").replace("\r\n", "\n").split("\n")
            for file, data in folder.content.items()
        }
        self.texts = TextRules(self.findings, sources, settings.languages, settings.default_language)
        self.flows = FlowRules(content.flows, settings, self.findings, self.texts)
        self.general = general_scope(settings)
        self.built_in = load_builtin()

    def check(self) -> None:
        """Every rule."""
        content, findings, today = self.content, self.findings, self.content.today
        check_desk(self.settings, findings)
        check_channels(content.channels, findings)
        own = dict(content.phrases) | dict(content.policy.messages.written())
        check_built_in(self.settings, own, content.words, self.built_in, findings)
        check_articles(content.articles, self.settings.languages, today, findings)
        check_smalltalk(content.smalltalk, findings)
        if content.policy is not DEFAULT_POLICY:
            check_policy(content.policy, self.settings.languages, today, self._priorities_given(), findings)
        check_replies(content.replies, findings)
        check_places(places_of(content.policy.teams), findings)
        human = [w.text for _, w in self.built_in.words.get("human", Text()).sentences()]
        check_questions_fire(content.policy, content.articles, human, findings)
        self._check_references()
        led_to = {u.id for u in self.reading.references if "flow" in u.targets and u.item.kind != "conversations"}
        self.flows.check(self.reading_complete(led_to), today)
        self._check_texts()
        self._check_phrase_keys()
        self._check_conversations()
        self._check_used()

    def _priorities_given(self) -> Iterator[tuple[Priority, Position]]:
        """The priorities that flows and replies give to a Handoff, and where."""
        for ways in self.flows.ways.values():
            for step in ways.steps():
                if isinstance(step, Escalate) and step.escalate.priority is not None:
                    yield step.escalate.priority, step.escalate.place.at("priority")
        for reply in self.content.replies:
            if reply.then.priority is not None:
                yield reply.then.priority, reply.then.place.at("priority")

    def reading_complete(self, called: set[str]) -> set[str]:
        """Ids that something leads to; all of them where a file could not be read, for it may lead there."""
        return {flow.id for flow in self.content.flows} if self.content.unread else called

    def _check_references(self) -> None:
        register = self._register()
        if self.content.unread:
            files = [use for use in self.reading.references if use.targets[0] in ("file", "image")]
            check_references(files, register, self.content.media, self.findings)
            return
        check_references(self.reading.references, register, self.content.media, self.findings)
        self._check_categories()

    def _register(self) -> Register:
        content, register = self.content, Register()
        register.add("article", (_target(a, _why_hidden(a)) for a in content.articles), self.findings)
        register.add("flow", (_target(f, _why_hidden(f)) for f in content.flows), self.findings)
        register.add("small talk", (_target(s) for s in content.smalltalk), self.findings)
        register.add("reply", (_target(r) for r in content.replies), self.findings)
        register.add("trigger", (_target(t) for t in content.policy.triggers), self.findings)
        register.add(
            "team", (Target(id=t, position=p.place.key) for t, p in content.policy.teams.items()), self.findings
        )
        register.add(
            "action", (Target(id=n, position=a.place.key) for n, a in self.settings.actions.items()), self.findings
        )
        for flow in content.flows:
            if (article := register.find(["article"], flow.id)) is not None:
                place = f"{article.position.file}:{article.position.line}"
                self.findings.report("R02", flow.place.at("id"), id=flow.id, kind="article", other=place)
        return register

    def _check_categories(self) -> None:
        categories = self.settings.categories
        if not categories or "categories" in self.settings.place.misread:
            return
        for article in self.content.articles:
            first = article.category.partition("/")[0]
            if first and article.category not in categories and first not in categories:
                position = article.place.at("category")
                meant = find_similar(first, categories)
                hint = f"did you mean '{meant}'?" if meant else f"categories are: {list_names(list(categories))}"
                fix = Fix(position=position, old=first, new=meant) if meant else None
                self.findings.report("R01", position, kind="category", id=first, hint=hint, fix=fix)

    # Names -------------------------------------------------------------------------------------------

    @cached_property
    def _handoff(self) -> Scope:
        return self.general.with_names(plain_names(HANDOFF_NAMES))

    @cached_property
    def _routing(self) -> Scope:
        categories = {article.category for article in self.content.articles if article.category}
        paths = {"/".join(c.split("/")[: n + 1]) for c in categories for n in range(c.count("/") + 1)}
        named: Mapping[str, Known] = {
            "category": one_of(sorted(paths | set(self.settings.categories))) if not self.content.unread else ANYTHING,
            "flow": one_of(self.flows.flows) if not self.content.unread else ANYTHING,
            "confidence": of_type(ValueType(kind=ValueKind.NUMBER)),
        }
        return self.general.with_names(named)

    def _scope_of_text(self, item: Item, role: Role) -> Scope | None:
        match item.kind:
            case "flows":
                return self.flows.scope(item.id, self.general)
            case "escalation" | "replies":
                return self._handoff
            case "phrases" | "words" | "conversations":
                return None
            case "desk" if role is Role.SPOKEN:
                return self.general.with_names(plain_names(("bot", "desk")))
            case _:
                return self.general

    def _check_texts(self) -> None:
        guards = guarded_texts(self.content.articles)
        scopes: dict[tuple[str, str, Role], Scope | None] = {}
        for use in self.reading.texts:
            key = (use.item.kind, use.item.id, use.role)
            if key not in scopes:
                scopes[key] = self._scope_of_text(use.item, use.role)
            scope = scopes[key]
            # What may be empty in a Flow depends on the way there.
            present = frozenset(scope.names) if scope and use.item.kind == "flows" else guards.get(use.text.position)
            self.texts.check_text(use, scope, present or frozenset())
        for condition in self.reading.conditions:
            kind = condition.item.kind
            scope = self._routing if kind == "escalation" else self._scope_of_text(condition.item, Role.VALUE)
            self.texts.check_condition(condition, scope)

    def _check_phrase_keys(self) -> None:
        """Phrases that a desk words itself use only the names of the built-in text."""
        for key, text in self.content.phrases.items():
            if key in self.built_in.phrases:
                self._check_phrase(key, text)

    def _check_phrase(self, key: str, text: Text) -> None:
        scope = self.general.with_names(plain_names(names_in_phrase(self.built_in.phrases[key])))
        if key in MESSAGE_KEYS:
            scope = scope.with_names(plain_names(HANDOFF_NAMES))
        for use in self.reading.texts:
            if use.item.kind == "phrases" and use.text.position == text.position:
                self.texts.check_text(use, scope)

    # What is used ------------------------------------------------------------------------------------

    def _check_used(self) -> None:
        if self.content.unread:
            return
        misspelt = any(f.code == "R01" and "team" in f.message for f in self.findings)
        if not misspelt and self.content.policy is not DEFAULT_POLICY:
            used = {u.id for u in self.reading.references if "team" in u.targets and _asks_for_team(u)}
            check_teams_used(self.content.policy, used, self.findings)
        names = set(self._paths_used())
        for name in self.settings.variables:
            if f"vars.{name}" not in names:
                self.findings.report("D13", self.settings.place.key_at("variables", name), kind="variable", name=name)
        used_categories = {article.category.partition("/")[0] for article in self.content.articles}
        used_categories |= {article.category for article in self.content.articles}
        for category in self.settings.categories:
            if category not in used_categories:
                position = self.settings.place.key_at("categories", category)
                self.findings.report("D13", position, kind="category", name=category)

    def _paths_used(self) -> Iterator[str]:
        for use in self.reading.texts:
            for _, wording in use.text.sentences():
                yield from (name.path for name in analyse_text(wording.text).names)
        for condition in self.reading.conditions:
            yield from (name.path for name in analyse_condition(condition.condition.source).names)

    # Conversation tests ------------------------------------------------------------------------------

    def _check_conversations(self) -> None:
        seen: dict[str, ConversationTest] = {}
        for test in self.content.conversations:
            other = seen.setdefault(test.name, test)
            if other is not test:
                place = f"{other.place.position.file}:{other.place.position.line}"
                self.findings.report("X08", test.place.at("name"), other=place)
            if test.chat and all(line.expect is None and "expect" not in line.place.misread for line in test.chat):
                self.findings.report("X06", test.place.position)
            self._check_customer(test)
            self._check_mocks(test)
            for line in test.chat:
                self._check_line(line)
        self._check_steps_passed()

    def _check_line(self, line: ChatLine) -> None:
        written = [name for name in LINE_VERBS if line.place.has(name)]
        if len(written) > 1 or not (written or line.place.misread):
            listed = f": {', '.join(written)}" if written else ""
            self.findings.report("X05", line.place.position, count=len(written), list=listed)
        expect = line.expect
        if expect is None:
            return
        flow = self.flows.flows.get(expect.flow or "")
        if expect.step is not None:
            self._check_step(expect.step, flow, expect.place.at("step"))
        for name in expect.slots:
            if not any(name in slots for slots in self._slots_by_flow.values()):
                self._report_name(name, {n for s in self._slots_by_flow.values() for n in s}, expect.place, "slots")
        if expect.message is not None and expect.message not in self._phrase_keys:
            position = expect.place.at("message")
            meant = find_similar(expect.message, self._phrase_keys)
            hint = f"did you mean '{meant}'?" if meant else ""
            self.findings.report("R01", position, kind="message", id=expect.message, hint=hint)

    @cached_property
    def _phrase_keys(self) -> frozenset[str]:
        return frozenset({*self.built_in.phrases, *MESSAGE_KEYS})

    @cached_property
    def _slots_by_flow(self) -> Mapping[str, Mapping[str, Known]]:
        return {id_: self.flows.scope(id_, Scope()).names for id_ in self.flows.flows}

    def _check_step(self, step: str, flow: Flow | None, position: Position) -> None:
        """F09. Without a flow beside it, the step may be one of any flow."""
        ways = [self.flows.ways[flow.id]] if flow else list(self.flows.ways.values())
        labels = {label for way in ways for label in way.labels}
        if step in labels or not labels or self.content.unread:
            return
        meant = find_similar(step, labels)
        hint = f"did you mean '{meant}'?" if meant else f"steps with a name: {list_names(sorted(labels))}"
        fix = Fix(position=position, old=step, new=meant) if meant else None
        name = flow.id if flow else list_names(sorted(self.flows.flows))
        self.findings.report("F09", position, id=step, flow=name, hint=hint, fix=fix)

    def _check_customer(self, test: ConversationTest) -> None:
        for name, raw in test.customer.items():
            known = self.settings.customer.get(name)
            position = test.place.at("customer", name)
            if known is None:
                self._report_name(name, set(self.settings.customer), test.place, "customer")
                continue
            try:
                known.type.convert(raw)
            except ValueRefusedError:
                possible = ", ".join(known.type.choices) or known.type.kind.value
                self.findings.report("T08", position, name=name, value=raw, possible=possible)

    def _report_name(self, name: str, known: set[str], place: object, field: str) -> None:
        position = place.key_at(field, name)  # type: ignore[attr-defined]  # every block has a Place
        meant = find_similar(name, known)
        hint = f"did you mean '{meant}'?" if meant else f"known names: {list_names(sorted(known))}"
        fix = Fix(position=position, old=name, new=meant) if meant else None
        self.findings.report("T06", position, name=name, hint=hint, fix=fix)

    def _check_mocks(self, test: ConversationTest) -> None:
        for name, raw in test.mock.items():
            action = self.settings.actions.get(name)
            if action is None or raw in MOCK_WORDS:
                continue
            position = test.place.at("mock", name)
            if not isinstance(raw, dict):
                detail = "write its fields, or fails, or times_out"
                self.findings.report("D10", position, action=name, detail=detail)
                continue
            for field, value in raw.items():
                value_type = action.result_types.get(field)
                try:
                    if value_type is None:
                        raise ValueRefusedError(f"'{field}' is not one of its fields")
                    value_type.convert(value)
                except ValueRefusedError as error:
                    self.findings.report("D10", position, action=name, detail=error)

    def _check_steps_passed(self) -> None:
        expected = [line.expect for test in self.content.conversations for line in test.chat if line.expect]
        passed = {expect.step for expect in expected if expect.step is not None}
        for flow in self.content.flows if self.content.conversations else ():
            for step in self.flows.ways[flow.id].steps():
                if isinstance(step, Ask) and step.ask not in passed and step.id not in passed:
                    self.findings.report("X07", step.place.at("ask"), step=step.ask, flow=flow.id)


def _target(item: object, hidden: str = "") -> Target:
    return Target(id=item.id, position=item.place.at("id"), hidden=hidden)  # type: ignore[attr-defined]  # all have ids


def _why_hidden(item: Article | Flow) -> str:
    if item.status is not Status.PUBLISHED:
        return item.status.value
    return "internal" if isinstance(item, Article) and item.internal else ""


def _asks_for_team(use: ReferenceUse) -> bool:
    return use.item.kind != "conversations"
