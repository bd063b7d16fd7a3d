"""Running commands as a person or a program would, and seeing what they print and how they end."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from adapters.cli.main import run

ISP = Path(__file__).parents[2] / "config" / "templates" / "isp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str


Firstline = Callable[..., Ran]


@pytest.fixture
def firstline(capsys: pytest.CaptureFixture[str]) -> Firstline:
    """Runs the command line in this process."""

    def ran(*arguments: str | Path) -> Ran:
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            run([str(argument) for argument in arguments])
        written = capsys.readouterr()
        code = end.value.code
        return Ran(code=code if isinstance(code, int) else 0, out=written.out, err=written.err)

    return ran


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A copy of the internet provider's desk that a test may change."""
    root = tmp_path / "desk"
    shutil.copytree(ISP, root, ignore=shutil.ignore_patterns(".firstline"))
    return root


def write_desk(root: Path, files: Mapping[str, str]) -> Path:
    """A desk folder of these files, each by its path in it."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root
