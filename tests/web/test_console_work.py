"""What agents do in the console, over a real socket, and what customers and colleagues see of it."""

import re
import threading

import httpx
import pytest

from adapters.storage import staff, views
from bot.model import AgentId, Role
from tests.running import PATIENCE, RunningSite
from tests.web.conftest import Employ, Meet, Serve
from tests.web.visiting import messages
from tests.web.working import ConsoleAgent, as_text, hand_over, newest, now_of, told


def test_a_claimed_chat_is_answered_and_closed(site: RunningSite, meet: Meet, employ: Employ) -> None:
    """The agent takes a waiting chat, his words reach the customer under his name, and he resolves it."""
    anna, liis = meet(site), employ(site)
    talk = hand_over(site, anna)
    assert "Can I talk to a human, please?" in liis.queue("unassigned")
    assert liis.act(talk, "claim").status_code == 204
    assert liis.act(talk, "say", text="Hello, I am here.", seen="99").status_code == 204
    assert "Hello, I am here." in messages(anna.read("Hello, I am here.")).values()
    assert liis.act(talk, "resolve").status_code == 204
    assert now_of(site, talk).is_closed


def test_a_note_stays_inside(site: RunningSite, meet: Meet, employ: Employ) -> None:
    """A note stands in every colleague's view and in none of the customer's."""
    anna, liis, jonas = meet(site), employ(site), employ(site)
    talk = hand_over(site, anna)
    liis.act(talk, "claim")
    assert liis.act(talk, "note", text="She is right, we owe her.").status_code == 204
    liis.act(talk, "say", text="One moment please.", seen="99")
    assert "She is right, we owe her." in jonas.see(talk)
    assert not any("owe her" in text for text in messages(anna.read("One moment please.")).values())


def test_of_two_claims_at_once_one_wins(site: RunningSite, meet: Meet, employ: Employ) -> None:
    """Both press at the same moment: one has the chat, the other is told who took it."""
    talk = hand_over(site, meet(site))
    rivals = [employ(site), employ(site)]
    answers: dict[str, httpx.Response] = {}
    together = threading.Barrier(2)

    def claim(agent: ConsoleAgent) -> None:
        together.wait(PATIENCE)
        answers[agent.name] = agent.act(talk, "claim")

    threads = [threading.Thread(target=claim, args=(agent,)) for agent in rivals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert sorted(answer.status_code for answer in answers.values()) == [204, 409]
    winner = next(name for name, answer in answers.items() if answer.status_code == 204)
    loser = next(answer for answer in answers.values() if answer.status_code == 409)
    assert winner in told(loser)["told"]["words"]


def test_nothing_is_sent_without_a_claim(site: RunningSite, meet: Meet, employ: Employ) -> None:
    """Whoever has not claimed is refused with the reason, and his words are not even kept."""
    talk, liis = hand_over(site, meet(site)), employ(site)
    answer = liis.act(talk, "say", text="Too early.", seen="99")
    assert answer.status_code == 409
    assert "Claim this chat" in told(answer)["told"]["words"]
    assert "Too early." not in liis.see(talk)


def test_new_words_must_be_seen_before_sending(site: RunningSite, meet: Meet, employ: Employ) -> None:
    """A reply written before the customer's newest message is held back until the agent insists."""
    anna, liis = meet(site), employ(site)
    talk = hand_over(site, anna)
    liis.act(talk, "claim")
    seen = str(now_of(site, talk).version)
    anna.say("Forget it, it works again.")
    anna.read("Forget it, it works again.")
    held = liis.act(talk, "say", text="Please restart it.", seen=seen)
    assert held.status_code == 409
    assert "unread" in told(held)
    assert liis.act(talk, "say", text="Please restart it.", seen=seen, anyway="yes").status_code == 204


def test_the_same_key_sends_once(site: RunningSite, meet: Meet, employ: Employ) -> None:
    """A reply whose answer was lost on the way is sent again by the browser and shown once."""
    anna, liis = meet(site), employ(site)
    talk = hand_over(site, anna)
    liis.act(talk, "claim")
    for _ in range(3):
        assert liis.act(talk, "say", text="Only once.", seen="99", key="browser-key-1").status_code == 204
    assert liis.see(talk).count("Only once.") == 1


def test_own_words_can_be_changed_and_recalled(site: RunningSite, meet: Meet, employ: Employ) -> None:
    """The customer's copy follows; colleagues still see the original."""
    anna, liis = meet(site), employ(site)
    talk = hand_over(site, anna)
    liis.act(talk, "claim")
    liis.act(talk, "say", text="On Munday.", seen="99")
    number = str(now_of(site, talk).last_number)
    assert liis.act(talk, "edit", message=number, text="On Monday.").status_code == 204
    assert "On Monday." in messages(anna.read("On Monday.")).values()
    assert "On Munday." in liis.see(talk)
    assert liis.act(talk, "delete", message=number).status_code == 204
    assert "Message withdrawn" in liis.see(talk)


def test_a_transfer_names_team_and_reason(site: RunningSite, meet: Meet, employ: Employ) -> None:
    """The chat waits with the other team, the reason stands inside, and without one nothing is passed on."""
    anna, liis = meet(site), employ(site)
    talk = hand_over(site, anna)
    liis.act(talk, "claim")
    assert liis.act(talk, "transfer", team="billing", reason="").status_code == 422
    assert liis.act(talk, "transfer", team="billing", reason="Wants a refund").status_code == 204
    handoff = now_of(site, talk).handoff
    assert handoff is not None
    assert (handoff.team, handoff.agent) == ("billing", None)
    assert "Wants a refund" in liis.see(talk)


def test_back_to_the_bot(site: RunningSite, meet: Meet, employ: Employ) -> None:
    """Given back, the bot answers the next question itself."""
    anna, liis = meet(site), employ(site)
    talk = hand_over(site, anna)
    liis.act(talk, "claim")
    assert liis.act(talk, "bot").status_code == 204
    anna.say("What is my Wi-Fi password?")
    assert any("sticker" in text for text in messages(anna.read("Did that help?")).values())


def test_an_article_and_a_canned_reply_are_sent(site: RunningSite, meet: Meet, employ: Employ) -> None:
    """Both reach the customer in the agent's name, the canned reply as it was edited."""
    anna, liis = meet(site), employ(site)
    talk = hand_over(site, anna)
    liis.act(talk, "claim")
    assert liis.act(talk, "article", id="wifi-password").status_code == 204
    assert any("sticker" in text for text in messages(anna.read("sticker")).values())
    canned = liis.get(f"/console/c/{talk.id}/sheet/canned").text
    reply = re.search(r'data-reply="([^"]+)"', canned)
    assert reply
    assert liis.act(talk, "say", text="Looking, dear Anna.", reply=reply[1], seen="99").status_code == 204
    assert "Looking, dear Anna." in messages(anna.read("Looking, dear Anna.")).values()


def test_a_supervisor_takes_over_and_assigns(site: RunningSite, meet: Meet, employ: Employ) -> None:
    """With a reason he takes a chat that somebody holds, and gives it to a third."""
    liis, jonas = employ(site), employ(site)
    boss = employ(site, Role.AGENT, Role.SUPERVISOR)
    talk = hand_over(site, meet(site))
    liis.act(talk, "claim")
    assert boss.act(talk, "take_over", reason="Liis is ill").status_code == 204
    assert boss.act(talk, "assign", agent=jonas.id).status_code == 204
    handoff = now_of(site, talk).handoff
    assert handoff is not None
    assert handoff.agent == jonas.id


def test_a_chat_is_given_only_to_who_may_see_it(site: RunningSite, meet: Meet, employ: Employ) -> None:
    """Neither an editor nor an agent of another team can be made its owner."""
    boss, editor, other = employ(site, Role.SUPERVISOR), employ(site, Role.EDITOR), employ(site, teams=["billing"])
    talk = hand_over(site, meet(site))
    for stranger in (editor.id, other.id, "nobody"):
        assert boss.act(talk, "assign", agent=stranger).status_code == 422
    assert now_of(site, talk).handoff == talk.handoff


def test_the_bots_words_explain_themselves(site: RunningSite, meet: Meet, employ: Employ) -> None:
    """The why of an answer names article, confidence, cut-offs and the line it is written in."""
    anna, liis = meet(site), employ(site)
    anna.say("What is my Wi-Fi password?")
    anna.read("Did that help?")
    why = liis.get(f"/console/c/{newest(site).id}/why/3").text
    assert "wifi-password" in why
    assert "Answers from" in why
    assert "home-network.yml:" in why


def test_the_bot_explains_which_part_it_answered(site: RunningSite, meet: Meet, employ: Employ) -> None:
    """The why of an answer to one of two questions names its part and the other's fate; so does that of the offer."""
    anna, liis = meet(site), employ(site)
    anna.say("What is my Wi-Fi password? And how can I pay my bill?")
    anna.read("Shall I also help with this")
    answer, offer = (liis.get(f"/console/c/{newest(site).id}/why/{number}").text for number in (3, 4))
    assert "What is my Wi-Fi password?" in answer
    assert "pay-invoice" in answer
    assert "how can I pay my bill?" in offer
    assert "billing.yml:" in offer


def test_the_card_says_what_the_bot_tried(site: RunningSite, meet: Meet, employ: Employ) -> None:
    """Reason, wish and the answers given stand on the card of whoever asks for a person after one."""
    anna, liis = meet(site), employ(site)
    anna.say("What is my Wi-Fi password?")
    anna.read("Did that help?")
    talk = hand_over(site, anna, "That did not help, I want a human")
    card = liis.get(f"/console/c/{talk.id}/card").text
    assert "asked for a human" in card
    assert "Wi-Fi password" in card
    assert "That did not help, I want a human" in card
    assert "then handed over" in card
    assert "next to Wi-Fi key" not in liis.get(f"/console/c/{talk.id}/knowledge").text
    assert "next to Wi-Fi key" in liis.get(f"/console/c/{talk.id}/knowledge?q=wifi+password").text


def test_the_steps_of_a_flow_are_ticked(site: RunningSite, meet: Meet, employ: Employ) -> None:
    """What the flow has done stands ticked on the card; the agent who has the chat ticks what comes after."""
    anna, liis = meet(site), employ(site)
    anna.say("My invoice is wrong")
    anna.read("What is the invoice number?")
    talk = hand_over(site, anna)
    assert "disabled" in liis.get(f"/console/c/{talk.id}/card").text
    liis.act(talk, "claim")
    assert liis.act(talk, "tick", step="invoice-question/invoice_number", done="yes").status_code == 204
    card = liis.get(f"/console/c/{talk.id}/card").text
    assert card.count('type="checkbox" checked') == 1
    assert f"for example AM-204518. {liis.name}" in as_text(card)
    assert "Invoice … is paid already" in card
    assert liis.act(talk, "tick", step="invoice-question/nothing", done="yes").status_code == 409


def test_knowledge_is_found(site: RunningSite, meet: Meet, employ: Employ) -> None:
    """A search gives articles in the customer's language to insert, and to send once the chat is claimed."""
    liis, talk = employ(site), hand_over(site, meet(site))
    path = f"/console/c/{talk.id}/knowledge?q=wifi+password"
    assert "data-insert" in liis.get(path).text
    assert "Send article" not in liis.get(path).text
    liis.act(talk, "claim")
    assert "Send article" in liis.get(path).text


def test_the_stream_rings_for_the_open_chat(site: RunningSite, meet: Meet, employ: Employ) -> None:
    """A colleague's page hears of a claim and fetches only what it lacks."""
    liis, jonas = employ(site), employ(site)
    talk = hand_over(site, meet(site))
    before = now_of(site, talk)
    hearing = jonas.listen_apart(talk.id)
    hearing.wait_for("conversation")
    liis.act(talk, "claim")
    hearing.wait_for("queue")
    news = jonas.get(f"/console/c/{talk.id}/news?version={before.version}&number={before.last_number}").text
    assert f"With {liis.name}" in news
    assert "Can I talk to a human, please?" not in news


def test_a_broken_desk_is_told(site: RunningSite, employ: Employ) -> None:
    """While a newer folder is refused, every agent sees why, with its place."""
    liis = employ(site)
    site.current.refuse(("kb/wifi.yml:15:15 There is no action 'check_outge'.",))
    assert "check_outge" in liis.get("/console").text
    site.current.swap(site.current.desk)
    assert "check_outge" not in liis.get("/console").text


def test_set_aside_events_are_replayed(serve: Serve, meet: Meet, employ: Employ) -> None:
    """A supervisor sees what was given up after errors and has it worked again, once."""
    site = serve(works=False)
    boss, anna = employ(site, Role.SUPERVISOR), meet(site)
    anna.say("hello")
    db = site.services.db
    db.write_now(
        lambda conn: conn.exec_driver_sql("UPDATE inbox SET state = 'quarantined', error = 'ZeroDivisionError'")
    )
    rows = [str(each.row) for each in db.read_now(views.read_quarantined)]
    assert "ZeroDivisionError" in boss.get("/console/desk").text
    assert [boss.post("/console/desk/replay", row=row).status_code for row in rows] == [303] * len(rows)
    assert "ZeroDivisionError" not in boss.get("/console/desk").text
    assert [boss.post("/console/desk/replay", row=row).status_code for row in rows] == [404] * len(rows)


@pytest.mark.parametrize("language", ["en", "et", "ru", "da", "it", "lt"])
def test_every_page_speaks_six_languages(site: RunningSite, meet: Meet, employ: Employ, language: str) -> None:
    """Each page and dialog can be said in each language, chosen by the browser or by the agent."""
    boss = employ(site, *Role)
    talk = hand_over(site, meet(site))
    boss.act(talk, "claim")
    boss.post("/console/preferences", language=language)
    sheets = ("transfer", "assign", "take_over", "priority", "canned")
    for path in (
        "/console",
        f"/console/c/{talk.id}",
        "/console/desk",
        "/console/password",
        *(f"/console/c/{talk.id}/sheet/{kind}" for kind in sheets),
    ):
        answer = boss.get(path)
        assert answer.status_code == 200, answer.text
    assert f'lang="{language}"' in boss.get("/console").text


def test_reading_a_colleagues_chat_is_audited(site: RunningSite, meet: Meet, employ: Employ) -> None:
    """Opening what somebody else holds leaves a line that names reader and conversation, and no words."""
    liis, jonas = employ(site), employ(site)
    talk = hand_over(site, meet(site))
    liis.act(talk, "claim")
    jonas.see(talk)
    liis.see(talk)
    rows = site.services.db.read_now(
        lambda conn: conn.exec_driver_sql(
            "SELECT agent, detail FROM audit WHERE action = 'read' AND subject = ?", (f"conversation:{talk.id}",)
        ).all()
    )
    assert [tuple(row) for row in rows] == [(jonas.id, "")]


def test_a_masked_value_is_shown_on_request(site: RunningSite, meet: Meet, employ: Employ) -> None:
    """What the desk calls sensitive is masked on the page, shown when asked for, and the asking is written down."""
    liis, talk = employ(site), hand_over(site, meet(site))
    name = next(name for name, field in site.current.desk.settings.customer.items() if field.sensitive)
    site.services.db.write_now(
        lambda conn: conn.exec_driver_sql(
            "UPDATE customer SET data = json_set(data, '$.fields', json_object(?, 'A-1042'))"
            " WHERE id = (SELECT customer FROM conversation WHERE id = ?)",
            (name, talk.id),
        )
    )
    assert "A-1042" not in liis.see(talk)
    assert liis.act(talk, "reveal", name=name).text == "A-1042"
    assert liis.act(talk, "reveal", name="nothing").status_code == 404
    rows = site.services.db.read_now(
        lambda conn: conn.exec_driver_sql("SELECT agent, detail FROM audit WHERE action = 'show'").all()
    )
    assert [tuple(row) for row in rows] == [(liis.id, name)]


def test_who_is_away_is_given_nothing(site: RunningSite, meet: Meet, employ: Employ) -> None:
    """An agent who says that he is away is no longer among those a chat can be assigned to."""
    liis, boss = employ(site), employ(site, Role.SUPERVISOR)
    talk = hand_over(site, meet(site))
    assert liis.name in boss.get(f"/console/c/{talk.id}/sheet/assign").text
    assert liis.post("/console/availability", available="no").status_code == 303
    assert liis.name not in boss.get(f"/console/c/{talk.id}/sheet/assign").text


def test_a_file_is_given_only_with_its_chat(site: RunningSite, meet: Meet, employ: Employ) -> None:
    """A picture that a customer sent is a download for agents of his chat, under no other chat's address."""
    anna, liis = meet(site), employ(site)
    sent = anna.http.post("/web/v1/files", files={"file": ("router.png", PNG, "image/png")})
    assert sent.status_code == 200, sent.text
    file = sent.json()["id"]
    anna.say("look at this, can I talk to a human please", files=[file])
    anna.read("passed our whole chat")
    talk, other = newest(site), hand_over(site, meet(site))
    answer = liis.get(f"/console/c/{talk.id}/files/{file}")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith("attachment")
    assert liis.get(f"/console/c/{other.id}/files/{file}").status_code == 404


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8cfc0f01f0005000"
    "1ff89993d1d0000000049454e44ae426082"
)


def test_a_supervisor_says_who_is_away(serve: Serve, employ: Employ) -> None:
    """For people of his own teams only; who is away is given nothing, and it is written down who said so."""
    site = serve()
    lead = employ(site, Role.SUPERVISOR, teams=["billing"])
    mart, olga = employ(site, Role.AGENT, teams=["billing"]), employ(site, Role.AGENT, teams=["network"])
    assert mart.name in lead.get("/console/desk").text
    assert lead.post("/console/desk/availability", agent=mart.id, available="no").status_code == 303
    assert lead.post("/console/desk/availability", agent=olga.id, available="no").status_code == 404
    agents = {each.id: each.available for each in site.services.db.read_now(staff.list_agents)}
    assert (agents[AgentId(mart.id)], agents[AgentId(olga.id)]) == (False, True)
