"""Looks into texts and conditions before they are compiled: the allow-list, and which names are used how.

Called at load by the checks and once more by whoever compiles, so nothing outside the list is ever compiled.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from jinja2 import TemplateSyntaxError, nodes
from jinja2.parser import Parser

from config.texts.environment import FILTERS, environment

MAX_SOURCE = 8 * 1024
MAX_PARTS = 500
MAX_DEPTH = 60
_TOO_DEEP = "it is nested too deep"

_OPERATORS: Mapping[type[nodes.Node], str] = {
    nodes.Add: "+", nodes.Sub: "-", nodes.Mul: "*", nodes.Div: "/", nodes.FloorDiv: "//", nodes.Mod: "%",
    nodes.Pow: "**", nodes.Concat: "~", nodes.Getitem: "[ ]", nodes.Call: "( )", nodes.CondExpr: "if ... else",
    nodes.Dict: "{ }", nodes.Test: "is", nodes.Pos: "+", nodes.Neg: "-", nodes.Slice: ":",
}  # fmt: skip
_STATEMENTS: Mapping[type[nodes.Node], str] = {
    nodes.For: "for", nodes.Macro: "macro", nodes.CallBlock: "call", nodes.FilterBlock: "filter", nodes.With: "with",
    nodes.Block: "block", nodes.Include: "include", nodes.Import: "import", nodes.FromImport: "from",
    nodes.Assign: "set", nodes.AssignBlock: "set", nodes.Extends: "extends",
    nodes.ScopedEvalContextModifier: "autoescape",
}  # fmt: skip
_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.Name, nodes.Getattr, nodes.Const, nodes.List,
    nodes.Tuple, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Filter,
)  # fmt: skip
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_OPENED = re.compile(r"\{[{%#].*")
_TOKENS = {"string": "a text in quotes", "integer": "a number", "float": "a number", "name": "a word"}
"""What Jinja's parser calls things."""
_FOREIGN_SIGNS = (
    (re.compile(r"[‘’‚“”„«»]"), "{} is a typographic quote", "write straight quotes: 'green'"),
    (re.compile(r"&&?"), "'{}' is not a word of conditions", "write  and"),
    (re.compile(r"\|\|"), "'{}' is not a word of conditions", "write  or"),
    (re.compile(r"!(?!=)"), "'{}' is not a word of conditions", "write  not"),
    (re.compile(r"=>|=<"), "'{}' is written the other way round", "write  >=  or  <="),
    (re.compile(r"\bis(?: not)?(?= ')|\bequals\b"), "'{}' does not compare", "write  ==  or  !="),
    (re.compile(r"<>"), "'{}' is not a sign of conditions", "write  !="),
    (re.compile(r"\b(?:contains|includes)\b"), "'{}' is not a word of conditions", "write  'word' in name"),
    (
        re.compile(r"(?i)\bis(?: not)? (?:empty|null|none|set|defined|missing)\b|\b(?:null|none|nil|undefined)\b"),
        "'{}' is not a word of conditions",
        "what has no value yet is false: write  name  or  not name",
    ),
)
"""Signs of other languages: how one finds them, what is wrong, what to write."""
_ORDERING = frozenset({"gt", "gteq", "lt", "lteq"})
_PRESENT = frozenset({"eq", "gt", "gteq", "lt", "lteq", "in"})
"""Comparisons that hold only for a value that is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a text or condition may not be used: a rule of the letter T and what fills its gaps."""

    code: str
    word: str = ""
    """The part of the source it is about, for the place of the finding."""
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class NameUse:
    """One use of a name."""

    name: str
    """Before the dot."""
    attribute: str = ""
    """After the dot, empty if there is none."""
    printed: bool = False
    """Its value is written into the text."""
    guarded: bool = False
    """Nothing is printed where the value is empty: there is a `default`, or an `if` asks for it."""

    @property
    def path(self) -> str:
        """The name as it is written."""
        return f"{self.name}.{self.attribute}" if self.attribute else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One comparison of a name, with constants or with another name."""

    path: str
    constants: tuple[object, ...]
    other: str = ""
    """The other name; said only for the one on the left."""
    operator: str = "eq"
    """Jinja's word for it."""

    @property
    def orders(self) -> bool:
        """Whether it asks which is smaller."""
        return self.operator in _ORDERING

    @property
    def equates(self) -> bool:
        """Whether it asks if both are the same."""
        return self.operator in ("eq", "ne")


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """What one text or condition contains."""

    problems: tuple[Problem, ...] = ()
    names: tuple[NameUse, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    present: frozenset[str] = frozenset()
    """Names that have a value wherever the condition holds."""


NOTHING = Analysis()


def parse_text(source: str) -> nodes.Template:
    """The syntax tree of a text."""
    return environment().parse(source)


def analyse_text(source: str) -> Analysis:
    """What a text contains; a text without braces contains nothing."""
    if len(source) > MAX_SOURCE // 4 and len(source.encode()) > MAX_SOURCE:
        return _only("T22", size=len(source.encode()) // 1024 + 1)
    if "{{" not in source and "{%" not in source and "{#" not in source:
        return _only("T09", detail="there is }} without {{") if "}}" in source else NOTHING
    return _analyse_template(source)


@lru_cache(maxsize=16_384)
def _analyse_template(source: str) -> Analysis:
    try:
        tree = parse_text(source)
    except TemplateSyntaxError as error:
        return _syntax_error(error, source)
    except RecursionError:
        return _only("T09", detail=_TOO_DEEP)
    return _analyse(tree)


@lru_cache(maxsize=16_384)
def analyse_condition(source: str) -> Analysis:
    """What a condition contains."""
    if len(source.encode()) > MAX_SOURCE:
        return _only("T22", size=len(source.encode()) // 1024 + 1)
    bare = _QUOTED.sub(lambda found: "'" + " " * (len(found[0]) - 2) + "'", source)
    for sign, detail, hint in _FOREIGN_SIGNS:
        if found := sign.search(bare):
            return _only("T13", found[0], detail=detail.format(found[0]), hint=hint)
    if "{{" in source:
        return _only("T12", fixed=re.sub(r"\s*(\{\{|\}\})\s*", " ", source).strip())
    if re.search(r"(?<![=!<>])=(?!=)", bare):
        return _only("T11", fixed=re.sub(r"\s*(?<![=!<>])=(?!=)\s*", " == ", source))
    try:
        parser = Parser(environment(), source, state="variable")
        tree = parser.parse_expression()
        if not parser.stream.eos:
            return _only("T13", detail=f"'{parser.stream.current.value}' does not belong there")
    except TemplateSyntaxError as error:
        return _only("T13", detail=_in_plain_words(error.message or "Unexpected end", "the end"))
    except RecursionError:
        return _only("T13", detail=_TOO_DEEP)
    return replace(_analyse(tree), present=_present_if(tree))


def _only(code: str, word: str = "", /, **values: object) -> Analysis:
    return Analysis(problems=(Problem(code=code, word=word, values=values),))


def _syntax_error(error: TemplateSyntaxError, source: str) -> Analysis:
    message = error.message or "it is not complete"
    if found := re.search(r"unknown tag '(\w+)'", message):
        return _only("T20", name=found[1])
    line = source.split("\n")[error.lineno - 1 : error.lineno] or [""]
    braces = _OPENED.search(line[0])
    return _only("T09", braces[0].rstrip() if braces else "", detail=_in_plain_words(message, "}}"))


def _in_plain_words(message: str, end: str) -> str:
    """What Jinja's parser stumbled over, without its own words."""
    if "end of template" in message or "end of print statement" in message or "Unexpected end" in message:
        return f"something is missing before {end}" if end == "}}" else "something is missing at the end"
    if found := re.search(r"(?:unexpected|Unexpected|got) (?:char )?'?([^']+)'?", message):
        return f"{_TOKENS.get(found[1], repr(found[1]))} does not belong there"
    return message[:1].lower() + message[1:].rstrip(".")


def _analyse(tree: nodes.Node) -> Analysis:
    count, depth = _measure(tree)
    if count > MAX_PARTS:
        return _only("T09", detail=f"it has {count} parts; at most {MAX_PARTS}")
    if depth > MAX_DEPTH:
        return _only("T09", detail=_TOO_DEEP)
    problems = tuple(_problems(tree))
    if problems:
        return Analysis(problems=problems)
    walk = _Walk()
    walk.visit(tree, frozenset(), printed=False, defaulted=False)
    return Analysis(names=tuple(walk.names), comparisons=tuple(_comparisons(tree)))


def _measure(tree: nodes.Node) -> tuple[int, int]:
    """How many parts a tree has, and how deep they are nested; counted without recursion."""
    count, depth = 0, 0
    level = [tree]
    while level and count <= MAX_PARTS:
        count, depth = count + len(level), depth + 1
        level = [child for node in level for child in node.iter_child_nodes()]
    return count, depth


def _problems(node: nodes.Node) -> Iterator[Problem]:
    if type(node) in _STATEMENTS:
        yield Problem(code="T20", word=_STATEMENTS[type(node)], values={"name": _STATEMENTS[type(node)]})
        return
    if isinstance(node, nodes.Neg) and isinstance(node.node, nodes.Const):
        return
    if not isinstance(node, _ALLOWED):
        operator = _OPERATORS.get(type(node), type(node).__name__.lower())
        yield Problem(code="T21", word=operator, values={"name": operator})
        return
    if isinstance(node, nodes.Filter) and node.name not in FILTERS:
        yield Problem(code="T19", word=node.name, values={"name": node.name, "filters": ", ".join(FILTERS)})
    if isinstance(node, nodes.Filter) and (node.kwargs or node.dyn_args or node.dyn_kwargs):
        yield Problem(code="T21", word="=", values={"name": "="})
    if (name := _hidden_name(node)) is not None:
        yield Problem(code="T21", word=name, values={"name": name})
        return
    for child in node.iter_child_nodes():
        yield from _problems(child)


def _hidden_name(node: nodes.Node) -> str | None:
    """A name that templates may not say: private ones, and fields of fields."""
    if isinstance(node, nodes.Name) and node.name.startswith("_"):
        return node.name
    if isinstance(node, nodes.Getattr):
        if not isinstance(node.node, nodes.Name):
            return f".{node.attr}"
        if node.attr.startswith("_"):
            return node.attr
    return None


class _Walk:
    """Collects the names of a tree with what is known to be there at each place."""

    def __init__(self) -> None:
        self.names: list[NameUse] = []

    def visit(self, node: nodes.Node, present: frozenset[str], *, printed: bool, defaulted: bool) -> None:
        if isinstance(node, nodes.If):
            self._visit_if(node, present)
        elif isinstance(node, (nodes.Name, nodes.Getattr)):
            use = _name_use(node)
            guarded = defaulted or use.path in present or use.name in present
            self.names.append(
                NameUse(name=use.name, attribute=use.attribute, printed=printed, guarded=guarded or not printed)
            )
        else:
            printed = printed or isinstance(node, nodes.Output)
            defaulted = defaulted or (isinstance(node, nodes.Filter) and node.name == "default")
            # What is compared is not printed; an empty value is simply unequal.
            if isinstance(node, (nodes.Compare, nodes.Not)):
                printed = False
            for child in node.iter_child_nodes():
                self.visit(child, present, printed=printed, defaulted=defaulted)

    def _visit_if(self, node: nodes.If, present: frozenset[str]) -> None:
        self.visit(node.test, present, printed=False, defaulted=False)
        for child in node.body:
            self.visit(child, present | _present_if(node.test), printed=False, defaulted=False)
        after = present | _present_unless(node.test)
        for branch in node.elif_:
            self.visit(branch, after, printed=False, defaulted=False)
        for child in node.else_:
            self.visit(child, after, printed=False, defaulted=False)


def _name_use(node: nodes.Name | nodes.Getattr) -> NameUse:
    if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name):
        return NameUse(name=node.node.name, attribute=node.attr)
    return NameUse(name=node.name if isinstance(node, nodes.Name) else "")


def _path(node: nodes.Node) -> str | None:
    return _name_use(node).path if isinstance(node, (nodes.Name, nodes.Getattr)) else None


def _present_if(test: nodes.Node) -> frozenset[str]:
    """Names that have a value where this test holds."""
    if (path := _path(test)) is not None:
        return frozenset({path})
    if isinstance(test, nodes.And):
        return _present_if(test.left) | _present_if(test.right)
    if isinstance(test, nodes.Or):
        return _present_if(test.left) & _present_if(test.right)
    if isinstance(test, nodes.Compare) and test.ops[0].op in _PRESENT:
        return frozenset(path for side in (test.expr, test.ops[0].expr) if (path := _path(side)))
    if isinstance(test, nodes.Not):
        return _present_unless(test.node)
    return frozenset()


def _present_unless(test: nodes.Node) -> frozenset[str]:
    """Names that have a value where this test does not hold."""
    return _present_if(test.node) if isinstance(test, nodes.Not) else frozenset()


def _comparisons(tree: nodes.Node) -> Iterator[Comparison]:
    compares: list[nodes.Compare] = list(tree.find_all(nodes.Compare))
    if isinstance(tree, nodes.Compare):
        compares.append(tree)
    for compare in compares:
        left = compare.expr
        for operand in compare.ops:
            right = operand.expr
            others = (_path(right) or "", "") if operand.op not in ("in", "notin") else ("", "")
            for named, constant, other in ((left, right, others[0]), (right, left, others[1])):
                path, constants = _path(named), tuple(_constants(constant))
                if path is not None and (constants or other):
                    yield Comparison(path=path, constants=constants, other=other, operator=operand.op)
            left = right


def _constants(node: nodes.Node) -> Iterator[object]:
    if isinstance(node, nodes.Const):
        yield node.value
    elif isinstance(node, (nodes.List, nodes.Tuple)):
        for item in node.items:
            yield from _constants(item)
