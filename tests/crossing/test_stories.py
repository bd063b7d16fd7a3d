"""Customers on one platform, agents on the other: the whole story, with the process killed at every step of it."""

import asyncio
import random
from pathlib import Path

import pytest

from config.channels import SlackMode, TelegramMode
from tests.crossing.sides import OnSlack, OnTelegram
from tests.crossing.site import Site, site_of
from tests.crossing.story import Step, Story

MODES = [(SlackMode.SOCKET, TelegramMode.POLLING), (SlackMode.HTTP, TelegramMode.WEBHOOK)]


def story_on(site: Site, agents: str) -> Story:
    """The story, with the agents on one platform and the customer on the other."""
    if agents == "slack":
        return Story(OnTelegram(site.telegram, "Anna"), OnSlack(site.slack, "Liis", is_agent=True))
    return Story(OnSlack(site.slack, "Anna"), OnTelegram(site.telegram, "Liis", is_agent=True))


async def take_effect(site: Site, step: Step) -> None:
    """Waits until a step has taken effect; a press that came to nothing is made again."""
    while True:
        await site.until(lambda: step.shows() or (step.is_press and site.is_quiet))
        if step.shows():
            return
        step.does()


@pytest.mark.parametrize("agents", ["slack", "telegram"])
async def test_a_whole_talk_goes_across(tmp_path: Path, agents: str) -> None:
    """Asked, led through a flow, handed over, talked, files both ways, resolved: once, in order, notes kept inside."""
    slack_mode, telegram_mode = MODES[agents == "telegram"]
    async with site_of(tmp_path, agents=agents, slack_mode=slack_mode, telegram_mode=telegram_mode) as site:
        story = story_on(site, agents)
        await site.start()
        for step in story.steps():
            step.does()
            await site.until(step.shows)
        await site.until(lambda: site.is_quiet)
        assert await site.stop() == 0
    assert story.judge() == 0


@pytest.mark.parametrize("agents", ["slack", "telegram"])
async def test_a_whole_talk_survives_a_kill_between_any_two_steps(tmp_path: Path, agents: str) -> None:
    """Each step finds a process that knows of the former ones only what is on the disk: all stands there once."""
    slack_mode, telegram_mode = MODES[agents == "slack"]
    async with site_of(tmp_path, agents=agents, slack_mode=slack_mode, telegram_mode=telegram_mode) as site:
        story = story_on(site, agents)
        for step in story.steps():
            await site.start()
            step.does()
            await take_effect(site, step)
            await site.until(lambda: site.is_quiet)
            await site.kill()
    assert story.judge() == 0


@pytest.mark.parametrize("agents", ["slack", "telegram"])
async def test_a_whole_talk_survives_kills_while_it_is_delivered(tmp_path: Path, agents: str) -> None:
    """Killed at any moment of every third step: nothing is lost or out of order.

    On Slack nothing stands there twice; on Telegram at most what is marked as doubtful.
    """
    slack_mode, telegram_mode = MODES[agents == "telegram"]
    draw = random.Random(agents)
    async with site_of(tmp_path, agents=agents, slack_mode=slack_mode, telegram_mode=telegram_mode) as site:
        story = story_on(site, agents)
        await site.start()
        for number, step in enumerate(story.steps()):
            had = site.requests
            step.does()
            if number % 3 == (agents == "slack"):
                if draw.random() < 0.5:
                    await site.until(lambda: site.requests > had)  # noqa: B023 -- awaited here and now
                await asyncio.sleep(draw.uniform(0, 0.1))
                await site.kill()
                await site.revive()
            await take_effect(site, step)
        await site.until(lambda: site.is_quiet)
        doubtful = site.ask("SELECT count(*) FROM delivery WHERE doubtful")
        assert await site.stop() == 0
    assert isinstance(doubtful, int)
    assert story.judge() <= doubtful
