"""The outcomes of a desk's tests in JUnit's XML, which every build server can show."""

from collections.abc import Sequence
from xml.etree import ElementTree

from bot.rehearsal import Outcome


def build_junit(name: str, outcomes: Sequence[Outcome]) -> str:
    """One suite, one case a test; a failure names file and line."""
    failed = sum(not one.passed for one in outcomes)
    suite = ElementTree.Element("testsuite", name=_clean(name), tests=str(len(outcomes)), failures=str(failed))
    for one in outcomes:
        place = f"{one.position.file}:{one.position.line}"
        case = ElementTree.SubElement(
            suite,
            "testcase",
            classname=_clean(one.article or "conversations"),
            name=_clean(f"{one.name} ({one.language})"),
            file=one.position.file,
            line=str(one.position.line),
        )
        if not one.passed:
            failure = ElementTree.SubElement(case, "failure", message=_clean(one.problems[0]))
            failure.text = "\n".join([place, *map(_clean, one.problems)])
    ElementTree.indent(suite)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(suite, encoding="unicode") + "\n"


def _clean(text: str) -> str:
    """The text without the characters that XML cannot hold."""
    return "".join(letter for letter in text if letter.isprintable() or letter in "\n\t")
