"""How fast we write, in plain arithmetic."""

from adapters.telegram.pace import Pace

GROUP = "-100"


def test_a_few_at_once_then_one_a_second() -> None:
    """To one person: three, then one a second."""
    pace = Pace()
    assert [pace.ask("7", "a", urgent=True, now=0.0) for _ in range(3)] == [0.0, 0.0, 0.0]
    assert 0.9 < pace.ask("7", "a", urgent=True, now=0.0) <= 1.0
    assert pace.ask("7", "a", urgent=True, now=1.0) == 0.0


def test_a_burst_in_a_group_drains_in_order_claimed_first() -> None:
    """500 conversations come back when they are told to; those an agent has go before the others, each in its order."""
    pace = Pace()
    due = {f"c{number:03}": 0.0 for number in range(500)}
    urgent = {name for name in due if int(name[1:]) % 10 == 0}
    sent: list[str] = []
    now = 0.0
    moments: list[float] = []
    while due:
        for name in sorted(due, key=lambda each: (due[each], each)):
            if due[name] <= now:
                wait = pace.ask(GROUP, name, urgent=name in urgent, now=now)
                if wait == 0.0:
                    del due[name]
                    sent.append(name)
                    moments.append(now)
                else:
                    due[name] = now + min(wait, 20.0)
        now += 0.5
    later = [name for name in sent[5:] if name in urgent]
    assert later == sorted(later)
    assert [name for name in sent[5:] if name not in urgent] == sorted(set(sent[5:]) - urgent)
    assert set(sent[: 5 + len(later)]) >= set(later)
    for first, last in zip(moments, moments[24:], strict=False):
        assert last - first >= 60.0, "more than 23 in a minute"


def test_a_told_wait_holds_the_chat_and_no_other() -> None:
    """Unless it is long, or a second chat is told within seconds: then it is the bot that is too fast."""
    pace = Pace()
    pace.hold("7", 10.0, now=0.0)
    assert pace.is_held("7", 9.0)
    assert not pace.is_held("8", 9.0)
    assert pace.ask("7", "a", urgent=True, now=4.0) == 6.0
    pace.hold("8", 10.0, now=3.0)
    assert pace.is_held("9", 12.0)
    assert not pace.is_held("9", 13.5)
    pace.hold("7", 61.0, now=100.0)
    assert pace.is_held("9", 160.0)


def test_who_no_longer_asks_loses_his_turn() -> None:
    """A send that was given up does not hold up the others."""
    pace = Pace()
    for number in range(5):
        pace.ask(GROUP, f"c{number}", urgent=False, now=0.0)
    assert pace.ask(GROUP, "gone", urgent=True, now=0.0) > 0
    assert pace.ask(GROUP, "next", urgent=False, now=4.0) > 0
    assert pace.ask(GROUP, "next", urgent=False, now=61.0) == 0.0
