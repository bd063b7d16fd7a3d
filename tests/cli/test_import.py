"""`firstline import`."""

from pathlib import Path

import pytest

from tests.cli.conftest import Firstline, write_desk

DESK = {"config/desk.yml": "desk: {name: Shop, languages: [en], default_language: en}\n"}
SOURCES = {
    "faq.csv": 'Question;Answer;Category\nWhen: are you open?;"At **9**.\nAnd ""later"".";Our shop\nNo answer?;;\n',
    "faq.html": "<h1>Help</h1><h2>When are <b>you</b> open?</h2><p>At <b>9</b>, see <a href='https://x.example'>here</a>."
    "<script>alert(1)</script><ul><li>one<li>two</ul><img src=x>",
    "pages/open.md": "# When are you open?\n\nAt **9**.\n\n## Later\n\n![x](y.png)\n\n| a |\n| - |\n\nBye {{ x }}\n",
}


@pytest.mark.parametrize("source", ["faq.csv", "faq.html", "pages"])
def test_what_is_imported_is_a_draft_without_errors(firstline: Firstline, tmp_path: Path, source: str) -> None:
    """Each source becomes drafts that pass the check; what could not be taken over is named."""
    desk = write_desk(tmp_path / "desk", DESK)
    write_desk(tmp_path, SOURCES)
    ran = firstline("import", tmp_path / source, "--desk", desk)
    assert ran.code == 0, ran.err
    assert "dropped" in ran.err or "left out" in ran.err
    text = (desk / "kb/articles/imported.yml").read_text()
    assert "status: draft" in text
    assert "**9**" in text
    assert "script" not in text
    assert "{{" not in text
    checked = firstline("check", desk)
    assert checked.code == 0, checked.out
    assert firstline("fmt", desk / "kb", "--check").code == 0


def test_nothing_is_overwritten_and_nothing_is_made_of_nothing(firstline: Firstline, tmp_path: Path) -> None:
    """A second import, an empty source and another kind of file end with 2."""
    desk = write_desk(tmp_path / "desk", DESK)
    write_desk(tmp_path, SOURCES | {"empty.csv": "Question,Answer\n", "x.txt": "x"})
    assert firstline("import", tmp_path / "empty.csv", "--desk", desk).code == 2
    assert firstline("import", tmp_path / "x.txt", "--desk", desk).code == 2
    assert firstline("import", tmp_path / "faq.csv", "--desk", desk).code == 0
    assert "is there already" in firstline("import", tmp_path / "faq.csv", "--desk", desk).err
