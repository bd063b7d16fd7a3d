"""Running a flow, one move after the other, without anybody who speaks for it."""

from dataclasses import replace
from datetime import date
from textwrap import indent

import pytest

from config.texts import Text, Wording
from kb.flows import model
from kb.flows.frames import MAX_VISITS
from kb.flows.moves import (
    Advance,
    Answered,
    CallReturned,
    Corrected,
    End,
    Known,
    Move,
    Refused,
    Returned,
    Skipped,
    TimedOut,
    WantsHelp,
    WentBack,
)
from kb.flows.position import FlowPosition, Frame
from kb.flows.program import Program, compile_flows
from kb.flows.run import advance, last_answered, start
from tests.kb.flows.written import build, known, programs, slots

COLOUR = """
- ask: light
  text: Which colour?
  choices:
    - {value: green, label: Green, goto: cable}
    - {value: red, label: Red, then: [{say: Restart it.}]}
    - {value: unsure, label: I cannot tell}
- solved
- ask: cable
  type: yes_no
  text: Does a cable help?
  yes: good
- escalate: frontline
- id: good
  say: Good, {{ light }}.
- end: solved
"""


class Runner:
    """One run, move by move."""

    def __init__(self, flows: str | dict[str, Program], about: Known | None = None, flow: str = "f") -> None:
        self.programs = programs(flows) if isinstance(flows, str) else flows
        self.known = about or known()
        self.last = start(self.programs, flow, self.known)
        self.said = [line.text or line.article for line in self.last.said]

    def __call__(self, *moves: Move | object) -> Advance:
        """Makes moves; a value that is no move is an answer."""
        for move in moves:
            assert self.last.position is not None, "the flow has ended"
            made = move if isinstance(move, Move) else Answered(move)
            self.last = advance(self.last.position, made, self.programs, self.known)
            self.said += [line.text or line.article for line in self.last.said]
        return self.last

    @property
    def at(self) -> str:
        """The step it waits at."""
        return self.last.asks.step if self.last.asks else self.last.calls.step if self.last.calls else ""

    @property
    def end(self) -> End | None:
        """How it ended."""
        return self.last.ended.how if self.last.ended else None


def test_a_choice_leads_where_it_says() -> None:
    """A choice jumps to its step, or does its own steps and goes on after the question."""
    green = Runner(COLOUR)
    assert [option.label for option in green.last.asks.options] == ["Green", "Red", "I cannot tell"]  # type: ignore[union-attr]  # it asks
    green("green")
    assert green.at == "cable"
    red = Runner(COLOUR)
    red("red")
    assert (red.said, red.at) == (["Restart it."], "solved")
    unsure = Runner(COLOUR)
    unsure("unsure")
    assert (unsure.said, unsure.at) == ([], "solved")


def test_solved_asks_and_ends() -> None:
    """After "Did that help?" a yes ends the flow as solved, no goes on with the next step."""
    run = Runner(COLOUR)
    run("red", True)
    assert run.end is End.SOLVED
    run = Runner(COLOUR)
    run("red", False)
    assert run.at == "cable"


def test_yes_no_jumps_and_texts_have_values() -> None:
    """A yes jumps, a no goes on, and what was learned can be said."""
    run = Runner(COLOUR)
    run("green", True)
    assert (run.said, run.end) == (["Good, green."], End.SOLVED)
    run = Runner(COLOUR)
    run("green", False)
    assert run.end is End.ESCALATED
    assert run.last.ended is not None
    assert (run.last.ended.team, run.last.ended.done) == ("frontline", ("light green", "cable no"))


def test_steps_that_run_out_end_as_unsolved() -> None:
    """A flow whose steps run out has not solved anything; so has a plain `end`."""
    assert Runner("- say: Hi.").end is End.UNSOLVED
    assert Runner("- end").end is End.UNSOLVED
    assert Runner("- end: informed").end is End.INFORMED


def test_if_and_branch_take_the_first_way_that_holds() -> None:
    """`if` goes one way or the other, `branch` the first that holds, else `otherwise`."""
    flow = """
- if: plan == 'home'
  then: [{say: home}]
  else: [{say: not home}]
- branch:
    - {if: plan == 'home', then: [{say: one}]}
    - {if: plan == 'business', goto: two}
    - otherwise: [{say: three}, {end: informed}]
- end
- id: two
  say: two
- end: informed
"""
    assert Runner(flow, known(plan="home")).said == ["home", "one"]
    assert Runner(flow, known(plan="business")).said == ["not home", "two"]
    assert Runner(flow).said == ["not home", "three"]


def test_only_if_passes_over_a_step_of_any_kind() -> None:
    """A step whose condition is false is not there, for those who jump to it either."""
    flow = """
- ask: wish
  only_if: plan == 'home'
  text: What?
- id: hint
  only_if: plan == 'home'
  say: hint
- ask: more
  text: More?
  choices: [{value: again, label: Again, goto: hint}, {value: stop, label: Enough}]
- end: informed
"""
    run = Runner(flow)
    assert (run.at, run.said) == ("more", [])
    run("again")
    assert (run.at, run.said) == ("more", [])
    assert Runner(flow, known(plan="home")).at == "wish"


def test_set_and_tag() -> None:
    """`set` keeps the type of a lone value, `tag` collects tags, once each."""
    run = Runner(
        """
- ask: n
  type: number
  text: How many?
- set: {m: "{{ n }}", s: "{{ n }} pieces"}
- tag: [big, moving]
- tag: [moving]
- ask: rest
  text: Else?
"""
    )
    run(3)
    assert slots(run.last) == {"n": 3, "m": 3, "s": "3 pieces"}
    assert run.last.tags == ("big", "moving")


def test_what_is_known_is_not_asked() -> None:
    """What a slot or customer field holds is not asked for; `skip_if_known: no` and a `goto` ask all the same."""
    flow = """
- ask: plan
  text: Which plan?
  choices: [{value: home, label: Home, goto: phone}, {value: business, label: Business}]
- say: business
- ask: phone
  text: Number?
  type: phone
- ask: again
  text: Again?
  type: yes_no
  yes: phone
- end: solved
"""
    run = Runner(flow, replace(known(), customer={"plan": "home", "phone": "+37251234567"}))
    assert (run.at, run.said) == ("again", [])
    assert slots(run.last) == {"plan": "home", "phone": "+37251234567"}
    run(True)
    assert run.at == "phone"
    unfit = Runner(flow, replace(known(), customer={"plan": "farm", "phone": "5123"}))
    assert unfit.at == "plan"
    always = Runner("- set: {name: Anna}\n- ask: name\n  text: Who?\n  skip_if_known: no\n- say: Hi {{ name }}.")
    assert always.at == "name"


def test_an_answer_for_the_customer_is_remembered() -> None:
    """`remember: customer` gives the value to the customer's field, at once and in every flow of the run."""
    flow = """
- ask: phone
  text: Number?
  type: phone
  remember: customer
  sensitive: yes
- ask: rest
  text: Else, {{ phone }}?
"""
    run = Runner(flow)
    run("+37251234567")
    assert run.last.remembers == {"phone": "+37251234567"}
    assert run.last.position is not None
    assert run.last.position.done == ("phone •••",)


def test_a_refused_answer_gets_a_try_help_and_an_end() -> None:
    """First the reason, then help as well, then the flow gives up; asking why costs nothing."""
    flow = """
- ask: number
  text: Number?
  invalid: Like N-1.
  help: Top right.
  pattern: '^N-\\d$'
  on_give_up: after
- say: "{{ number }}"
- id: after
  ask: other
  text: Other?
"""
    run = Runner(flow)
    run(WantsHelp())
    assert (run.last.asks.tries, run.last.asks.remark) == (0, "Top right.")  # type: ignore[union-attr]  # it asks
    run(Refused())
    assert (run.last.asks.tries, run.last.asks.remark, run.last.asks.hint) == (1, "Like N-1.", "")  # type: ignore[union-attr]  # it asks
    run(Returned(), Refused())
    assert (run.last.asks.tries, run.last.asks.hint) == (2, "Top right.")  # type: ignore[union-attr]  # it asks
    run(Refused())
    assert (run.at, run.last.gave_up, run.last.position.tries) == ("other", True, 0)  # type: ignore[union-attr]  # it runs


def test_an_example_helps_where_there_is_no_help() -> None:
    """From the second refused answer on a good answer is shown."""
    run = Runner("- ask: number\n  text: Number?\n  invalid: Like this.\n  pattern: '^N'\n  example: N-1")
    run(Refused(), Refused())
    assert run.last.asks is not None
    assert run.last.asks.hint == "`N-1`"


@pytest.mark.parametrize(
    ("goal", "at", "end"), [("next", "b", None), ("end", "", End.UNSOLVED), ("escalate", "", End.ESCALATED)]
)
def test_giving_up_goes_where_it_says(goal: str, at: str, end: End | None) -> None:
    """`next` goes on, `end` ends as unsolved, `escalate` hands over."""
    run = Runner(f"- ask: a\n  text: A?\n  max_tries: 0\n  on_give_up: {goal}\n- ask: b\n  text: B?")
    run(Refused())
    assert (run.at, run.end) == (at, end)


def test_did_that_help_gives_up_too() -> None:
    """Who never says yes or no to "Did that help?" meets a person."""
    run = Runner("- solved: Better now?")
    assert run.last.asks is not None
    assert run.last.asks.text == "Better now?"
    run(Refused(), Refused(), Refused())
    assert run.end is End.ESCALATED


def test_skipping_and_silence() -> None:
    """An optional question can be passed over; silence goes where it says, else the flow is abandoned."""
    flow = "- ask: a\n  text: A?\n  optional: yes\n  on_timeout: b\n- ask: b\n  text: B?"
    run = Runner(flow)
    assert run.last.asks is not None
    assert run.last.asks.can_skip
    run(TimedOut())
    assert run.at == "b"
    run(TimedOut())
    assert run.end is End.ABANDONED
    run = Runner(flow)
    run(Skipped())
    assert (run.at, slots(run.last)) == ("b", {})


THREE = """
- ask: a
  text: A?
- ask: b
  text: B?
- ask: c
  text: C?
- say: "{{ a }}{{ b }}{{ c }}"
- solved
"""


def test_going_back() -> None:
    """[Back] asks the question before again, step by step; what was answered after it need not be said twice."""
    run = Runner(THREE)
    assert run.last.asks is not None
    assert not run.last.asks.can_go_back
    run(WentBack())
    assert run.at == "a"
    run("1", "2", WentBack(), WentBack())
    assert run.at == "a"
    run("9")
    assert run.at == "c"
    run("3")
    assert run.said == ["923"]


def test_a_correction_changes_the_answer_before() -> None:
    """A corrected answer takes the place of the last one and the flow goes on from there, its own way."""
    run = Runner(COLOUR)
    run("green")
    assert last_answered(run.last.position, run.programs).slot == "light"  # type: ignore[union-attr, arg-type]  # there is one
    run(Corrected("red"))
    assert (run.said, run.at, slots(run.last)["light"]) == (["Restart it."], "solved", "red")
    run(Corrected("green"))
    assert run.at == "cable"
    fresh = Runner(COLOUR)
    assert last_answered(fresh.last.position, fresh.programs) is None  # type: ignore[arg-type]  # it runs
    fresh(Corrected("red"))
    assert fresh.end is End.ESCALATED


def test_changing_one_s_mind_is_not_a_circle() -> None:
    """However often somebody goes back, the flow does not count it as a step too many."""
    run = Runner(THREE)
    for _ in range(MAX_VISITS * 2):
        run("1", WentBack())
    run("1", "2", "3")
    assert run.at == "solved"


CALL = """
- call: look
  with: {address: "{{ street }}"}
  save_as: seen
  on_error: next
- say: "{{ seen.place | default('nowhere') }}"
- call: book
  with: {}
- ask: note
  text: Note?
- end: solved
"""


def test_calls() -> None:
    """A call waits, its result has fields, a failed one goes where it says; what it changed is kept in mind."""
    desk = build("- set: {street: Kastani 1}\n" + CALL.lstrip("\n"))
    run = Runner(dict(desk.programs), known(desk))
    assert run.last.calls is not None
    assert (run.last.calls.action, run.last.calls.values) == ("look", {"address": "Kastani 1"})
    run(CallReturned({"found": True, "place": "hall"}))
    assert run.said == ["hall"]
    run(CallReturned({"number": "V-1"}))
    assert run.last.position is not None
    assert run.last.position.changed == ("Book a visit",)
    assert run.last.position.done == ("look yes, hall", "book V-1")
    failed = Runner(dict(desk.programs), known(desk))
    failed(CallReturned(None))
    assert failed.said == ["nowhere"]
    assert failed.last.position is not None
    assert failed.last.position.done == ("look failed",)


def test_a_call_that_fails_without_a_way_out_is_a_dead_end() -> None:
    """Without `on_error` a failed call leads to `on_dead_end`, and says why."""
    run = Runner("- call: look\n- say: on")
    run(CallReturned(None))
    assert run.last.ended is not None
    assert (run.end, run.last.ended.dead_end, run.last.call_failed) == (End.ESCALATED, True, True)


def test_nothing_can_be_gone_back_to_across_a_change() -> None:
    """After a call that changed something outside, [Back] is not there: it would do the same thing twice."""
    run = Runner("- ask: a\n  text: A?\n- call: book\n- ask: b\n  text: B?", known(build("- end")))
    run("1", CallReturned({"number": "1"}))
    assert run.last.asks is not None
    assert not run.last.asks.can_go_back


TWO = """
flows:
  - id: f
    title: First
    starts_when: [first]
    steps:
      - ask: a
        text: A?
      - flow: g
        with: {a: "{{ a }}"}
      - ask: z
        text: Z?
      - id: last
        flow: g
        with: {a: again}
  - id: g
    title: Second
    takes: [a]
    steps:
      - say: "{{ a | default('-') }} {{ b | default('-') }}"
      - ask: b
        text: B?
        choices:
          - {value: ok, label: Ok}
          - {value: good, label: Good, then: [{end: solved}]}
          - {value: help, label: Help, then: [{escalate: {reason: "r-{{ a }}", summary: "{{ a }} {{ plan }}"}}]}
"""


def test_a_called_flow_has_its_own_slots() -> None:
    """A called flow sees what is handed over and taken, nothing else, and the caller goes on afterwards."""
    run = Runner(TWO)
    run("1")
    assert (run.said, run.at) == (["1 \\-"], "b")
    assert run.last.asks is not None
    assert run.last.asks.can_go_back
    run("good")
    assert (run.at, slots(run.last)) == ("z", {"a": "1"})
    assert run.last.asks is not None
    assert not run.last.asks.can_go_back


def test_a_called_flow_at_the_end_ends_its_caller() -> None:
    """As the last step its end is the caller's end; a hand-off ends both, and its notes have the values."""
    run = Runner(TWO)
    run("1", "ok", "2", "good")
    assert run.end is End.SOLVED
    run = Runner(TWO)
    run("1", "help")
    assert run.last.ended is not None
    assert (run.end, run.last.ended.flow) == (End.ESCALATED, "g")
    assert (run.last.ended.reason, run.last.ended.summary) == ("r-1", "1 –")


def test_going_back_out_of_a_called_flow() -> None:
    """[Back] at the first question of a called flow leads to the caller's last question."""
    run = Runner(TWO)
    run("1", WentBack())
    assert (run.at, slots(run.last)) == ("a", {"a": "1"})
    run("2")
    assert run.said[-1] == "2 \\-"


def test_a_circle_ends() -> None:
    """A step runs three times; then the flow is at a dead end, with or without a question in the circle."""
    run = Runner("- id: top\n  ask: a\n  text: A?\n- say: so\n- goto: top")
    for _ in range(MAX_VISITS):
        run("x")
    assert run.last.ended is not None
    assert run.last.ended.dead_end
    assert run.said == ["so"] * MAX_VISITS


def program_of(steps: str, on_dead_end: str) -> dict[str, Program]:
    """The programs of one flow with its own dead end."""
    head = "flows:\n  - id: f\n    title: F\n    starts_when: [go]\n"
    return programs(f"{head}    on_dead_end: {on_dead_end}\n    steps:\n{indent(steps, ' ' * 6)}")


EMPTY_TEXT = "- say: Hi {{ plan }}.\n- id: rest\n  ask: b\n  text: B?"


@pytest.mark.parametrize(
    ("goal", "at", "end"),
    [("next", "b", None), ("rest", "b", None), ("end", "", End.UNSOLVED), ("escalate", "", End.ESCALATED)],
)
def test_a_text_with_an_empty_value_is_a_dead_end(goal: str, at: str, end: End | None) -> None:
    """A text that would print nothing where a value belongs is not sent; the flow goes where `on_dead_end` says."""
    run = Runner(program_of(EMPTY_TEXT, goal))
    assert (run.at, run.end, run.said) == (at, end, [])


def test_a_dead_end_that_leads_into_itself_meets_a_person() -> None:
    """When the way out of a dead end cannot be said either, a person gets it."""
    run = Runner(program_of("- id: stuck\n  say: Hi {{ plan }}.\n- end: solved", "stuck"))
    assert run.last.ended is not None
    assert run.last.ended.dead_end


def test_a_question_that_cannot_be_said_any_more_is_a_dead_end() -> None:
    """Asked again with a value gone, the question leads to the dead end."""
    desk = dict(programs("- ask: a\n  text: A, {{ plan }}?"))
    run = Runner(desk, known(plan="home"))
    run.known = known()
    run(Returned())
    assert run.end is End.ESCALATED


def test_a_reload_goes_on_at_the_question_of_the_same_name() -> None:
    """After a new version the flow stands at the same question; a slot that no longer fits is empty."""
    run = Runner(COLOUR)
    run("green")
    run.programs = programs(COLOUR.replace("value: green", "value: blue").replace("label: Green", "label: Blue"))
    run.known = replace(run.known, version="2")
    run(Returned())
    assert (run.at, slots(run.last)) == ("cable", {})
    assert run.last.position is not None
    assert run.last.position.version == "2"


def test_a_reload_that_takes_the_question_or_the_flow_away() -> None:
    """A question that is gone leads to the dead end, a flow that is gone to a person."""
    run = Runner(COLOUR)
    gone = replace(run.last, position=FlowPosition(frames=(Frame(flow="f", at="lost"),)))
    run.last = gone
    run("green")
    assert run.last.ended is not None
    assert run.last.ended.dead_end
    for at in ("good", ""):
        run.last = replace(gone, position=FlowPosition(frames=(Frame(flow="f", at=at),)))
        run("green")
        assert run.end is End.ESCALATED
    run.last = replace(gone, position=FlowPosition(frames=(Frame(flow="lost", at="light"),)))
    run("green")
    assert run.end is End.ESCALATED


def test_coming_back_to_a_call_makes_it_again() -> None:
    """Somebody who comes back while a call was lost has it made again."""
    run = Runner("- call: look\n- end: solved", known(build("- end")))
    run(Returned())
    assert run.at == "call"
    run(CallReturned({"found": True}))
    assert run.end is End.SOLVED


def test_wordings_are_used_in_turn() -> None:
    """A text with several wordings says another one each time, across runs."""
    flow = "- say: [one, two]\n- end: solved"
    first = start(programs(flow), "f", known())
    second = start(programs(flow), "f", replace(known(), used=first.used))
    assert [found.said[0].text for found in (first, second)] == ["one", "two"]


def test_what_ran_is_told() -> None:
    """Every step that ran is named, for coverage."""
    run = Runner(COLOUR)
    assert run.last.passed == ("f/light",)
    assert run("red").passed == ("f/say", "f/solved")


def test_a_message_and_notes_of_a_hand_off() -> None:
    """A hand-off has its team, priority, notes and the words for the customer, with values."""
    run = Runner(
        """
- ask: day
  type: date
  text: When?
- escalate: {team: frontline, priority: high, reason: visit, summary: "On {{ day }}.", message: "See you, {{ day }}."}
"""
    )
    run(date(2026, 3, 1))
    ended = run.last.ended
    assert ended is not None
    assert (ended.team, ended.priority, ended.reason) == ("frontline", "high", "visit")
    assert (ended.summary, ended.message) == ("On March 1, 2026.", "See you, March 1\\, 2026.")


def test_what_is_sensitive_stays_out_of_reports() -> None:
    """A reason is counted in reports, so it names no such value; a summary is for the colleague who must know it."""
    run = Runner(
        """
- {ask: code, text: Which code?, sensitive: yes}
- escalate: {reason: "code {{ code }}", summary: "Code {{ code }}."}
"""
    )
    run("1234")
    ended = run.last.ended
    assert ended is not None
    assert (ended.reason, ended.summary, ended.done) == ("code •••", "Code 1234.", ("code •••",))


def test_a_call_whose_values_are_missing_is_a_dead_end() -> None:
    """A call is not made with a gap in what it hands over."""
    run = Runner(
        program_of("- call: look\n  with: {address: 'Street {{ plan }}'}\n- id: rest\n  ask: b\n  text: B?", "rest")
    )
    assert run.at == "b"


@pytest.mark.parametrize("gone", ["flow", "step"])
def test_the_caller_that_is_gone(gone: str) -> None:
    """After a reload a called flow ends where its caller was: without it, with a person."""
    run = Runner(TWO)
    run("1")
    renamed = programs(TWO.replace("- flow: g\n        with", "- id: moved\n        flow: g\n        with"))
    run.programs = {"g": renamed["g"]} if gone == "flow" else renamed
    run("ok")
    assert run.last.ended is not None
    assert run.last.ended.dead_end


def test_a_question_gone_by_the_time_it_is_corrected() -> None:
    """A correction of a question that the new version has not leads to the dead end; [Back] just asks again."""
    for move, end in ((Corrected("9"), End.ESCALATED), (WentBack(), None)):
        run = Runner(THREE)
        run("1")
        run.programs = programs(THREE.replace("ask: a\n", "ask: x\n").replace("{{ a }}", ""))
        run(move)
        assert run.end is end


def test_jumps_in_a_circle_end() -> None:
    """Content like this does not load; a run would still end."""
    steps = (model.Goto(id="a", goto="b"), model.Goto(id="b", goto="a"))
    flow = model.Flow(id="f", title=Text(), steps=steps)
    found = start(compile_flows([flow]), "f", known())
    assert found.ended is not None
    assert found.ended.dead_end


def test_notes_that_cannot_be_computed_stand_as_written() -> None:
    """Agents rather read the words of the editor than nothing."""
    note = Wording(text="{{ a | round }}")
    handoff = model.Escalate(escalate=model.HandoffTo(summary=note, message=Text(wordings={"en": (note,)})))
    flow = model.Flow(id="f", title=Text(), steps=(model.Set(set={"a": Wording(text="many")}), handoff))
    ended = start(compile_flows([flow]), "f", known()).ended
    assert ended is not None
    assert (ended.summary, ended.message) == ("{{ a | round }}", "")
