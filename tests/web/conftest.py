"""Servers for the tests of the web: one that several tests share, and one for a test that changes it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.running import RunningSite
from tests.web.visiting import Visitor
from tests.web.working import ConsoleAgent

Serve = Callable[..., RunningSite]
Meet = Callable[..., Visitor]
Employ = Callable[..., ConsoleAgent]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSite]:
    """The example desk on a free port."""
    with RunningSite(tmp_path_factory.mktemp("data")) as running:
        yield running


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Starts servers on the test's own data folder, to be stopped at its end."""
    with ExitStack() as stack:

        def start(*arguments: Any, **named: Any) -> RunningSite:
            return stack.enter_context(RunningSite(tmp_path, *arguments, **named))

        yield start


@pytest.fixture
def meet() -> Iterator[Meet]:
    """Makes visitors of a server, whose connections are closed at the end."""
    with ExitStack() as stack:

        def come(*arguments: Any, **named: Any) -> Visitor:
            visitor = Visitor(*arguments, **named)
            stack.callback(visitor.http.close)
            return visitor

        yield come


@pytest.fixture
def employ() -> Iterator[Employ]:
    """Makes agents of a server who are signed in, whose connections are closed at the end."""
    with ExitStack() as stack:

        def hire(*arguments: Any, **named: Any) -> ConsoleAgent:
            agent = ConsoleAgent(*arguments, **named)
            stack.callback(agent.leave)
            return agent

        yield hire
