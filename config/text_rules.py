"""The rules T and C on every text and condition of a desk, whatever block it stands in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from config.comparisons import find_faults
from config.findings import Findings, Fix, find_similar, list_names
from config.kinds import ConditionUse, Role, TextUse
from config.names import Known, Scope
from config.place import Position
from config.texts import Analysis, Problem, Text, Wording, analyse_condition, analyse_text

SHOWN = frozenset({Role.SPOKEN, Role.LABEL})
"""Texts that a customer reads."""
TELEGRAM_LIMIT, SLACK_LIMIT = 4096, 3000
MANY_WORDS = 120
LABEL_LIMIT, LABEL_COMFORT = 75, 30

_SINGLE_BRACES = re.compile(r"(?<![{%#$\w])\{\s*([a-z_][\w.]*)\s*\}(?!\})")
_FOREIGN_VALUE = re.compile(r"\$\{\s*([a-z_][\w.]*)\s*\}|%([a-z_]\w*)%|\[\[\s*([a-z_][\w.]*)\s*\]\]")
"""A value as other programs write it: ${name}, %name%, [[name]]."""
_UNSHOWN = re.compile(r"^ {0,3}#{1,6} |^\s*\|.+\|\s*$|</?[a-zA-Z][a-zA-Z0-9]*(\s[^<>]*)?/?>", re.MULTILINE)
_BROKEN_OFF = re.compile(r"^(?!\s*(?:[-*]|\d+[.)]) ).{60,}[^\W\d_],?\n(\w+)", re.MULTILINE)
"""A long line that ends without the end of a sentence, and the first word of the next one."""
_NUMBERED = re.compile(r"^\s*\d+[.)] ", re.MULTILINE)
_CYRILLIC = re.compile(r"[А-Яа-яЁё]")
_LATIN_WORD = re.compile(r"[A-Za-z]{3,}")
_CODE = re.compile(r"`[^`]*`|\{\{.*?\}\}|\{%.*?%\}|https?://\S+|\S+@\S+")


class TextRules:
    """Holds the texts and conditions of one desk against the rules."""

    def __init__(
        self, findings: Findings, sources: Mapping[str, Sequence[str]], languages: tuple[str, ...], default: str
    ) -> None:
        """Takes where to report, the lines of every file, and the languages of the desk."""
        self.findings = findings
        self.sources = sources
        self.languages = languages
        self.default = default

    def check_text(self, use: TextUse, scope: Scope | None, present: frozenset[str] = frozenset()) -> None:
        """Every rule on one text.

        Args:
            use: The text and where it was found.
            scope: The names it may use; None where names are checked elsewhere.
            present: Names that have a value wherever this text is shown.
        """
        if use.complete and use.text:
            self._check_languages(use, scope)
        for _, wording in use.text.sentences():
            if use.role is Role.HEARD:
                continue
            analysis = analyse_text(wording.text)
            for problem in analysis.problems:
                self._report_problem(problem, wording)
            self._check_braces(wording)
            if scope is not None:
                self._check_foreign_values(wording, scope)
                self._check_names(analysis, wording, scope)
                if use.role in SHOWN or use.role is Role.LINK:
                    self._check_empty(analysis, wording, scope, present)
            if use.role in SHOWN:
                self._check_shown(use, wording)

    def check_condition(self, use: ConditionUse, scope: Scope | None) -> None:
        """Every rule on one condition."""
        wording = Wording(text=use.condition.source, position=use.condition.position)
        analysis = analyse_condition(wording.text)
        for problem in analysis.problems:
            self._report_problem(problem, wording)
        if scope is not None:
            self._check_names(analysis, wording, scope)

    def _check_languages(self, use: TextUse, scope: Scope | None) -> None:
        text = use.text
        if self.default and self.default not in text.wordings:
            self.findings.report("T01", text.position, field=use.field, language=self.default)
            return
        missing = [language for language in self.languages if language not in text.wordings]
        if missing and _has_words(text, self.default):
            self.findings.report(
                "T04", text.position, field=use.field, missing=", ".join(missing), language=self.default
            )
        if use.role in SHOWN:
            self._compare_languages(text, scope)

    def _compare_languages(self, text: Text, scope: Scope | None) -> None:
        reference = text.wordings.get(self.default, ())
        if not reference:
            return
        names = {name.path for wording in reference for name in analyse_text(wording.text).names}
        names = {name for name in names if scope is None or scope.find(name)}
        numbered = max(len(_NUMBERED.findall(wording.text)) for wording in reference)
        for language, wordings in text.wordings.items():
            if language == self.default or not wordings:
                continue
            self._check_copied(language, wordings, reference)
            used = {name.path for wording in wordings for name in analyse_text(wording.text).names}
            for name in sorted(names - used):
                self.findings.report("T16", wordings[0].position, language=language, name=name, other=self.default)
            count = max(len(_NUMBERED.findall(wording.text)) for wording in wordings)
            if count != numbered:
                self.findings.report(
                    "T18", wordings[0].position, language=language, count=count, other=self.default, expected=numbered
                )

    def _check_copied(self, language: str, wordings: Sequence[Wording], reference: Sequence[Wording]) -> None:
        originals = {wording.text for wording in reference}
        for wording in wordings:
            words = _CODE.sub(" ", wording.text)
            if wording.text in originals and len(_LATIN_WORD.findall(words)) >= 3:
                self.findings.report("T14", wording.position, language=language, other=self.default)
            elif language == "ru" and not _CYRILLIC.search(words) and len(_LATIN_WORD.findall(words)) >= 2:
                self.findings.report("T15", wording.position, language=language)

    def _check_braces(self, wording: Wording) -> None:
        if "{" not in wording.text:
            return
        for found in _SINGLE_BRACES.finditer(wording.text):
            position = self.locate(wording, found[0])
            fix = Fix(position=position, old=found[0], new=f"{{{{ {found[1]} }}}}")
            self.findings.report("T10", position, fix=fix)

    def _check_foreign_values(self, wording: Wording, scope: Scope) -> None:
        """T27 where a name that is known here is written as other programs write it."""
        for found in _FOREIGN_VALUE.finditer(wording.text):
            name = next(filter(None, found.groups()))
            path = next((path for path in (name, f"vars.{name}") if scope.find(path) is not None), None)
            if path is not None:
                position = self.locate(wording, found[0])
                fix = Fix(position=position, old=found[0], new=f"{{{{ {path} }}}}")
                self.findings.report("T27", position, fix=fix, value=found[0], name=path)

    def _check_names(self, analysis: Analysis, wording: Wording, scope: Scope) -> None:
        unknown = set()
        for use in analysis.names:
            if use.path in unknown:
                continue
            known = scope.names.get(use.name)
            if known is None:
                unknown |= {use.path, use.name}
                self._report_unknown_name(use.name, wording, scope, analysis)
            elif use.attribute and not known.open and (known.fields is None or use.attribute not in known.fields):
                unknown.add(use.path)
                self._report_unknown_field(use.name, use.attribute, known, wording)
        for comparison in analysis.comparisons:
            for fault in find_faults(comparison, scope):
                position = self.locate(wording, fault.word)
                fix = Fix(position=position, old=fault.word, new=fault.meant) if fault.meant else None
                self.findings.report(fault.code, position, hint=fault.hint, fix=fix, **fault.values)

    def _report_unknown_name(self, name: str, wording: Wording, scope: Scope, analysis: Analysis) -> None:
        position = self.locate(wording, name, whole=True)
        names = sorted(scope.names)
        variables = scope.names["vars"].fields if "vars" in scope.names else None
        meant = f"vars.{name}" if variables and name in variables else find_similar(name, names)
        hint = f"did you mean '{meant}'?" if meant else f"known names: {list_names(names)}"
        others = [scope.find(use.path) for use in analysis.names if use.name != name]
        if any(other is not None and name in (other.possible or ()) for other in others):
            meant = f"'{name}'"
            hint = f"put it in quotes: {meant}"
        fix = Fix(position=position, old=name, new=meant) if meant else None
        self.findings.report("T06", position, name=name, hint=hint, fix=fix)

    def _report_unknown_field(self, name: str, attribute: str, known: Known, wording: Wording) -> None:
        path = f"{name}.{attribute}"
        position = self.locate(wording, path, whole=True)
        fields = sorted(known.fields or ())
        meant = find_similar(attribute, fields)
        hint = f"did you mean '{name}.{meant}'?" if meant else (f"it has: {list_names(fields)}" if fields else "")
        fix = Fix(position=position, old=path, new=f"{name}.{meant}") if meant else None
        self.findings.report("T07", position, base=name, field=attribute, hint=hint, fix=fix)

    def _check_empty(self, analysis: Analysis, wording: Wording, scope: Scope, present: frozenset[str]) -> None:
        reported = set()
        for use in analysis.names:
            known = scope.names.get(use.name)
            bare = use.printed and not use.guarded and use.path not in present
            if bare and known is not None and known.maybe_empty and use.path not in reported:
                reported.add(use.path)
                self.findings.report("T25", self.locate(wording, use.path, whole=True), name=use.path)

    def _check_shown(self, use: TextUse, wording: Wording) -> None:
        text = wording.text
        if use.role is Role.SPOKEN:
            if len(text) > SLACK_LIMIT:
                self.findings.report("C01", wording.position, count=len(text))
            elif use.field == "answer" and (count := len(text.split())) > MANY_WORDS:
                self.findings.report("C02", wording.position, count=count)
            if (found := _BROKEN_OFF.search(text)) and found[1][0].islower():
                self.findings.report("C10", self.locate(wording, found[1]), word=found[1])
            if found := _UNSHOWN.search(_CODE.sub("", text)):
                self.findings.report("C08", self.locate(wording, found[0].strip()))
        elif use.field == "label":
            if len(text) > LABEL_LIMIT:
                self.findings.report("C03", wording.position, count=len(text))
            elif len(text) > LABEL_COMFORT:
                self.findings.report("C04", wording.position, count=len(text))

    def _report_problem(self, problem: Problem, wording: Wording) -> None:
        position = self.locate(wording, problem.word) if problem.word else wording.position
        fixed = problem.values.get("fixed")
        fix = Fix(position=position, old=wording.text, new=str(fixed)) if fixed else None
        self.findings.report(problem.code, position, fix=fix, **problem.values)

    def locate(self, wording: Wording, word: str, *, whole: bool = False) -> Position:
        """Where a part of a text stands in its file; the beginning of the text if it cannot be found.

        A text may be folded, quoted or a block, so the part is looked for in the lines from its beginning on.
        """
        file, line, column = wording.position
        lines = self.sources.get(file, ())
        pattern = re.compile(rf"(?<![\w.]){re.escape(word)}(?!\w)" if whole else re.escape(word))
        height = wording.text.count("\n") + 2 + len(wording.text) // 60
        for number in range(line, min(line + height, len(lines)) + 1):
            text = lines[number - 1]
            for found in pattern.finditer(text, column - 1 if number == line else 0):
                if not whole or _inside_template(text, found.start(), wording.text):
                    return Position(file, number, found.start() + 1)
        return wording.position


def _inside_template(line: str, start: int, source: str) -> bool:
    """Whether a name stands between braces; a condition has none and is all name."""
    if "{" not in source:
        return True
    opened = max(line.rfind("{{", 0, start), line.rfind("{%", 0, start))
    return opened >= 0 and not re.search(r"\}\}|%\}", line[opened:start])


def _has_words(text: Text, language: str) -> bool:
    """Whether there is anything to translate."""
    return any(re.search(r"[^\W\d_]{2,}", _CODE.sub("", w.text)) for w in text.wordings.get(language, ()))
