"""`firstline fmt` and `firstline rename`."""

from pathlib import Path

import pytest

from tests.cli.conftest import Firstline, write_desk


def test_a_renamed_article_is_renamed_everywhere(firstline: Firstline, desk: Path) -> None:
    """Buttons, starters, related articles, tests and talks follow; the desk has no error and its tests pass."""
    before = (desk / "kb/articles/home-network.yml").read_text()
    ran = firstline("rename", "wifi-password", "wi-fi-code", "--desk", desk)
    assert ran.code == 0
    assert {"config/desk.yml", "kb/articles/home-network.yml"} <= set(ran.out.splitlines())
    after = (desk / "kb/articles/home-network.yml").read_text()
    assert after.replace("wi-fi-code", "wifi-password") == before
    assert firstline("check", desk, "--strict", "--today", "2026-11-21").code == 0
    assert not [path for path in desk.rglob("*.yml") if "article: wifi-password" in path.read_text()]


def test_a_renamed_team_and_flow_are_renamed_everywhere(firstline: Firstline, desk: Path) -> None:
    """Routing, hours, hand-offs, conditions and expectations follow."""
    for old, new in (("internet-down", "no-internet"), ("billing", "invoices")):
        ran = firstline("rename", old, new, "--desk", desk)
        assert ran.code == 0, ran.err
    assert firstline("check", desk, "--strict", "--today", "2026-11-21").code == 0


def test_what_cannot_be_renamed_is_said(firstline: Firstline, desk: Path) -> None:
    """An unknown id, a taken one and one that is none: 2, with what to do, and nothing changes."""
    assert "Did you mean 'wifi-password'?" in firstline("rename", "wifi-pasword", "x", "--desk", desk).err
    assert "already used" in firstline("rename", "wifi-password", "pay-invoice", "--desk", desk).err
    assert "cannot be an id" in firstline("rename", "wifi-password", "Wi-Fi", "--desk", desk).err
    assert "article: wifi-password" in (desk / "config/desk.yml").read_text()


def test_a_difference_can_be_looked_at_first(firstline: Firstline, desk: Path) -> None:
    """--diff changes nothing."""
    ran = firstline("rename", "wifi-password", "wi-fi-code", "--desk", desk, "--diff")
    assert "-      - article: wifi-password" in ran.out
    assert "wi-fi-code" not in (desk / "config/desk.yml").read_text()


def test_fmt_names_what_is_not_laid_out(firstline: Firstline, desk: Path) -> None:
    """--check ends with 1 and changes nothing; without it the files are laid out, and --check is content."""
    path = desk / "kb/articles/late.yml"
    path.write_text("articles:\n  - title: Late\n    id: late\n    questions: [Late?]\n    answer: Soon.\n")
    ran = firstline("fmt", desk, "--check")
    assert ran.code == 1
    assert "kb/articles/late.yml" in ran.out.splitlines()
    assert path.read_text().startswith("articles:\n  - title")
    assert firstline("fmt", desk).code == 0
    assert path.read_text().startswith(
        "# yaml-language-server: $schema=../../.schema/articles.schema.json\narticles:\n  - id"
    )
    assert firstline("fmt", desk, "--check").code == 0


def test_fmt_leaves_what_it_cannot_read(firstline: Firstline, desk: Path) -> None:
    """A file with a mistake in its YAML is named and left, and the command ends with 1."""
    path = desk / "kb/articles/late.yml"
    path.write_text("articles:\n\t- id: late\n")
    ran = firstline("fmt", path)
    assert ran.code == 1
    assert "firstline check" in ran.err
    assert path.read_text() == "articles:\n\t- id: late\n"


@pytest.mark.parametrize(
    ("kind", "old", "new", "back"),
    [
        ("small talk", "thanks", "thank-you", "thank-you"),
        ("trigger", "safety", "danger", "danger"),
        ("team", "network", "network-team", "network-team"),
        ("action", "check_outage", "look_for_outage", "look_for_outage"),
        ("variable", "portal", "own_pages", "own_pages"),
        ("customer field", "address_id", "place_id", "place_id"),
        ("category", "home-network/wifi", "home-network/wireless", "home-network/wireless"),
        ("step", "internet-down/technician", "send-somebody", "send-somebody"),
        ("answer", "internet-down/light", "lamp", "internet-down/lamp"),
        ("answer", "internet-down/line", "measured", "internet-down/measured"),
        ("value", "internet-down/light/green", "shines", "internet-down/light/shines"),
        ("value", "plan/business", "company", "plan/company"),
    ],
)
def test_whatever_has_a_name_is_renamed_and_back(
    firstline: Firstline, desk: Path, kind: str, old: str, new: str, back: str
) -> None:
    """Each kind leaves a clean desk under its new name, and its old name brings every file back byte by byte."""
    before = {path: path.read_bytes() for path in desk.rglob("*.yml")}
    ran = firstline("rename", old, new, "--desk", desk, "--kind", kind)
    assert ran.code == 0, ran.err
    assert firstline("check", desk, "--strict", "--today", "2026-11-21").code == 0
    after = {path: path.read_bytes() for path in desk.rglob("*.yml")}
    assert {str(path.relative_to(desk)) for path in before if before[path] != after[path]} == set(ran.out.splitlines())
    assert firstline("rename", back, old.rpartition("/")[2] if kind != "category" else old, "--desk", desk).code == 0
    assert {path: path.read_bytes() for path in desk.rglob("*.yml")} == before


FORMS = {
    "config/desk.yml": "desk: {name: N, languages: [en], default_language: en}\n",
    "kb/flow.yml": """flows:
  - id: no-light
    title: No light
    starts_when: [no light]  # light
    steps:
      - ask: light
        text: What about the light?
        choices: [{value: green, label: green}, {value: red, label: red}]
      - ask: kind
        text: Which kind?
        choices: [{value: green, label: A}, {value: other, label: B}]
      - if: 'light == "green" and kind == "green"'
        then:
          - say: |
              It is {{ light }}, light or not,
              {% if light in ['green', 'red'] and 'light' != kind %}{{ light | upper }}{% endif %}.
      - set: {light: green}
      - flow: look
        with: {seen: "{{ light }}"}
      - goto: light
        only_if: "kind != 'green' and light != 'green'"
      - end: solved
  - id: look
    title: Look
    takes: [seen]
    steps:
      - say: You see {{ seen | default('no light') }}.
      - end
""",
}
FORMS_AFTER = """flows:
  - id: no-light
    title: No light
    starts_when: [no light]  # light
    steps:
      - ask: lamp
        text: What about the light?
        choices: [{value: shines, label: green}, {value: red, label: red}]
      - ask: kind
        text: Which kind?
        choices: [{value: green, label: A}, {value: other, label: B}]
      - if: 'lamp == "shines" and kind == "green"'
        then:
          - say: |
              It is {{ lamp }}, light or not,
              {% if lamp in ['shines', 'red'] and 'light' != kind %}{{ lamp | upper }}{% endif %}.
      - set: {lamp: shines}
      - flow: look
        with: {colour: "{{ lamp }}"}
      - goto: lamp
        only_if: "kind != 'green' and lamp != 'shines'"
      - end: solved
  - id: look
    title: Look
    takes: [colour]
    steps:
      - say: You see {{ colour | default('no light') }}.
      - end
"""


def test_a_name_changes_in_whatever_form_it_is_written(firstline: Firstline, tmp_path: Path) -> None:
    """In conditions, lists, texts of several lines and calls; what only looks like the name stays."""
    desk = write_desk(tmp_path / "desk", FORMS)
    for old, new in (("no-light/light/green", "shines"), ("no-light/light", "lamp"), ("look/seen", "colour")):
        ran = firstline("rename", old, new, "--desk", desk)
        assert ran.code == 0, ran.err
    assert (desk / "kb/flow.yml").read_text() == FORMS_AFTER


def test_a_name_that_several_things_have_is_asked_for(firstline: Firstline, desk: Path) -> None:
    """What a name may mean is listed with its path or its kind, and nothing changes."""
    write_desk(desk, {"kb/flow.yml": FORMS["kb/flow.yml"]})
    assert "internet-down/light" in firstline("rename", "light", "lamp", "--desk", desk).err
    assert "small letters, digits and _" in firstline("rename", "no-light/light", "the-lamp", "--desk", desk).err
    assert "a word the bot uses itself" in firstline("rename", "no-light/light", "today", "--desk", desk).err
    assert "There is no team 'light'" in firstline("rename", "light", "lamp", "--desk", desk, "--kind", "team").err
    assert (desk / "kb/flow.yml").read_text() == FORMS["kb/flow.yml"]
