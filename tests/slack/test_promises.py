"""The promises of reliability, each on a fake Slack; the name of a test says which.

| Promise | Where |
|---|---|
| P1, P2 nothing lost, nothing answered twice; P4 order | here, unruly; with kills in tests/faults |
| P3 duplicates are flagged | not on Slack: a post in doubt is looked up, see P12 |
| P5 threefold delivery; P6 a retry header; P7 late; P8 late duplicate | here |
| P9, P10 the hand-off loses nothing, one card | here; with kills in tests/faults |
| P11 the bot is silent after the claim | here |
| P12 an agent's reply once | here, and `test_a_post_in_doubt_is_shown_once` in test_talks |
| P13 one winner, the loser told | here, and `test_who_claims_too_late_is_told_alone` in test_talks |
| P14 agents' edits and deletes; P15 customers' | here |
| P26 a dead Slack holds nothing up | here; counted in tests/contract |
| P27 waits are obeyed; P28 refusals end a send | here |
| P36 what was missed is caught up | test_catchup; within a minute: test_pace |
| P38 never an answer to itself or another bot | here |
"""

import asyncio
import random
from contextlib import suppress
from pathlib import Path

import pytest

from adapters.slack.api import RefusedError
from adapters.slack.pace import POST, Pace
from adapters.slack.refusals import judge, wait_of
from bot.model import Address, Author, AuthorKind, Event, Said
from bot.ports import SendClass
from config.channels import SlackMode
from tests.fakes.slack import FakeSlack, Fault, SlackServer, Trouble
from tests.fakes.slack.platform import RETRIES
from tests.running import TurnedClock
from tests.slack.working import DESK, handed_over, running


def seen(fake: FakeSlack, chat: str = "DANNA") -> str:
    """Everything the bot shows in a chat."""
    return "\n".join(fake.from_bot(chat))


@pytest.mark.parametrize("mode", list(SlackMode))
async def test_p1_p2_p4_nothing_is_lost_doubled_or_out_of_order_where_everything_is_unruly(
    tmp_path: Path, fake: FakeSlack, server: SlackServer, clock: TurnedClock, mode: SlackMode
) -> None:
    """Events come twice or after the next one, posts are done but answered with an error; all arrive once, in order."""
    chance = random.Random(7)
    anna, liis = fake.person("Anna"), fake.person("Liis")
    desk = fake.channel(DESK, liis)
    async with running(tmp_path, server, clock, mode=mode) as firstline:
        fake.says(anna, "I want to talk to a human")
        await fake.until(lambda: "Claim" in fake.labels(DESK))
        fake.presses(liis, "Claim", chat=DESK)
        await fake.until(lambda: "Resolve" in fake.labels(DESK))
        await firstline.settle()
        thread, fake.unruly = next(iter(desk.messages)), chance
        for number in range(20):
            fake.says(anna, f"from anna {number:02}.")
            fake.says(liis, f"from liis {number:02}.", chat=DESK, thread=thread)
        for trouble in (Trouble.DONE_BUT_ERROR, Trouble.DONE_BUT_DROPPED, Trouble.NOT_DONE):
            fake.faults.append(Fault(method="chat.postMessage", trouble=trouble))

        def arrived(who: str, chat: str) -> list[str]:
            text = seen(fake, chat)
            return [number for number in (f"{each:02}" for each in range(20)) if f"from {who} {number}." in text]

        async with asyncio.timeout(60):
            while len(arrived("anna", DESK)) < 20 or len(arrived("liis", "DANNA")) < 20:
                clock.turn(seconds=5)  # also where nothing has changed: what is sent again waits for its time
                with suppress(TimeoutError):
                    await asyncio.wait_for(fake.changed.wait(), 0.1)
                fake.changed.clear()
        await firstline.settle()
        for who, chat in (("anna", DESK), ("liis", "DANNA")):
            text = seen(fake, chat)
            assert [text.count(f"from {who} {number:02}.") for number in range(20)] == [1] * 20
        (talk,) = await firstline.talks()
        assert talk.handoff


async def test_p5_p8_a_delivery_that_comes_again_is_answered_once(
    tmp_path: Path, fake: FakeSlack, server: SlackServer, clock: TurnedClock
) -> None:
    """Three at a time, six minutes later, and seven days later."""
    anna = fake.person("Anna")
    async with running(tmp_path, server, clock) as firstline:
        fake.is_dumb = True
        ts = fake.says(anna, "how can I pay my bill?")
        fake.is_dumb = False
        again = {**fake.channels["DANNA"].messages[ts], "channel": "DANNA", "channel_type": "im", "event_ts": ts}
        for turn in ({}, {"minutes": 6}, {"days": 7}):
            clock.turn(**turn)
            for _ in range(3):
                fake.tell(again, event_id="Ev-the-same")
            await fake.until(lambda: len(fake.from_bot("DANNA")) >= 3 and fake.outbox.empty())
            await firstline.settle()
            (talk,) = await firstline.talks()
            assert sum(each.author.kind is AuthorKind.CUSTOMER for each in talk.messages) == 1
            assert sum(bool(each.because and each.because.article) for each in talk.messages) == 1


async def test_p6_an_event_is_taken_at_whichever_retry(
    tmp_path: Path, fake: FakeSlack, server: SlackServer, clock: TurnedClock
) -> None:
    """A header that says "once more" is never a reason to drop it; the platform's schedule is one and five minutes."""
    anna, fake.retries = fake.person("Anna"), RETRIES
    async with running(tmp_path, server, clock) as firstline:
        right, server.hook_url = server.hook_url, f"{firstline.url}/hooks/slack/nobody"
        fake.says(anna, "how can I pay my bill?")
        await fake.until(lambda: server.refused >= 2)
        clock.turn(seconds=61)
        await fake.until(lambda: server.refused >= 3)
        server.hook_url = right
        clock.turn(seconds=301)
        await fake.until(lambda: fake.from_bot("DANNA"))
        assert server.given_up == []


async def test_p7_a_message_that_comes_late_is_answered_all_the_same(
    tmp_path: Path, fake: FakeSlack, server: SlackServer, clock: TurnedClock
) -> None:
    """It is marked, and nothing that was said before is sorted anew."""
    async with handed_over(tmp_path, fake, server, clock) as (firstline, _):
        fake.is_dumb = True
        early = fake.says("UANNA", "the first word")
        fake.is_dumb = False
        fake.says("UANNA", "the second word")
        await fake.until(lambda: "the second word" in seen(fake, DESK))
        await firstline.settle()
        message = fake.channels["DANNA"].messages[early]
        fake.tell({**message, "channel": "DANNA", "channel_type": "im", "event_ts": early})
        await fake.until(lambda: "the first word" in seen(fake, DESK))
        lines = seen(fake, DESK)
        assert lines.index("the second word") < lines.index("the first word")


async def test_p9_p10_a_hand_off_asked_for_three_times_is_one_card_with_everything(
    tmp_path: Path, fake: FakeSlack, server: SlackServer, clock: TurnedClock
) -> None:
    """What was said before stands in the transcript, what comes meanwhile in the thread below it."""
    anna, liis = fake.person("Anna"), fake.person("Liis")
    desk = fake.channel(DESK, liis)
    async with running(tmp_path, server, clock) as firstline:
        fake.says(anna, "how can I pay my bill?")
        await fake.until(lambda: len(fake.from_bot("DANNA")) >= 3)
        for _ in range(3):
            fake.says(anna, "I want to talk to a human")
        fake.says(anna, "it is about case seventeen")
        await fake.until(lambda: "case seventeen" in seen(fake, DESK))
        await firstline.settle()
        roots = [each for each in desk.messages.values() if each.get("thread_ts", each["ts"]) == each["ts"]]
        assert len(roots) == 1
        assert "how can I pay my bill?" in seen(fake, DESK)
        assert seen(fake, DESK).count("Anna: it is about case seventeen") == 1


async def test_p11_after_the_claim_the_bot_is_silent(
    tmp_path: Path, fake: FakeSlack, server: SlackServer, clock: TurnedClock
) -> None:
    """A question it could answer goes to the agent alone."""
    async with handed_over(tmp_path, fake, server, clock) as (firstline, _):
        before = len(fake.from_bot("DANNA"))
        fake.says("UANNA", "how can I pay my bill?")
        await fake.until(lambda: "how can I pay my bill?" in seen(fake, DESK))
        await firstline.settle()
        assert len(fake.from_bot("DANNA")) == before


@pytest.mark.parametrize("trouble", [Trouble.DONE_BUT_ERROR, Trouble.DONE_BUT_DROPPED, Trouble.NOT_DONE])
async def test_p12_an_agents_reply_in_doubt_arrives_once(
    tmp_path: Path, fake: FakeSlack, server: SlackServer, clock: TurnedClock, trouble: Trouble
) -> None:
    """Nobody is asked: the platform is."""
    async with handed_over(tmp_path, fake, server, clock) as (firstline, thread):
        fake.faults.append(Fault(method="chat.postMessage", trouble=trouble))
        fake.says("ULIIS", "it works again", chat=DESK, thread=thread)
        await firstline.doubts()
        clock.turn(seconds=16)
        await fake.until(lambda: "it works again" in seen(fake))
        await firstline.settle()
        assert seen(fake).count("it works again") == 1


async def test_p13_of_two_who_claim_one_wins_and_the_other_is_told(
    tmp_path: Path, fake: FakeSlack, server: SlackServer, clock: TurnedClock
) -> None:
    """Both press at the same moment."""
    async with handed_over(tmp_path, fake, server, clock, claimed=False) as (firstline, _):
        for user in ("UMART", "ULIIS"):
            fake.presses(user, "Claim", chat=DESK)
        await fake.until(lambda: fake.ephemerals)
        await firstline.settle()
        (talk,) = await firstline.talks()
        (told,) = fake.ephemerals
        assert talk.handoff
        assert {talk.handoff.agent_name, told["user"]} in ({"Mart", "ULIIS"}, {"Liis", "UMART"})


async def test_p14_p15_edits_and_deletes_are_followed_on_both_sides(
    tmp_path: Path, fake: FakeSlack, server: SlackServer, clock: TurnedClock
) -> None:
    """The agent's change the customer's copy; the customer's are seen by the agent as such, with what stood before."""
    async with handed_over(tmp_path, fake, server, clock) as (firstline, thread):
        own = fake.says("ULIIS", "it costs ten", chat=DESK, thread=thread)
        other = fake.says("ULIIS", "never mind", chat=DESK, thread=thread)
        await fake.until(lambda: "it costs ten" in seen(fake) and "never mind" in seen(fake))
        fake.edits("ULIIS", DESK, own, "it costs twelve")
        fake.withdraw(DESK, other)
        await fake.until(lambda: "it costs twelve" in seen(fake) and "never mind" not in seen(fake))
        assert "it costs ten" not in seen(fake)
        word, gone = fake.says("UANNA", "my number is 5"), fake.says("UANNA", "please hurry")
        await fake.until(lambda: "please hurry" in seen(fake, DESK))
        fake.edits("UANNA", "DANNA", word, "my number is 6")
        fake.withdraw("DANNA", gone)
        await fake.until(lambda: "my number is 6" in seen(fake, DESK) and "✗ please hurry" in seen(fake, DESK))
        assert "← my number is 5" in seen(fake, DESK)
        await firstline.settle()


async def test_p14_an_edit_before_the_relay_wins(
    tmp_path: Path, fake: FakeSlack, server: SlackServer, clock: TurnedClock
) -> None:
    """While the customer's chat must wait, the agent changes his words: the first ones are never seen."""
    async with handed_over(tmp_path, fake, server, clock) as (firstline, thread):
        fake.faults.append(Fault(method="chat.postMessage", trouble=Trouble.WAIT, wait="2"))
        own = fake.says("ULIIS", "a wrong word", chat=DESK, thread=thread)
        await fake.until(lambda: not fake.faults)
        fake.edits("ULIIS", DESK, own, "the right word")
        await fake.until(lambda: "the right word" in seen(fake))
        await firstline.settle()
        assert not [text for text in (str(call.given) for call in fake.log if call.ok) if "a wrong word" in text]


async def test_p26_a_dead_slack_holds_nothing_up(
    tmp_path: Path, fake: FakeSlack, server: SlackServer, clock: TurnedClock
) -> None:
    """None of its methods answers; what it brings is stored and acknowledged, and others are answered."""
    for method in ("chat.postMessage", "users.info", "chat.update", "reactions.add"):
        fake.faults.append(Fault(method=method, trouble=Trouble.HANG, chance=1.0))
    people = [fake.person(f"P{number}") for number in range(10)]
    async with running(tmp_path, server, clock) as firstline:
        for person in people:
            fake.says(person, "how can I pay my bill?")
        at = Address(channel="web", account="site", chat="visitor")
        author = Author(kind=AuthorKind.CUSTOMER, key="visitor")
        said = Said(text="how can I pay my bill?", external_id="w1")
        await firstline.store.accept([Event(key="w1", at=at, author=author, body=said, sent_at=clock.now())])
        await fake.until(lambda: len(server.answers) == len(people))
        await firstline.decided()
        assert server.answers == [200] * len(people)
        talks = await firstline.talks()
        assert len(talks) == len(people) + 1
        assert all(any(each.because and each.because.article for each in talk.messages) for talk in talks)
        assert fake.from_bot("DP0") == []
        fake.let_go.set()


async def test_p27_nothing_is_asked_inside_a_wait(
    tmp_path: Path, fake: FakeSlack, server: SlackServer, clock: TurnedClock
) -> None:
    """The line drains in order once it is over."""
    async with handed_over(tmp_path, fake, server, clock) as (firstline, thread):
        for number in range(5):
            fake.says("ULIIS", f"line {number}", chat=DESK, thread=thread)
        fake.faults.append(Fault(method="chat.postMessage", trouble=Trouble.WAIT, wait="3"))
        await fake.until(lambda: "line 4" in seen(fake))
        await firstline.settle()
        waits = [call for call in fake.calls("chat.postMessage") if call.waits]
        assert waits
        for held in waits:
            chat = held.given["channel"]
            inside = [
                each
                for each in fake.calls("chat.postMessage")
                if each.given["channel"] == chat and held.at < each.at < held.at + held.waits - 0.05
            ]
            assert inside == []
        order = [text for text in fake.from_bot("DANNA") if "line" in text]
        assert order == sorted(order)


@pytest.mark.parametrize(
    ("said", "seconds"), [("2", 2), ("0", 5), ("-1", 5), ("soon", 5), ("", 5), ("999999", 900), ("1.5", 1)]
)
def test_p27_a_wait_that_makes_no_sense_is_five_seconds_and_none_is_longer_than_fifteen_minutes(
    said: str, seconds: float
) -> None:
    """And inside it nothing may be asked."""
    pace = Pace()
    assert pace.hold(POST, "C1", wait_of(RefusedError("ratelimited", wait=said)), 0.0) == seconds
    assert pace.ask(POST, "C1", 0.5) == pytest.approx(seconds - 0.5)
    assert pace.ask(POST, "C2", 0.5) == 0


async def test_p28_a_refusal_ends_a_send_at_once_and_is_seen(
    tmp_path: Path, fake: FakeSlack, server: SlackServer, clock: TurnedClock
) -> None:
    """The agent's line is marked, with the reason and a button to try again; the text stays."""
    async with handed_over(tmp_path, fake, server, clock) as (firstline, thread):
        before = len(fake.calls("chat.postMessage"))
        fake.faults.append(Fault(method="chat.postMessage", trouble=Trouble.REFUSED, error="user_disabled"))
        own = fake.says("ULIIS", "are you there?", chat=DESK, thread=thread)
        await fake.until(lambda: fake.channels[DESK].messages[own].get("marks") == ["warning"])
        await fake.until(lambda: "Try again" in fake.labels(DESK))
        posts = [call for call in fake.calls("chat.postMessage")[before:] if call.given["channel"] == "DANNA"]
        assert len(posts) == 1
        (talk,) = await firstline.talks()
        assert any(each.text == "are you there?" for each in talk.messages)


CLASSES = {
    SendClass.WAIT: "ratelimited rate_limited",
    SendClass.UNSURE: "internal_error fatal_error service_unavailable",
    SendClass.NOT_SENT: "request_timeout",
    SendClass.ACCOUNT: "invalid_auth not_authed account_inactive token_revoked token_expired missing_scope "
    "ekm_access_denied",
    SendClass.PLACE_GONE: "channel_not_found not_in_channel is_archived restricted_action thread_not_found "
    "invalid_thread_ts cannot_reply_to_message",
    SendClass.PERSON_GONE: "user_not_found user_not_visible messages_tab_disabled cannot_dm_bot",
    SendClass.CONTENT: "msg_too_long msg_blocks_too_long invalid_blocks invalid_blocks_format no_text "
    "metadata_too_large never_heard_of_this",
}
"""What each of the platform's words means for a send."""


@pytest.mark.parametrize(("word", "became"), [(w, became) for became, words in CLASSES.items() for w in words.split()])
def test_p28_each_word_of_the_platform_has_its_class(word: str, became: SendClass) -> None:
    """Also one that nobody knows: it ends the send and is shown."""
    assert judge(RefusedError(word)).became is became


async def test_p38_neither_itself_nor_another_bot_is_answered(
    tmp_path: Path, fake: FakeSlack, server: SlackServer, clock: TurnedClock
) -> None:
    """Its own words come back to it, and another bot says the same again and again."""
    anna = fake.person("Anna")
    async with running(tmp_path, server, clock) as firstline:
        fake.says(anna, "how can I pay my bill?")
        await fake.until(lambda: len(fake.from_bot("DANNA")) >= 3)
        for _ in range(10):
            fake.says("UOTHER", "how can I pay my bill?", chat="DANNA", bot_id="B9", subtype="bot_message")
            fake.says("UOTHER", "how can I pay my bill?", chat="DANNA", bot_id="B9")
        await fake.until(lambda: fake.outbox.empty())
        await firstline.settle()
        assert len(fake.from_bot("DANNA")) == 3
