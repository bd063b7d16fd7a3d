"""Reading a desk folder from the disk."""

from pathlib import Path

import pytest

from adapters.desk_folder import FolderUnreadableError, NoDeskError, find_root, read_folder
from config.source import MAX_FILE_BYTES


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    root = tmp_path / "desk"
    (root / "config").mkdir(parents=True)
    (root / "kb" / "media").mkdir(parents=True)
    (root / "config" / "desk.yml").write_text("desk: {name: Test}\n")
    (root / "kb" / "one.yaml").write_text("articles: []\n")
    (root / "kb" / "media" / "router.png").write_bytes(b"12345")
    return root


def test_content_and_media_are_named_by_their_path(desk: Path) -> None:
    """Content goes by its path in the desk, media by its path under kb/ with its size."""
    folder = read_folder(desk)
    assert sorted(folder.content) == ["config/desk.yml", "kb/one.yaml"]
    assert folder.content["kb/one.yaml"] == b"articles: []\n"
    assert folder.media == {"media/router.png": 5}


def test_the_desk_is_found_from_anywhere_inside(desk: Path) -> None:
    """The desk folder is the nearest folder, the path or above it, with a *.yml in its config/."""
    assert find_root(desk / "kb" / "one.yaml") == desk.resolve()


def test_no_desk_is_a_sentence_with_the_next_command(tmp_path: Path) -> None:
    """Where there is no desk, the error names the place and a command that works."""
    with pytest.raises(NoDeskError, match="firstline demo"):
        find_root(tmp_path)


def test_a_link_out_of_the_folder_does_not_exist(desk: Path, tmp_path: Path) -> None:
    """Neither a linked file nor a linked folder outside the desk is read."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.yml").write_text("desk: {}\n")
    (desk / "kb" / "secret.yml").symlink_to(outside / "secret.yml")
    (desk / "kb" / "all").symlink_to(outside)
    assert sorted(read_folder(desk).content) == ["config/desk.yml", "kb/one.yaml"]


def test_a_link_within_the_folder_is_read(desk: Path) -> None:
    """A mounted configuration consists of links within its own folder."""
    (desk / "kb" / ".data").mkdir()
    (desk / "kb" / ".data" / "two.yml").write_text("articles: []\n")
    (desk / "kb" / "two.yml").symlink_to(Path(".data") / "two.yml")
    assert "kb/two.yml" in read_folder(desk).content


def test_a_dangling_link_and_a_hidden_file_do_not_exist(desk: Path) -> None:
    """Editors leave links and hidden files behind while they work."""
    (desk / "kb" / "gone.yml").symlink_to(desk / "kb" / "nowhere.yml")
    (desk / "kb" / ".#one.yml").write_text("broken: [")
    assert sorted(read_folder(desk).content) == ["config/desk.yml", "kb/one.yaml"]


def test_of_a_huge_file_only_one_byte_too_many_is_read(desk: Path) -> None:
    """A file over the limit costs no more memory than the limit, and can still be told from one that fits."""
    with (desk / "kb" / "huge.yml").open("wb") as file:
        file.truncate(MAX_FILE_BYTES * 50)
    assert len(read_folder(desk).content["kb/huge.yml"]) == MAX_FILE_BYTES + 1


def test_a_folder_of_very_many_files_is_no_desk(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Naming a home directory by mistake ends with a question instead of reading it all."""
    monkeypatch.setattr("adapters.desk_folder.MOST_FILES", 2)
    with pytest.raises(FolderUnreadableError, match="is it a desk folder"):
        read_folder(desk)
