"""One conversation on three desks at once, Slack thread, Telegram topic and console: in step, with one owner."""

from collections.abc import Callable, Sequence
from pathlib import Path

import httpx
import pytest

from config.channels import SlackMode, TelegramMode
from tests.crossing.console import AtConsole, make_account
from tests.crossing.sides import OnSlack, OnTelegram
from tests.crossing.site import Site, site_of
from tests.crossing.story import count_doubles

NOTES = ("seen in Slack", "seen in Telegram", "seen at the console")
ON_DESKS = ("Anna: I am still here", *NOTES, "Kati: I take over", "Anna: thank you all")
HEARD = ("passed our whole chat", "Liis has joined", "Liis: hello from Slack", "Kati: I take over")


def someone_sees(texts: Callable[[], Sequence[str]], words: str) -> Callable[[], bool]:
    """A question to wait for: whether somebody's place has such a text."""
    return lambda: any(words in text for text in texts())


async def all_see(site: Site, people: Sequence[OnSlack | OnTelegram], words: str) -> None:
    """Waits until everybody's place has such a text."""
    for person in people:
        await site.until(someone_sees(person.texts, words))


@pytest.mark.parametrize("customers", ["slack", "telegram"])
async def test_three_desks_stay_in_step(tmp_path: Path, customers: str) -> None:
    """Whoever claims has it everywhere; lines stand on each desk once and in order; no note is at the customer's."""
    async with (
        site_of(tmp_path, agents="both", slack_mode=SlackMode.SOCKET, telegram_mode=TelegramMode.POLLING) as site,
        httpx.AsyncClient(base_url=site.url, headers={"Origin": site.url, "Accept": "text/html"}, timeout=30) as client,
    ):
        anna = OnSlack(site.slack, "Anna") if customers == "slack" else OnTelegram(site.telegram, "Anna")
        liis = OnSlack(site.slack, "Liis", is_agent=True)
        mart = OnTelegram(site.telegram, "Mart", is_agent=True)
        link = make_account(site.database.parent, "kati")
        await site.start()
        kati = await AtConsole.sign_in(client, link)
        anna.says("I want to talk to a human")
        await site.until(lambda: "Claim" in liis.labels() and "Claim" in mart.labels())
        talk = str(site.ask("SELECT id FROM conversation"))

        liis.presses("Claim")
        await site.until(lambda: "Resolve" in liis.labels() and "Resolve" in mart.labels())
        assert "Claim" not in (*liis.labels(), *mart.labels())
        liis.says("hello from Slack")
        await all_see(site, [anna, mart], "Liis: hello from Slack")
        words = mart.says("let me help")
        await site.until(lambda: mart.KEPT in mart.marks(words))
        anna.says("I am still here")
        await all_see(site, [liis, mart], "Anna: I am still here")

        liis.says("// seen in Slack")
        await all_see(site, [mart], "seen in Slack")
        mart.says("note: seen in Telegram")
        await all_see(site, [liis], "seen in Telegram")
        await kati.act(talk, "note", text="seen at the console")
        await all_see(site, [liis, mart], "seen at the console")

        liis.says("!release")
        await site.until(lambda: "Claim" in liis.labels() and "Claim" in mart.labels())
        await kati.act(talk, "claim")
        await site.until(lambda: "Claim" not in (*liis.labels(), *mart.labels()))
        await kati.act(talk, "say", text="I take over", seen="99")
        await all_see(site, [anna, liis, mart], "Kati: I take over")
        anna.says("thank you all")
        await all_see(site, [liis, mart], "Anna: thank you all")
        page = await kati.see(talk)
        await kati.act(talk, "resolve")
        await site.until(lambda: "Reopen" in liis.labels() and "Reopen" in mart.labels())
        await site.until(lambda: site.is_quiet)
        assert await site.stop() == 0
    assert not any(note in text for note in (*NOTES, "let me help") for text in anna.texts()), anna.texts()
    assert count_doubles(anna.texts(), HEARD) == 0
    for texts, own in ((liis.texts(), NOTES[0]), (mart.texts(), NOTES[1])):
        assert count_doubles(texts, [each for each in ON_DESKS if each != own]) == 0
    assert all(words in page for words in ("hello from Slack", *NOTES, "I take over"))
