"""The rules E on the escalation policy and the canned replies."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from zoneinfo import available_timezones

from config.findings import Findings, Fix, find_similar
from config.kinds import write_length
from config.languages import BUILT_IN
from config.place import Position
from config.texts import Text, analyse_text
from config.values import Priority
from escalation.policy import (
    Policy,
    Reply,
    Route,
    SlaTimes,
    Team,
    Trigger,
    TriggerKind,
)
from kb.article import Article
from kb.check import fold_question
from kb.normalise import words_of
from kb.wording import fits

NEEDS: Mapping[TriggerKind, tuple[str, ...]] = {
    TriggerKind.SAYS: ("words",),
    TriggerKind.FAILED_ANSWERS: ("at_least",),
    TriggerKind.LOW_CONFIDENCE: ("below",),
    TriggerKind.ALWAYS: ("if",),
}
"""Fields that a trigger cannot do without."""
USES: Mapping[TriggerKind, frozenset[str]] = {
    TriggerKind.ASKS_FOR_HUMAN: frozenset({"phrases"}),
    TriggerKind.SAYS: frozenset({"words"}),
    TriggerKind.FAILED_ANSWERS: frozenset({"at_least"}),
    TriggerKind.NEGATIVE_WORDS: frozenset({"words", "at_least"}),
    TriggerKind.LOW_CONFIDENCE: frozenset({"below", "at_least"}),
    TriggerKind.FLOW_DEAD_END: frozenset(),
    TriggerKind.ALWAYS: frozenset(),
}
"""Fields of its own that have an effect."""
SPECIAL = ("phrases", "words", "at_least", "below")


def check_policy(
    policy: Policy,
    languages: Sequence[str],
    today: date,
    priorities: Iterable[tuple[Priority, Position]],
    findings: Findings,
) -> None:
    """Every rule that looks at the policy only.

    Args:
        policy: What a desk has written.
        languages: Of the desk.
        today: For holidays that are over.
        priorities: Those that flows and replies give, and where.
        findings: Where to report.
    """
    for team in policy.teams.values():
        if not team.slack and not team.telegram and team.web is None and not team.place.misread:
            findings.report("E07", team.place.key, team=team.id)
    _check_default_team(policy, languages, findings)
    _check_triggers(policy, findings)
    _check_hours(policy, findings)
    _check_holidays(policy, today, findings)
    _check_sla(policy, priorities, findings)
    _check_messages(policy, languages, findings)


def _check_default_team(policy: Policy, languages: Sequence[str], findings: Findings) -> None:
    team = policy.teams.get(policy.default_team)
    if team is None or not team.languages:
        return
    missing = [language for language in languages if language not in team.languages]
    if missing:
        findings.report("E02", policy.place.at("default_team"), team=team.id, languages=", ".join(missing))


def _check_triggers(policy: Policy, findings: Findings) -> None:
    place = policy.place
    kinds = [trigger.when for trigger in policy.triggers]
    unreadable = any("when" in trigger.place.misread for trigger in policy.triggers)
    if place.has("triggers") and TriggerKind.ASKS_FOR_HUMAN not in kinds and not unreadable:
        findings.report("E01", place.key_at("triggers"))
    for trigger in policy.triggers:
        if trigger.when is not None and "when" not in trigger.place.misread:
            _check_fields(trigger, findings)
    _check_hidden(policy.triggers, findings)
    _check_same_phrases(policy.triggers, findings)


def _check_fields(trigger: Trigger, findings: Findings) -> None:
    place, when = trigger.place, trigger.when
    for name in NEEDS.get(when, ()):
        if not place.has(name) and name not in place.misread:
            findings.report("E03", place.position, when=when.value, field=name)
    for name in SPECIAL:
        if place.has(name) and name not in USES[when]:
            findings.report("E17", place.key_at(name), field=name, when=when.value)
    if when is TriggerKind.ASKS_FOR_HUMAN and trigger.ask_first:
        findings.report("E17", place.key_at("ask_first"), field="ask_first: yes", when=when.value)


def _check_hidden(triggers: Sequence[Trigger], findings: Findings) -> None:
    """E04: a trigger below one that fires at least as early, for everybody."""
    above: list[Trigger] = []
    for trigger in triggers:
        catcher = next((other for other in above if _catches(other, trigger)), None)
        if catcher is not None:
            findings.report("E04", trigger.place.position, other=catcher.id)
        above.append(trigger)


def _catches(one: Trigger, other: Trigger) -> bool:
    if one.when is not other.when or (one.if_ and (other.if_ is None or one.if_.source != other.if_.source)):
        return False
    match one.when:
        case TriggerKind.FAILED_ANSWERS:
            return one.times <= other.times
        case TriggerKind.LOW_CONFIDENCE:
            return one.times <= other.times and (one.below or 0) >= (other.below or 0)
        case TriggerKind.ASKS_FOR_HUMAN | TriggerKind.FLOW_DEAD_END | TriggerKind.ALWAYS:
            return True
        case _:
            words = {fold_question(w.text) for _, w in other.words.sentences()}
            caught = {fold_question(w.text) for _, w in one.words.sentences()}
            return bool(words) and words <= caught and one.times <= other.times


def _check_same_phrases(triggers: Sequence[Trigger], findings: Findings) -> None:
    seen: dict[str, Trigger] = {}
    for trigger in triggers:
        for text in (trigger.phrases, trigger.words):
            for _, wording in text.sentences():
                other = seen.setdefault(fold_question(wording.text), trigger)
                # The same words may both annoy and be said; only triggers of one moment compete.
                if other is not trigger and _compete(other, trigger):
                    findings.report("E15", wording.position, phrase=wording.text, first=other.id, second=trigger.id)


def _compete(one: Trigger, other: Trigger) -> bool:
    """Whether two triggers listen at the same moment, to the same customers."""
    at_once = {TriggerKind.SAYS, TriggerKind.ASKS_FOR_HUMAN}
    return one.when in at_once and other.when in at_once and one.if_ is None and other.if_ is None


def _check_hours(policy: Policy, findings: Findings) -> None:
    hours = policy.hours
    if hours is None or "timezone" in hours.place.misread or not hours.place.has("timezone"):
        return
    if hours.timezone not in _zones():
        position = hours.place.at("timezone")
        short = {zone.rpartition("/")[2]: zone for zone in sorted(_zones(), reverse=True)}
        meant = find_similar(hours.timezone, _zones()) or short.get(find_similar(hours.timezone, short) or "")
        fix = Fix(position=position, old=hours.timezone, new=meant) if meant else None
        hint = f"did you mean '{meant}'?" if meant else "for example Europe/Tallinn"
        findings.report("E06", position, value=hours.timezone, hint=hint, fix=fix)


@cache
def _zones() -> Collection[str]:
    return frozenset(available_timezones())


def _check_holidays(policy: Policy, today: date, findings: Findings) -> None:
    for holiday in policy.holidays:
        place = holiday.place
        if place.has("date") == place.has("every") and not place.misread & {"date", "every"}:
            findings.report("E18", place.position)
        elif holiday.date is not None and holiday.date < today:
            findings.report("E09", place.at("date"), date=holiday.date)


def _check_sla(policy: Policy, priorities: Iterable[tuple[Priority, Position]], findings: Findings) -> None:
    sla = policy.sla
    for priority in Priority:
        _check_times(getattr(sla, priority.value), priority, findings)
        for team in sla.teams.values():
            _check_times(getattr(team, priority.value), priority, findings)
    if not policy.place.has("sla"):
        return
    first: dict[Priority, Position] = {}
    for priority, position in (*_priorities_used(policy), *priorities):
        first.setdefault(priority, position)
    for priority, position in first.items():
        if not sla.place.has(priority.value) and priority is not Priority.NORMAL:
            findings.report(
                "E11", sla.place.position, priority=priority.value, place=f"{position.file}:{position.line}"
            )


def _check_times(times: SlaTimes, priority: Priority, findings: Findings) -> None:
    if times.first_reply and times.resolve and times.resolve < times.first_reply:
        findings.report(
            "E10",
            times.place.at("resolve"),
            priority=priority.value,
            resolve=write_length(times.resolve),
            reply=write_length(times.first_reply),
        )


def _priorities_used(policy: Policy) -> Iterator[tuple[Priority, Position]]:
    blocks: tuple[Trigger | Route, ...] = (*policy.triggers, *policy.routing)
    for block in blocks:
        if block.priority is not None:
            yield block.priority, block.place.at("priority")


def _check_messages(policy: Policy, languages: Sequence[str], findings: Findings) -> None:
    closed = policy.messages.closed
    if policy.hours is not None and policy.hours.open is not None:
        for language in languages:
            if language not in closed.wordings and language not in BUILT_IN:
                place = policy.place
                key = place.key_at("messages", "closed") if closed else place.key_at("hours")
                findings.report("E12", key, language=language)
    for language, wording in closed.sentences():
        if all(use.name != "opens_at" for use in analyse_text(wording.text).names):
            findings.report("E13", wording.position, language=language)


def check_replies(replies: Iterable[Reply], findings: Findings) -> None:
    """E22: two canned replies with one shortcut."""
    seen: dict[str, Reply] = {}
    for reply in replies:
        other = seen.setdefault(reply.shortcut, reply)
        if other is not reply and reply.shortcut:
            findings.report("E22", reply.place.at("shortcut"), shortcut=reply.shortcut, first=other.id, second=reply.id)


def check_teams_used(policy: Policy, used: Collection[str], findings: Findings) -> None:
    """E16: a team that nothing names. A policy with a misspelt team name may have meant it."""
    for team in policy.teams.values():
        if team.id not in used and team.id != policy.default_team:
            findings.report("E16", team.place.key, team=team.id)


def check_questions_fire(policy: Policy, articles: Iterable[Article], human: Sequence[str], findings: Findings) -> None:
    """E23: a question of an Article that a trigger catches before it is ever answered."""
    ear = _Ear(
        (trigger, _entries(trigger.words) if trigger.when is TriggerKind.SAYS else _asking(trigger, human))
        for trigger in policy.triggers
        if trigger.when in (TriggerKind.SAYS, TriggerKind.ASKS_FOR_HUMAN) and trigger.if_ is None
    )
    for article in articles:
        for _, wording in article.questions.sentences():
            trigger = ear.hears([word for token in wording.text.split() for word in _fold(token)])
            if trigger is not None:
                findings.report("E23", wording.position, sentence=wording.text, id=article.id, trigger=trigger.id)


@lru_cache(maxsize=65_536)
def _fold(token: str) -> tuple[str, ...]:
    """The folded words of one token; a desk has far fewer words than sentences."""
    return tuple(words_of(token))


class _Ear:
    """Listens for the entries of many triggers at once: each is looked at only if its first word may occur."""

    def __init__(self, listening: Iterable[tuple[Trigger, Iterable[str]]]) -> None:
        self.triggers: list[Trigger] = []
        self.by_word: dict[str, list[tuple[int, str]]] = {}
        self.by_stem: dict[str, list[tuple[int, str]]] = {}
        self.met: dict[str, list[tuple[int, str]]] = {}
        for number, (trigger, entries) in enumerate(listening):
            self.triggers.append(trigger)
            for entry in entries:
                first = next(iter(words_of(entry.split()[0])), "") if entry.split() else ""
                if first:
                    kept = self.by_stem if entry.split()[0].endswith("*") else self.by_word
                    kept.setdefault(first, []).append((number, entry))

    def hears(self, words: Sequence[str]) -> Trigger | None:
        """The first trigger with an entry that fits a sentence."""
        maybe = sorted({found for word in words for found in self._beginning_with(word)})
        return next((self.triggers[number] for number, entry in maybe if fits(entry, words)), None)

    def _beginning_with(self, word: str) -> Sequence[tuple[int, str]]:
        """The entries that may begin with a word; each word is looked up once, since sentences share theirs."""
        found = self.met.get(word)
        if found is None:
            found = list(self.by_word.get(word, ()))
            found += [each for stem, entries in self.by_stem.items() if word.startswith(stem) for each in entries]
            self.met[word] = found
        return found


def _asking(trigger: Trigger, human: Sequence[str]) -> tuple[str, ...]:
    return (*human, *_entries(trigger.phrases))


def _entries(text: Text) -> tuple[str, ...]:
    return tuple(wording.text for _, wording in text.sentences())


def places_of(teams: Mapping[str, Team]) -> Iterator[tuple[str, str, Position]]:
    """Where teams work outside the console: the place, the team, and where that stands."""
    for team in teams.values():
        for name in ("slack", "telegram"):
            if place := getattr(team, name):
                yield f"{name}:{place}", team.id, team.place.at(name)
