"""What holds for every test: where servers are killed over and over comes first, so that nobody waits at the end."""

from pathlib import Path

import pytest

LONG = [Path(__file__).parent / name for name in ("faults", "crossing")]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the long ones first and leaves the rest as it is."""
    items.sort(key=lambda item: not any(item.path.is_relative_to(folder) for folder in LONG))
