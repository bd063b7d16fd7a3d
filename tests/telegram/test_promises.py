"""The promises of reliability, each on a fake Telegram; the name of a test says which.

| Promise | Where |
|---|---|
| P1 nothing lost; P3 duplicates are flagged; P4 order | tests/faults, with kills |
| P2 nothing answered twice | not promised on Telegram: P3 |
| P5 threefold delivery; P7 late; P8 late duplicate | here |
| P6 a retry header | Telegram has none; a repeat is taken: `test_the_webhook_says_to_come_again...` in test_receive |
| P9, P10 the hand-off loses nothing, one card and topic | here; with kills in tests/crossing |
| P11 the bot is silent after the claim | here |
| P12 an agent's reply never twice without his word | here, and `test_an_agents_words_in_doubt...` in test_talks |
| P13 one winner, the loser told | `test_the_second_to_claim_is_told_and_stays_inside` in test_talks |
| P14 agents' edits and deletes; P15 customers' | `test_edits_and_recalls_follow` in test_talks; an early edit here |
| P26 a dead Telegram holds nothing up | here; counted in tests/contract |
| P27 waits are obeyed | test_bursts |
| P28 refusals end a send | here, and `test_a_customer_who_blocks_is_told_to_the_desk` in test_talks |
| P36 what came while nobody listened | here |
| P38 never an answer to itself or another bot | here |
"""

from pathlib import Path

import httpx
import pytest

from adapters.telegram.api import RefusedError
from adapters.telegram.refusals import judge
from bot.model import AuthorKind
from bot.ports import SendClass
from config.channels import TelegramMode
from tests.fakes.telegram import FakeTelegram, Fault, FaultKind, TelegramServer
from tests.telegram.test_talks import claimed
from tests.telegram.working import GROUP, SECRET, running


async def test_p5_p8_an_update_that_comes_again_is_answered_once(
    tmp_path: Path, fake: FakeTelegram, server: TelegramServer
) -> None:
    """Three at a time, six minutes later, and seven days later, at the webhook."""
    anna = fake.person("Anna")
    async with running(tmp_path, fake, server, mode=TelegramMode.WEBHOOK) as firstline:
        fake.says(anna, "how can I pay my bill?")
        update = fake.updates[-1][1]
        for turn in ({}, {"minutes": 6}, {"days": 7}):
            firstline.clock.turn(**turn)
            for _ in range(3):
                fake.brings_again(update)
            await fake.until(lambda: not fake.updates)
            await fake.until(lambda: len(fake.from_bot(anna)) >= 3)
            await firstline.settle()
        [talk] = await firstline.talks()
        said = await firstline.messages(talk.id)
        assert sum(each.author.kind is AuthorKind.CUSTOMER for each in said) == 1
        assert sum(bool(each.because and each.because.article) for each in said) == 1


async def test_p7_a_message_that_comes_late_is_shown_all_the_same(
    tmp_path: Path, fake: FakeTelegram, server: TelegramServer
) -> None:
    """Nothing that was said before is sorted anew."""
    anna, liis = fake.person("Anna"), fake.person("Liis")
    fake.forum(GROUP, "Support", liis)
    async with running(tmp_path, fake, server, mode=TelegramMode.WEBHOOK) as firstline:
        group, thread = await claimed(fake, firstline, anna, liis)
        hook, fake.webhook = fake.webhook, {}
        fake.says(anna, "the first word")
        fake.says(anna, "the second word")
        fake.updates.reverse()
        fake.webhook = hook
        fake.news.set()
        await fake.until(lambda: any("the first word" in text for text in fake.from_bot(group, thread)))
        lines = fake.from_bot(group, thread)
        assert lines.index("◦ Anna: the second word") < lines.index("◦ Anna: the first word")


async def test_p9_p10_a_hand_off_asked_for_three_times_is_one_topic_with_everything(
    tmp_path: Path, fake: FakeTelegram, server: TelegramServer
) -> None:
    """What was said before stands in the transcript, what comes meanwhile below it."""
    anna = fake.person("Anna")
    group = fake.forum(GROUP, "Support")
    async with running(tmp_path, fake, server) as firstline:
        fake.says(anna, "how can I pay my bill?")
        await fake.until(lambda: len(fake.from_bot(anna)) >= 3)
        for _ in range(3):
            fake.says(anna, "I want to talk to a human")
        fake.says(anna, "it is about case seventeen")
        await fake.until(lambda: any("case seventeen" in text for text in fake.from_bot(group)))
        await firstline.settle()
        [thread] = group.topics
        seen = "\n".join(fake.from_bot(group, thread))
        assert len(group.pinned) == 1
        assert "how can I pay my bill?" in seen
        assert seen.count("◦ Anna: it is about case seventeen") == 1


async def test_p11_after_the_claim_the_bot_is_silent(
    tmp_path: Path, fake: FakeTelegram, server: TelegramServer
) -> None:
    """A question it could answer goes to the agent alone; so do `/start` and what nobody can read."""
    anna, liis = fake.person("Anna"), fake.person("Liis")
    fake.forum(GROUP, "Support", liis)
    async with running(tmp_path, fake, server) as firstline:
        group, thread = await claimed(fake, firstline, anna, liis)
        before = fake.from_bot(anna)
        fake.says(anna, "/start")
        fake.says(anna, voice={"file_id": "v", "file_unique_id": "v", "duration": 1})
        fake.says(anna, "how can I pay my bill?")
        await fake.until(lambda: "◦ Anna: how can I pay my bill?" in fake.from_bot(group, thread))
        assert "◦ Anna: [voice]" in fake.from_bot(group, thread)
        await firstline.settle()
        assert fake.from_bot(anna) == before


@pytest.mark.parametrize("kind", [FaultKind.DONE_BUT_ERROR, FaultKind.DROPPED])
async def test_p12_an_agents_reply_in_doubt_is_not_repeated(
    tmp_path: Path, fake: FakeTelegram, server: TelegramServer, kind: FaultKind
) -> None:
    """It stands there once; he says that it arrived, and it counts as delivered."""
    anna, liis = fake.person("Anna"), fake.person("Liis")
    fake.forum(GROUP, "Support", liis)
    async with running(tmp_path, fake, server) as firstline:
        group, thread = await claimed(fake, firstline, anna, liis)
        fake.faults.append(Fault(kind=kind, method="sendMessage"))
        own = fake.says(liis, "it works again", chat=group, thread=thread)
        await fake.until(lambda: "It arrived" in fake.labels(group))
        fake.presses(liis, "It arrived", chat=group)
        await fake.until(lambda: group.reactions.get(own) == ["👌"])
        await firstline.settle()
        assert fake.from_bot(anna).count("Liis: it works again") == 1


async def test_p14_an_edit_before_the_relay_wins(tmp_path: Path, fake: FakeTelegram, server: TelegramServer) -> None:
    """While the customer's chat must wait, the agent changes his words: the first ones are never seen."""
    anna, liis = fake.person("Anna"), fake.person("Liis")
    fake.forum(GROUP, "Support", liis)
    async with running(tmp_path, fake, server) as firstline:
        group, thread = await claimed(fake, firstline, anna, liis)
        fake.faults.append(Fault(kind=FaultKind.WAIT, method="sendMessage", wait=2))
        own = fake.says(liis, "a wrong word", chat=group, thread=thread)
        await fake.until(lambda: not fake.faults)
        fake.edits(liis, own, "the right word", chat=group)
        await fake.until(lambda: not fake.updates)
        firstline.clock.turn(seconds=3)
        await fake.until(lambda: "Liis: the right word" in fake.from_bot(anna))
        await firstline.settle()
        assert not [call for call in fake.calls("sendMessage") if "a wrong word" in str(call.parameters.get("text"))]


async def test_p26_a_dead_platform_holds_up_no_receiving(
    tmp_path: Path, fake: FakeTelegram, server: TelegramServer
) -> None:
    """While every request fails, updates are taken and decided; when it is back the answers stand there in order."""
    people = [fake.person(name) for name in ("Anna", "Boris", "Carl")]
    async with running(tmp_path, fake, server, mode=TelegramMode.WEBHOOK) as firstline:
        await fake.until(lambda: fake.webhook)
        fake.faults.append(Fault(kind=FaultKind.ERROR, chance=1.0, method="sendMessage", status=500))
        for person in people:
            fake.says(person, "how can I pay my bill?")
        await fake.until(lambda: not fake.updates)

        async def decided() -> int:
            wanted = "SELECT count(*) FROM inbox WHERE state = 'done' AND channel = 'telegram'"
            return int(await firstline.store.db.read(lambda conn: conn.exec_driver_sql(wanted).scalar()) or 0)

        await fake.until_asked(decided, lambda count: count == len(people))
        assert [fake.from_bot(person) for person in people] == [[], [], []]
        fake.faults.clear()
        await fake.until(lambda: all(len(fake.from_bot(person)) >= 3 for person in people))


@pytest.mark.parametrize(
    "kind", [FaultKind.HTML, FaultKind.EMPTY, FaultKind.LONG, FaultKind.AWAY, FaultKind.DROPPED, FaultKind.ERROR]
)
async def test_p3_an_answer_that_cannot_be_read_is_repeated_and_marked(
    tmp_path: Path, fake: FakeTelegram, server: TelegramServer, kind: FaultKind
) -> None:
    """A page, nothing, ten megabytes, a redirect, half of it, an error: nobody knows what became of the send."""
    anna = fake.person("Anna")
    async with running(tmp_path, fake, server) as firstline:
        fake.faults.append(Fault(kind=kind, method="sendMessage"))
        fake.says(anna, "how can I pay my bill?")
        await fake.until(lambda: len(set(fake.from_bot(anna))) >= 3)
        await firstline.settle()
        marked = "SELECT count(*) FROM delivery WHERE doubtful"
        assert await firstline.store.db.read(lambda conn: conn.exec_driver_sql(marked).scalar()) == 1
        assert len(fake.from_bot(anna)) == 3 + (kind is FaultKind.DROPPED)


async def test_p36_what_was_said_while_nobody_listened_is_answered(
    tmp_path: Path, fake: FakeTelegram, server: TelegramServer
) -> None:
    """The platform keeps it for a day; the next start asks for it, and at the webhook it is brought."""
    anna = fake.person("Anna")
    for mode in TelegramMode:
        async with running(tmp_path, fake, server, mode=mode) as firstline:
            fake.says(anna, "how can I pay my bill?")
            await fake.until(lambda: fake.from_bot(anna) and not fake.updates)
            await firstline.settle()
        before = len(fake.from_bot(anna))
        fake.says(anna, "my internet is slow")
        async with running(tmp_path, fake, server, mode=mode) as firstline:
            await fake.until(lambda before=before: len(fake.from_bot(anna)) > before)  # type: ignore[misc]  # bound now
            await firstline.settle()


async def test_p38_neither_itself_nor_another_bot_is_answered(
    tmp_path: Path, fake: FakeTelegram, server: TelegramServer
) -> None:
    """Its own words come back to it, and another bot says the same again and again."""
    anna, other = fake.person("Anna"), {"id": 77, "is_bot": True, "first_name": "Other"}
    async with running(tmp_path, fake, server) as firstline:
        fake.says(anna, "how can I pay my bill?")
        await fake.until(lambda: len(fake.from_bot(anna)) >= 3)
        await firstline.settle()
        for number in range(10):
            for bot in (other, fake.bot.json):
                message = {"message_id": 500 + number, "date": 1, "from": bot, "chat": fake.chats[anna.id].json}
                fake.tells("message", {**message, "text": "how can I pay my bill?"})
        await fake.until(lambda: not fake.updates)
        await firstline.settle()
        assert len(fake.from_bot(anna)) == 3


async def test_p13_of_two_claims_at_the_webhook_at_once_one_wins(
    tmp_path: Path, fake: FakeTelegram, server: TelegramServer
) -> None:
    """Both are brought in the same moment over two connections; one name stands on the card, the other is told."""
    anna, liis, mart = fake.person("Anna"), fake.person("Liis"), fake.person("Mart")
    group = fake.forum(GROUP, "Support", liis, mart)
    async with running(tmp_path, fake, server, mode=TelegramMode.WEBHOOK) as firstline:
        fake.says(anna, "I want to talk to a human")
        await fake.until(lambda: "Claim" in fake.labels(group))
        await firstline.settle()
        card = group.messages[group.pinned[0]]
        value = card["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
        fake.presses_value(liis, value, group, card)
        fake.presses_value(mart, value, group, card)
        updates = [update for _, update in fake.updates]
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        async with httpx.AsyncClient(headers=headers) as client:
            for update in reversed(updates):
                assert (await client.post(fake.webhook["url"], json=update)).status_code == 200
        await fake.until(lambda: not fake.updates and all(fake.queries.values()))
        await firstline.settle()
        [talk] = await firstline.talks()
        assert talk.handoff
        assert talk.handoff.agent_name in ("Liis", "Mart")
        notices = [
            str(call.parameters["text"]) for call in fake.calls("answerCallbackQuery") if call.parameters.get("text")
        ]
        assert any(f"{talk.handoff.agent_name} took this" in notice for notice in notices)


CLASSES = {
    (429, "Too Many Requests: retry after 7"): SendClass.WAIT,
    (401, "Unauthorized"): SendClass.ACCOUNT,
    (404, "Not Found"): SendClass.ACCOUNT,
    (403, "Forbidden: bot was blocked by the user"): SendClass.PERSON_GONE,
    (403, "Forbidden: user is deactivated"): SendClass.PERSON_GONE,
    (403, "Forbidden: bot can't initiate conversation with a user"): SendClass.PERSON_GONE,
    (403, "Forbidden: bot was kicked from the supergroup chat"): SendClass.PLACE_GONE,
    (403, "Forbidden: bot is not a member of the supergroup chat"): SendClass.PLACE_GONE,
    (400, "Bad Request: chat not found"): SendClass.PLACE_GONE,
    (400, "Bad Request: not enough rights to send text messages to the chat"): SendClass.PLACE_GONE,
    (400, "Bad Request: CHAT_ADMIN_REQUIRED"): SendClass.PLACE_GONE,
    (400, "Bad Request: message thread not found"): SendClass.PLACE_GONE,
    (400, "Bad Request: can't parse entities: Unclosed start tag at byte offset 4"): SendClass.CONTENT,
    (400, "Bad Request: message is too long"): SendClass.CONTENT,
    (400, "Bad Request: BUTTON_DATA_INVALID"): SendClass.CONTENT,
    (413, "Request Entity Too Large"): SendClass.CONTENT,
    (400, "Bad Request: something that nobody has heard of"): SendClass.CONTENT,
}
"""What each refusal of the platform means for a send."""


@pytest.mark.parametrize(("refusal", "became"), CLASSES.items())
def test_p28_each_refusal_of_the_platform_has_its_class(refusal: tuple[int, str], became: SendClass) -> None:
    """In any case of letters; also one that nobody knows: it ends the send and is shown."""
    code, words = refusal
    for spelled in (words, words.upper(), words.lower()):
        assert judge(RefusedError(code, spelled, {})).became is became
