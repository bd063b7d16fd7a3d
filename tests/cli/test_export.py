"""`firstline export`."""

import json
import re
from pathlib import Path

from tests.cli.conftest import Firstline, write_desk

FILES = {
    "config/desk.yml": "desk: {name: A & B, languages: [en, et], default_language: en, customer: {plan: text}, "
    "variables: {page: {en: /plans, et: /paketid}}}\n",
    "kb/shop.yml": """articles:
  - {id: hours, title: {en: Hours <x>, et: Ajad}, questions: [When?], answer: {en: At **nine** <b>., et: Kell 9.}}
  - {id: plan, title: Plan, questions: [Which plan?], answer: "You have {{ plan | default('none') }}: {{ vars.page }}"}
  - {id: secret, title: Secret, questions: [Secret?], internal: yes, answer: For agents.}
  - {id: soon, title: Soon, questions: [Soon?], status: draft, answer: Not yet.}
""",
}


def test_only_what_everybody_may_see_is_exported(firstline: Firstline, tmp_path: Path) -> None:
    """JSON holds the published answers, rendered, by language; drafts and what is for agents stay inside."""
    told = json.loads(firstline("export", write_desk(tmp_path / "desk", FILES)).out)
    assert [one["id"] for one in told] == ["hours", "plan"]
    assert told[0]["languages"]["en"]["html"] == "<p>At <strong>nine</strong> &lt;b&gt;.</p>\n"
    assert told[0]["languages"]["et"]["title"] == "Ajad"
    assert "You have none: /plans" in told[1]["languages"]["en"]["html"]


def test_the_help_centre_needs_no_server(firstline: Firstline, tmp_path: Path) -> None:
    """One page a language, with every answer and a list of them; nothing is loaded from elsewhere."""
    desk = write_desk(tmp_path / "desk", FILES)
    ran = firstline("export", desk, "--format", "html", "--out", tmp_path / "help")
    assert ran.code == 0
    page = (tmp_path / "help" / "index.html").read_text()
    assert "<title>A &amp; B</title>" in page
    assert '<a href="#hours">Hours &lt;x&gt;</a>' in page
    assert not re.search(r"<script|<link|src=|Secret|Not yet", page)
    assert "Kell 9." in (tmp_path / "help" / "et.html").read_text()
    assert firstline("export", desk, "--format", "html", "--out", tmp_path / "help").code == 2
