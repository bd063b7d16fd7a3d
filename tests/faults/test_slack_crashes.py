"""The server is killed again and again while customers write on Slack: nothing is lost, nothing stands there twice."""

from pathlib import Path

import pytest

from config.channels import SlackMode
from tests.faults.crashing import crash_over
from tests.faults.slack import on_slack


@pytest.mark.parametrize("mode", list(SlackMode))
async def test_slack_loses_and_doubles_nothing(tmp_path: Path, mode: SlackMode) -> None:
    """P1-P4: 504 messages, 6 kills, posts in doubt are looked up: each is answered once, in order."""
    async with on_slack(mode) as platform:
        outcome = await crash_over(platform, tmp_path, messages=504, kills=6, seed=11)
    assert outcome.is_good, outcome
    assert (outcome.transcripts.messages, outcome.chats.marked) == (504, 0)
