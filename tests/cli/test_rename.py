"""`firstline fmt` and `firstline rename`."""

from pathlib import Path

from tests.cli.conftest import Firstline


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
