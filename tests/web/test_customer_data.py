"""What admins may do with a customer's data: give it out, read it in need, erase it; each is written down."""

from sqlalchemy import Connection, select

from adapters.storage.tables import audit
from bot.model import Role
from tests.running import RunningSite
from tests.web.conftest import Employ, Meet, Serve
from tests.web.working import ConsoleAgent, as_text, hand_over

EXPORT, READ, ERASE = (f"/console/customer/{name}" for name in ("export", "read", "erase"))


def read_audit(site: RunningSite, agent: ConsoleAgent) -> list[tuple[str, str]]:
    """What an agent did, and why."""

    def read(conn: Connection) -> list[tuple[str, str]]:
        rows = conn.execute(select(audit).where(audit.c.agent == agent.id).order_by(audit.c.id))
        return [(row.action, row.detail) for row in rows if row.action in ("export", "break_glass", "erase")]

    return site.services.db.read_now(read)


def test_a_look_tells_how_much_and_not_what(site: RunningSite, employ: Employ, meet: Meet) -> None:
    """Before anything is done an admin sees numbers, no words; who is no admin sees nothing."""
    talk = hand_over(site, meet(site))
    page = employ(site, Role.ADMIN).get(f"/console/customer?number={talk.number}")
    assert f"#{talk.number}" in page.text
    assert talk.last_words not in as_text(page.text)
    assert employ(site, Role.SUPERVISOR).get("/console/customer").status_code == 403


def test_giving_out_and_reading_are_written_down(site: RunningSite, employ: Employ, meet: Meet) -> None:
    """A file for the customer; a page in need, only with a reason. The audit holds who, what and why, no words."""
    talk = hand_over(site, meet(site))
    admin = employ(site, Role.ADMIN)
    given = admin.post(EXPORT, number=str(talk.number))
    assert "attachment" in given.headers["content-disposition"]
    assert talk.last_words in [each["text"] for each in given.json()["conversations"][0]["messages"]]
    assert admin.post(READ, number=str(talk.number)).status_code == 422
    assert talk.last_words in admin.post(READ, number=str(talk.number), reason="police asked").text
    assert read_audit(site, admin) == [("export", ""), ("break_glass", "police asked")]


def test_a_customer_is_erased_in_two_steps(serve: Serve, employ: Employ, meet: Meet) -> None:
    """Only with the number written again; afterwards there is no such case, and the chat of the customer is empty."""
    site = serve()
    talk = hand_over(site, meet(site))
    admin = employ(site, Role.ADMIN)
    assert admin.post(ERASE, number=str(talk.number), again="99").status_code == 422
    assert admin.post(ERASE, number=str(talk.number), again=str(talk.number)).status_code == 303
    assert admin.post(EXPORT, number=str(talk.number)).status_code == 404
    agent = employ(site, Role.AGENT)
    assert talk.last_words not in agent.see(talk)
    assert read_audit(site, admin) == [("erase", "")]
