"""Secrets out of the environment."""

from pathlib import Path

import pytest

from adapters.secrets import SecretsError, name_secrets, read_secrets
from config.channels import Channels, Identity, Web

GOOD = "k4-7Hq9z_mW2xP8vT1rB"


def test_a_secret_comes_from_the_environment_or_from_the_file_it_names(tmp_path: Path) -> None:
    """NAME holds the secret, or NAME_FILE the path of a file with it."""
    path = tmp_path / "secret"
    path.write_text(f"{GOOD}2\n")
    found = read_secrets(["A", "B"], {"A": GOOD, "B_FILE": str(path)})
    assert found == {"A": GOOD, "B": f"{GOOD}2"}


def test_all_problems_are_told_at_once() -> None:
    """Whoever sets up a desk mends everything in one go."""
    with pytest.raises(SecretsError) as refused:
        read_secrets(["A", "B", "C", "D"], {"A": "changeme-please-now", "B": "short", "C": f"{GOOD}\n{GOOD}"})
    lines = str(refused.value).splitlines()
    assert [line.split(" ")[0] for line in lines] == ["A", "B", "C", "D"]
    assert "placeholder" in lines[0]
    assert "shorter" in lines[1]
    assert "more than one line" in lines[2]
    assert "D_FILE" in lines[3]


def test_a_refusal_never_shows_the_secret() -> None:
    """A value that is refused may still be somebody's real secret."""
    with pytest.raises(SecretsError) as refused:
        read_secrets(["A"], {"A": "hunter2"})
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("value", ["x" * 24, "your-secret-goes-here-ok", "<put the secret here>"])
def test_a_placeholder_is_no_secret(value: str) -> None:
    """What was copied from an example is refused."""
    with pytest.raises(SecretsError, match="placeholder"):
        read_secrets(["A"], {"A": value})


def test_a_desk_needs_the_secrets_of_its_enabled_channels_only() -> None:
    """A channel that is off asks for nothing."""
    web = Web(identity=Identity.SIGNED, identity_secret=("OLD", "NEW"))
    assert name_secrets(Channels(web=web)) == ("OLD", "NEW")
    assert name_secrets(Channels(web=Web(enabled=False, identity_secret=("OLD",)))) == ()
