"""`firstline schema`."""

import json
from pathlib import Path

from tests.cli.conftest import Firstline


def test_one_file_for_each_kind(firstline: Firstline, tmp_path: Path) -> None:
    """Each kind of content has a schema of its own in the folder named."""
    ran = firstline("schema", "--out", tmp_path / "desk" / ".schema")
    assert ran.code == 0
    drawn = json.loads((tmp_path / "desk" / ".schema" / "articles.schema.json").read_text())
    assert drawn["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert "articles" in drawn["properties"]


def test_without_a_folder_they_go_to_stdout(firstline: Firstline) -> None:
    """Another program reads them all at once."""
    assert {"articles", "desk", "flows"} <= set(json.loads(firstline("schema").out))
