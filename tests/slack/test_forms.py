"""Forms, boxes, `/desk` and the app's page: what agents and customers do on Slack besides writing."""

from pathlib import Path

import pytest

from bot.model import MessageKind
from config.channels import SlackMode
from tests.fakes.slack import FakeSlack, SlackServer
from tests.running import TurnedClock
from tests.slack.working import DESK, handed_over, running


async def opened(fake: FakeSlack, user: str, label: str) -> None:
    """Waits until somebody who chose this on the card has a form before him."""
    fake.presses(user, label, chat=DESK)
    await fake.until(lambda: user in fake.ui.modals)


def to_anna(fake: FakeSlack) -> str:
    """Everything that the customer has seen."""
    return "\n".join(fake.from_bot("DANNA"))


@pytest.mark.parametrize("mode", list(SlackMode))
async def test_a_note_from_a_form_stays_inside_and_is_seen_in_the_thread(
    tmp_path: Path, fake: FakeSlack, server: SlackServer, clock: TurnedClock, mode: SlackMode
) -> None:
    """In either mode; an empty one is refused in the form, which stays open."""
    async with handed_over(tmp_path, fake, server, clock, mode=mode) as (firstline, _):
        await opened(fake, "ULIIS", "Note…")
        fake.ui.submits("ULIIS", text="   ")
        await fake.until(lambda: fake.ui.modals["ULIIS"].get("errors"))
        fake.ui.submits("ULIIS", text="she sounds tired")
        await fake.until(lambda: "ULIIS" not in fake.ui.modals)
        await fake.until(lambda: any("she sounds tired" in text for text in fake.from_bot(DESK)))
        await firstline.settle()
        assert "tired" not in to_anna(fake)


async def test_a_colleague_is_given_a_conversation_and_it_is_taken_over(
    tmp_path: Path, fake: FakeSlack, server: SlackServer, clock: TurnedClock
) -> None:
    """Assigned by name to one of those who are there; taken over with a reason, which stays inside."""
    async with handed_over(tmp_path, fake, server, clock, claimed=False) as (firstline, _):
        fake.presses("UMART", "Claim", chat=DESK)
        await fake.until(lambda: "Release" in fake.labels(DESK))
        fake.presses("UMART", "Release", chat=DESK)
        await fake.until(lambda: "Claim" in fake.labels(DESK))
        fake.presses("ULIIS", "Claim", chat=DESK)
        await fake.until(lambda: "Release" in fake.labels(DESK))
        await opened(fake, "ULIIS", "Assign…")
        (menu,) = (each["element"] for each in fake.ui.modals["ULIIS"]["blocks"] if each["block_id"] == "agent")
        mart = next(each["value"] for each in menu["options"] if each["text"]["text"] == "Mart")
        fake.ui.submits("ULIIS", agent=mart)
        await fake.until(lambda: "ULIIS" not in fake.ui.modals)
        await fake.until(lambda: to_anna(fake).count("Mart has joined") == 2)
        await firstline.settle()
        await opened(fake, "ULIIS", "Take over…")
        fake.ui.submits("ULIIS", reason="he is at lunch")
        await fake.until(lambda: to_anna(fake).count("Liis has joined") == 2)
        await fake.until(lambda: any("he is at lunch" in text for text in fake.from_bot(DESK)))
        assert "lunch" not in to_anna(fake)


async def test_who_looks_back_sees_the_earlier_conversations(
    tmp_path: Path, fake: FakeSlack, server: SlackServer, clock: TurnedClock
) -> None:
    """None before the first; nothing is filled in."""
    async with handed_over(tmp_path, fake, server, clock):
        await opened(fake, "ULIIS", "Earlier conversations…")
        assert "none" in str(fake.ui.modals["ULIIS"]["blocks"])
        assert "submit" not in fake.ui.modals["ULIIS"]


async def test_a_transfer_needs_a_reason_and_brings_the_whole_conversation(
    tmp_path: Path, fake: FakeSlack, server: SlackServer, clock: TurnedClock
) -> None:
    """The other team gets a card of its own, the old one says where it went."""
    async with handed_over(tmp_path, fake, server, clock) as (firstline, _):
        await opened(fake, "ULIIS", "Transfer…")
        (talk,) = await firstline.talks()
        assert talk.handoff
        (menu,) = (each["element"] for each in fake.ui.modals["ULIIS"]["blocks"] if each["block_id"] == "team")
        team = menu["options"][0]["value"]
        fake.ui.submits("ULIIS", team=team, reason=" ")
        await fake.until(lambda: fake.ui.modals["ULIIS"].get("errors"))
        fake.ui.submits("ULIIS", team=team, reason="a matter of money")
        await fake.until(lambda: "ULIIS" not in fake.ui.modals)
        await firstline.settle()
        (talk,) = await firstline.talks()
        assert talk.handoff
        assert (talk.handoff.team, talk.handoff.agent) == (team, None)
        assert any("a matter of money" in text for text in fake.from_bot(DESK))
        assert "money" not in to_anna(fake)


async def test_an_article_is_searched_for_and_sent(
    tmp_path: Path, fake: FakeSlack, server: SlackServer, clock: TurnedClock
) -> None:
    """While somebody types, articles that may be sent are offered; the chosen one goes out as the bot shows it."""
    async with handed_over(tmp_path, fake, server, clock) as (firstline, _):
        await opened(fake, "ULIIS", "Send article…")
        fake.ui.searches("ULIIS", "pay my bill")
        await fake.until(lambda: fake.ui.options)
        before = len(fake.from_bot("DANNA"))
        fake.ui.submits("ULIIS", article=fake.ui.options[0]["value"])
        await fake.until(lambda: len(fake.from_bot("DANNA")) > before)
        await firstline.settle()
        (talk,) = await firstline.talks()
        assert any(each.kind is MessageKind.ANSWER and each.author.name == "Liis" for each in talk.messages)


async def test_a_canned_reply_is_read_before_it_is_sent(
    tmp_path: Path, fake: FakeSlack, server: SlackServer, clock: TurnedClock
) -> None:
    """The first form names it, the second shows its text to change; a gap in it keeps it back."""
    async with handed_over(tmp_path, fake, server, clock):
        await opened(fake, "ULIIS", "Canned replies…")
        (menu,) = (block["element"] for block in fake.ui.modals["ULIIS"]["blocks"])
        fake.ui.submits("ULIIS", reply=menu["options"][0]["value"])
        await fake.until(lambda: fake.ui.modals["ULIIS"]["callback_id"] == "reply_text")
        fake.ui.submits("ULIIS", text="Dear {{ name }}")
        await fake.until(lambda: fake.ui.modals["ULIIS"].get("errors"))
        fake.ui.submits("ULIIS", text="Dear Anna, it is done.")
        await fake.until(lambda: "Liis: Dear Anna, it is done." in to_anna(fake))


async def test_a_form_is_for_who_has_the_conversation(
    tmp_path: Path, fake: FakeSlack, server: SlackServer, clock: TurnedClock
) -> None:
    """Somebody else is told so alone, at once; and one who loses it meanwhile is told in the form."""
    async with handed_over(tmp_path, fake, server, clock) as (firstline, _):
        fake.says("UMART", "!note I am here too", chat=DESK, thread=next(iter(fake.channels[DESK].messages)))
        fake.presses("UMART", "Send article…", chat=DESK)
        await fake.until(lambda: any(each["user"] == "UMART" for each in fake.ephemerals))
        await opened(fake, "ULIIS", "Canned replies…")
        (menu,) = (block["element"] for block in fake.ui.modals["ULIIS"]["blocks"])
        fake.ui.submits("ULIIS", reply=menu["options"][0]["value"])
        await fake.until(lambda: fake.ui.modals["ULIIS"]["callback_id"] == "reply_text")
        fake.presses("ULIIS", "Release", chat=DESK)
        await fake.until(lambda: "Claim" in fake.labels(DESK))
        await firstline.settle()
        fake.ui.submits("ULIIS", text="too late")
        await fake.until(lambda: fake.ui.modals["ULIIS"].get("errors"))
        await firstline.settle()
        assert "too late" not in to_anna(fake)


async def test_a_form_that_comes_twice_counts_once(
    tmp_path: Path, fake: FakeSlack, server: SlackServer, clock: TurnedClock
) -> None:
    """Somebody presses Save twice because the answer was slow."""
    async with handed_over(tmp_path, fake, server, clock) as (firstline, _):
        await opened(fake, "ULIIS", "Note…")
        fake.ui.submits("ULIIS", text="only once")
        fake.ui.submits("ULIIS", text="only once")
        await fake.until(lambda: any("only once" in text for text in fake.from_bot(DESK)))
        await firstline.settle()
        (talk,) = await firstline.talks()
        assert [each.text for each in talk.messages].count("only once") == 1


async def test_desk_tells_an_agent_alone_what_waits(
    tmp_path: Path, fake: FakeSlack, server: SlackServer, clock: TurnedClock
) -> None:
    """His own conversations with the way to each, whether anybody waits, and being away; a stranger learns nothing."""
    async with handed_over(tmp_path, fake, server, clock) as (firstline, _):

        async def told(user: str, text: str) -> str:
            count = len(fake.ephemerals)
            fake.types(user, "/desk", text)
            await fake.until(lambda: len(fake.ephemerals) > count)
            assert fake.ephemerals[-1]["user"] == user
            return str(fake.ephemerals[-1]["text"])

        (talk,) = await firstline.talks()
        mine = await told("ULIIS", "mine")
        assert f"|#{talk.number}>" in mine
        assert DESK in mine
        assert await told("ULIIS", "next") == "Nobody is waiting."
        assert await told("ULIIS", "away") == "Away"
        assert (await firstline.agents())["Liis"] is False
        assert await told("ULIIS", "back") == "Available"
        assert (await firstline.agents())["Liis"] is True
        assert "/desk mine" in await told("ULIIS", "what?")
        assert "#" not in await told("UANNA", "mine")


async def test_support_says_where_it_answers(
    tmp_path: Path, fake: FakeSlack, server: SlackServer, clock: TurnedClock
) -> None:
    """Typed in any channel, it is answered in the direct chat, and the person is told so alone."""
    anna = fake.person("Anna")
    async with running(tmp_path, server, clock) as firstline:
        await fake.until(lambda: firstline.slack.receiver.known.site)
        fake.types(anna, "/support", "how can I pay my bill?")
        await fake.until(lambda: fake.from_bot("DANNA"))
        (told,) = fake.ephemerals
        assert "DANNA" in told["text"]


async def test_the_apps_page_is_published_once_a_version_and_works(
    tmp_path: Path, fake: FakeSlack, server: SlackServer, clock: TurnedClock
) -> None:
    """It greets, offers where to begin and a person; opened again it is left as it is; a press begins the talk."""
    anna = fake.person("Anna")
    async with running(tmp_path, server, clock) as firstline:
        fake.ui.opens_home(anna)
        await fake.until(lambda: anna in fake.ui.homes)
        fake.ui.opens_home(anna)
        await firstline.settle()
        fake.ui.presses_home(anna, "Talk to a human")
        await fake.until(lambda: fake.from_bot("DANNA"))
        await firstline.settle()
        (talk,) = await firstline.talks()
        assert talk.handoff
        assert talk.key.chat == "DANNA"
        assert len(fake.calls("views.publish")) == 1


async def test_a_form_asked_for_too_late_is_no_harm(
    tmp_path: Path, fake: FakeSlack, server: SlackServer, clock: TurnedClock
) -> None:
    """The platform opens none any more; everything else goes on."""
    fake.trigger_life = -1.0
    async with handed_over(tmp_path, fake, server, clock) as (firstline, _):
        fake.presses("ULIIS", "Note…", chat=DESK)
        await fake.until(lambda: fake.calls("views.open"))
        fake.presses("ULIIS", "Resolve", chat=DESK)
        await fake.until(lambda: "Reopen" in fake.labels(DESK))
        await firstline.settle()
        assert fake.ui.modals == {}
