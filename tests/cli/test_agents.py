"""`firstline agents`."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Firstline, Ran


@pytest.fixture
def agents(firstline: Firstline, desk: Path, tmp_path: Path) -> Firstline:
    """Runs `firstline agents` on one desk and its data."""

    def ran(command: str, *arguments: str) -> Ran:
        return firstline("agents", command, *arguments, "--desk", desk, "--data", tmp_path / "data")

    return ran


def test_the_first_account_is_an_admin_with_a_link(agents: Firstline) -> None:
    """Nobody has a default password: the first admin gets a link, on stdout, that signs in once."""
    ran = agents("add", "anna", "--name", "Anna")
    assert ran.code == 0
    assert ran.out.startswith("http://127.0.0.1:8000/console/link/")
    assert len(ran.out.split()) == 1
    assert "admin" in ran.err


def test_later_accounts_are_agents_unless_said_otherwise(agents: Firstline) -> None:
    """Roles are given by name; one that does not exist is refused."""
    agents("add", "anna")
    agents("add", "bo", "--team", "billing")
    agents("add", "cy", "--role", "editor", "--role", "agent")
    assert agents("add", "di", "--role", "boss").code == 2
    listed = {agent["login"]: agent for agent in json.loads(agents("list", "--json").out)}
    assert listed["bo"]["roles"] == ["agent"]
    assert listed["bo"]["teams"] == ["billing"]
    assert listed["cy"]["roles"] == ["editor", "agent"]
    assert "di" not in listed


def test_a_login_is_taken_once(agents: Firstline) -> None:
    """A second account of the same login is refused with a sentence."""
    agents("add", "anna")
    ran = agents("add", "Anna")
    assert ran.code == 2
    assert "'anna'" in ran.err


def test_a_disabled_account_is_listed_on_request_only(agents: Firstline) -> None:
    """Whoever left is disabled, and may come back."""
    agents("add", "anna")
    agents("disable", "anna")
    assert agents("list").out == ""
    assert "disabled" in agents("list", "--disabled").out
    agents("enable", "anna")
    assert "anna" in agents("list").out


def test_a_new_link_for_a_forgotten_password(agents: Firstline) -> None:
    """Each link is another one; for an unknown account there is none."""
    first = agents("add", "anna").out
    second = agents("link", "anna").out
    assert second.startswith("http://127.0.0.1:8000/console/link/")
    assert second != first
    assert agents("link", "zoe").code == 2
