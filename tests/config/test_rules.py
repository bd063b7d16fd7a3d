"""Every rule with a bad and a good sample: the ones that its page shows."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from bot.desk import check_folder
from config.findings import Finding
from config.pages import explain_rule, reference_of_rules
from config.phrases import load_builtin
from config.rules import Severity, UnknownRuleError, load_rules
from config.source import DeskFolder
from tests.samples import DESK, TODAY, sample_folder

MESSAGES = Path(__file__).parent / "messages.txt"
"""What each rule says about its bad sample, as an editor reads it."""

ARTICLE = "articles: [{id: reset, title: Reset, questions: [how], owner: liis, review_by: 2027-01-01, answer: %s}]"
IMAGE = ARTICLE.replace("answer:", "attachments: [{image: media/router.png, alt: Router}], answer:")
WORDS = "word " * 250


def folder_of(code: str, sample: str) -> DeskFolder:
    """The folder that shows a rule; some rules are about more than one file or about great amounts."""
    match code:
        case "Y15":
            return sample_folder(sample.replace("�", "\udcfc").encode("utf-8", "surrogateescape"))
        case "S24" if sample.startswith("desk: {name: Sample, languages: [en], default_language: en}   #"):
            return sample_folder(sample, **{"kb/again.yml": sample})
        case "S25" if "articles" in sample:
            return DeskFolder(root="sample", content={"kb/sample.yml": sample.encode()})
        case _ if sample.startswith("# "):
            return _large(code)
        case _:
            return sample_folder(sample)


def _large(code: str) -> DeskFolder:
    """A sample that is too large to be shown on a page."""
    several = {f"kb/{n}.yml": "# " + "x" * 1_000_000 for n in range(11)}
    content: dict[str, str] = {
        "Y21": "# " + "x" * (1024 * 1024),
        "Y22": "",
        "Y24": "glossary: [" + "[]," * 100_000 + "]",
        "T22": f'glossary: [{{term: ONT, means: "{WORDS * 8} {{{{ vars.page }}}}"}}]',
        "C01": ARTICLE % ("x" * 3_001),
        "C02": ARTICLE % WORDS,
        "C07": IMAGE % WORDS,
    }
    return sample_folder(content[code], **(several if code == "Y22" else {}))


def check(code: str, sample: str) -> tuple[Finding, ...]:
    environment = () if code == "D04" else None
    return check_folder(folder_of(code, sample), today=TODAY, hints=True, environment=environment).findings


def said(findings: Iterable[Finding], code: str) -> list[str]:
    return [f"{code}  {f.message}" + (f" -> {f.hint}" if f.hint else "") for f in findings if f.code == code]


def expected() -> dict[str, str]:
    built_in = load_builtin()
    text = MESSAGES.read_text(encoding="utf-8").replace("‹all›", str(len(built_in.phrases) + len(built_in.words)))
    return {line[:3]: line for line in text.splitlines()}


@pytest.mark.parametrize("code", load_rules())
def test_a_bad_sample_is_found_and_named(code: str) -> None:
    """The bad sample of a rule breaks this rule, and the message says it in exactly these words."""
    findings = check(code, load_rules()[code].bad)
    assert said(findings, code)[:1] == [expected()[code]]


@pytest.mark.parametrize("code", load_rules())
def test_a_bad_sample_has_one_mistake(code: str) -> None:
    """One mistake is one message: a bad sample has no error but its own."""
    findings = check(code, load_rules()[code].bad)
    others = [f for f in findings if f.severity is Severity.ERROR and f.code != code]
    assert others == []


@pytest.mark.parametrize("code", load_rules())
def test_a_good_sample_is_clean(code: str) -> None:
    """The good sample of a rule does not break it, and has no error of another kind."""
    findings = check(code, load_rules()[code].good)
    assert said(findings, code) == []
    assert [f for f in findings if f.severity is Severity.ERROR] == []


def test_no_message_has_an_empty_gap() -> None:
    """Every ‹gap› of a message and a hint is filled in."""
    for code, rule in load_rules().items():
        for finding in check(code, rule.bad):
            assert "‹" not in finding.message + finding.hint, finding


def test_severity_is_the_rules_own() -> None:
    """A finding is as severe as its rule."""
    for code, rule in load_rules().items():
        assert {f.severity for f in check(code, rule.bad) if f.code == code} == {rule.severity}


def test_every_rule_has_its_page() -> None:
    """`explain CODE` tells why, and shows a bad and a good example."""
    for code, rule in load_rules().items():
        page = explain_rule(code)
        assert rule.why in page
        assert "Bad:" in page
        assert "Good:" in page
    assert "### A10" in reference_of_rules()


def test_an_unknown_code_is_refused() -> None:
    """A code that does not exist is an error that shows what codes look like."""
    with pytest.raises(UnknownRuleError, match="for example R01"):
        explain_rule("Q99")


def test_the_sample_desk_is_clean() -> None:
    """The desk around the samples has nothing but unused things."""
    folder = DeskFolder(root="sample", content={"config/desk.yml": DESK.encode()})
    findings = check_folder(folder, today=TODAY).findings
    assert findings == ()
