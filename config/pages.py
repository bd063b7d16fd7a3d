"""The page of a rule, for `firstline explain CODE` and the reference: why it exists, a bad and a good example."""

from __future__ import annotations

from config.rules import GROUPS, Rule, Severity, get_rule, load_rules

_MEANING = {
    Severity.ERROR: "The desk cannot be loaded with it.",
    Severity.WARNING: "The desk works, but customers or colleagues suffer.",
    Severity.HINT: "It could be better. Shown with --hints.",
}


def explain_rule(code: str) -> str:
    """The page of a rule as plain text.

    Raises:
        UnknownRuleError: No rule has this code.
    """
    rule = get_rule(code)
    parts = [f"{rule.code}  {rule.severity.value}  {rule.text}"]
    if rule.hint:
        parts.append(f"What to do: {rule.hint}")
    parts += [f"Why: {rule.why}", _MEANING[rule.severity]]
    parts += [f"Bad:\n\n{_indent(rule.bad)}", f"Good:\n\n{_indent(rule.good)}"]
    if rule.fixable:
        parts.append("Where the meaning is clear, this is put right by  firstline check --fix")
    return "\n\n".join(parts) + "\n"


def reference_of_rules() -> str:
    """All rules as one page of Markdown."""
    parts = ["# Rules", "", "What `firstline check` looks at, by the code of each rule.", ""]
    rules = load_rules()
    for group in GROUPS:
        parts += [f"## {group.capitalize()}", ""]
        parts += [_as_markdown(rule) for rule in rules.values() if rule.group == group]
    return "\n".join(parts)


def _as_markdown(rule: Rule) -> str:
    fixable = ", can be fixed for you" if rule.fixable else ""
    hint = f" → {rule.hint}" if rule.hint else ""
    return "\n".join(
        [
            f"### {rule.code}",
            "",
            f"*{rule.severity.value}{fixable}* · {rule.text}{hint}",
            "",
            rule.why,
            "",
            "Bad:",
            "",
            f"```text\n{rule.bad.rstrip()}\n```",
            "",
            "Good:",
            "",
            f"```yaml\n{rule.good.rstrip()}\n```",
            "",
        ]
    )


def _indent(text: str) -> str:
    return "\n".join(f"  {line}".rstrip() for line in text.rstrip().splitlines())
