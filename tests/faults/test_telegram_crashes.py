"""The server is killed again and again while customers write on Telegram: nothing lost, doubles counted and marked.

Two thousand messages over both platforms and their ways of receiving; `benchmarks.crash` makes ten thousand of each.
"""

from pathlib import Path

import pytest

from config.channels import TelegramMode
from tests.faults.crashing import crash_over
from tests.faults.telegram import on_telegram


@pytest.mark.parametrize("mode", list(TelegramMode))
async def test_telegram_loses_nothing_and_marks_its_doubles(tmp_path: Path, mode: TelegramMode) -> None:
    """P1, P3, P4: 504 messages, 6 kills, sends in doubt: each answered in order, twice only where it is marked."""
    async with on_telegram(mode) as platform:
        outcome = await crash_over(platform, tmp_path, messages=504, kills=6, seed=7)
    assert outcome.is_good, outcome
    assert outcome.transcripts.messages == 504
