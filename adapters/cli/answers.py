"""`firstline match` and `firstline explain`: how a question finds its answer, for many questions or for one.

The shape of their output is a fixed contract; benchmarks and other tools read it.
"""

import json
import re
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from adapters.cli.options import DeskArgument, JsonOption, LanguageOption
from adapters.cli.output import UsageError, put, put_json, tell

if TYPE_CHECKING:
    from bot.desk import Desk
    from kb.search import Found

CODE = re.compile(r"[A-Z]\d{2}")
MOST_TRIED = 12
"""Words of a sentence that are left out in turn, to see which of them carry the decision."""
ABOUT_IT = 0.1
"""Confidence below which the nearest article has hardly anything to do with a sentence."""


def match(
    desk: DeskArgument,
    queries: Annotated[
        Path,
        typer.Option(metavar="FILE", help='JSON lines: {"text": ..., "lang"?: ...}, and any other keys.'),
    ],
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Where the JSON lines go; stdout otherwise.")] = None,
    lang: LanguageOption = None,
    top: Annotated[int, typer.Option(min=1, max=100, help="How many matches to list for each query.")] = 5,
    summary: Annotated[Path | None, typer.Option(metavar="FILE", help="Where to write the summary as JSON.")] = None,
) -> None:
    """Find the answer to each of many questions, as a customer would be given it.

    [bold]firstline match my-desk --queries questions.jsonl --out answers.jsonl[/]
    """
    from adapters.cli.opening import open_desk
    from kb.search import search

    loaded = open_desk(desk)
    may_show = _published(loaded.desk)
    times: list[float] = []
    with out.open("w", encoding="utf-8") if out else nullcontext(sys.stdout) as written:
        for query in _read_queries(queries):
            started = time.perf_counter()
            found = search(
                loaded.desk.index, str(query["text"]), language=_language_of(query, lang), allowed=may_show, top=top
            )
            times.append((time.perf_counter() - started) * 1000)
            _write_line(written, query, found, times[-1])
    figures = {
        "count": len(times),
        "p50_ms": round(statistics.median(times), 3) if times else None,
        "p99_ms": round(sorted(times)[min(len(times) - 1, int(len(times) * 0.99))], 3) if times else None,
        "load_s": round(loaded.load_seconds, 3),
        "build_s": round(loaded.build_seconds, 3),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }
    tell("  ".join(f"{name} {value}" for name, value in figures.items()))
    if summary:
        summary.write_text(json.dumps(figures) + "\n", encoding="utf-8")


def _published(desk: "Desk") -> Callable[[str], bool]:
    """What a customer may be given at all; to whom and when an entry is shown is taken as fulfilled."""
    from kb.article import Status

    ids = {
        article.id for article in desk.articles.values() if article.status is Status.PUBLISHED and not article.internal
    }
    ids |= {flow.id for flow in desk.flows.values() if flow.status is Status.PUBLISHED}
    return ids.__contains__


def _read_queries(path: Path) -> Iterator[Mapping[str, object]]:
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if not line.strip():
                    continue
                try:
                    query = json.loads(line)
                except ValueError as error:
                    raise UsageError(f"{path}:{number} is no JSON: {error}") from error
                if not isinstance(query, dict) or not isinstance(query.get("text"), str):
                    raise UsageError(f'{path}:{number} must be an object with a text: {{"text": "..."}}')
                yield query
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from error


def _language_of(query: Mapping[str, object], otherwise: str | None) -> str | None:
    language = query.get("lang")
    return language if isinstance(language, str) and language else otherwise


def _write_line(written: IO[str], query: Mapping[str, object], found: "Found", ms: float) -> None:
    line = {
        **query,
        "decision": found.decision.value,
        "article": found.matches[0].id if found.matches else None,
        "confidence": found.matches[0].confidence if found.matches else 0.0,
        "top": [{"article": match.id, "confidence": match.confidence} for match in found.matches],
        "ms": round(ms, 3),
    }
    written.write(json.dumps(line, ensure_ascii=False) + "\n")


def explain(
    desk: Annotated[str, typer.Argument(metavar="[DESK]", help="The desk folder; the one you stand in if left out.")],
    sentence: Annotated[
        str | None, typer.Argument(metavar='"SENTENCE"|CODE', help="A question, or a finding's code.")
    ] = None,
    lang: LanguageOption = None,
    pattern: Annotated[
        str | None, typer.Option(metavar="RE", help="Tell whether this pattern fits what follows.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show why a sentence finds its answer, what a finding's code means, or whether a pattern fits.

    [bold]firstline explain my-desk "wheres the wifi code"[/]
    [bold]firstline explain R01[/]
    [bold]firstline explain --pattern '^AM-[0-9]{6}$' AM-204518[/]
    """
    if pattern is not None:
        _explain_pattern(pattern, desk if sentence is None else sentence)
        return
    path, said = (Path(), desk) if sentence is None else (Path(desk), sentence)
    if CODE.fullmatch(said):
        _explain_code(said, as_json)
        return
    from adapters.cli.opening import open_desk
    from kb.search import search

    loaded = open_desk(path)

    def look(text: str) -> "Found":
        return search(loaded.desk.index, text, language=lang, allowed=_published(loaded.desk), top=5)

    found = look(said)
    if as_json:
        put_json(_as_json(found), indent=2)
    else:
        _put_lines(found)
        for change in _changes(found, look):
            put(f"  {change}")
        put(f"  in a talk: {_rule_in_talk(loaded.desk, said, lang)}")


def _changes(found: "Found", look: Callable[[str], "Found"]) -> Iterator[str]:
    """What would change the decision: words that carry it, found by asking once more without each; and what to add."""
    from kb.search import Decision

    words = found.text.split()[:MOST_TRIED]
    carrying = []
    for position, word in enumerate(words):
        without = look(" ".join(words[:position] + words[position + 1 :]))
        if _verdict(without) != _verdict(found):
            carrying.append(f"without '{word}' {_told(without)}")
    yield from (f"would change: {each}" for each in carrying)
    if not carrying:
        yield "would change: no single word decides"
    if found.decision is Decision.ANSWER:
        return
    best = found.matches[0] if found.matches else None
    if best is None or best.confidence < ABOUT_IT:
        yield "would answer: an article about it, or a question in these words where it is answered"
    else:
        short = max(0.0, found.answer_at - best.confidence)
        yield f"would answer: {short:.2f} more, for example with this sentence among the questions of {best.id}"


def _verdict(found: "Found") -> tuple[str, str]:
    from kb.search import Decision

    first = found.matches[0].id if found.matches and found.decision is not Decision.UNKNOWN else ""
    return found.decision.value, first


def _told(found: "Found") -> str:
    decision, first = _verdict(found)
    return f"{decision.upper()} {first} {found.matches[0].confidence:.2f}" if first else decision.upper()


def _rule_in_talk(desk: "Desk", said: str, lang: str | None) -> str:
    """What decides if this is the first thing a customer says now: a trigger or a command goes before knowledge."""
    from datetime import UTC, datetime

    from bot.play import Play

    play = Play(desk, datetime.now(UTC), language=lang or "")
    play.say(said)
    reasons = [because for turn in play.turns for because in turn.because]
    if not reasons:
        return "a command, or nothing to answer"
    return reasons[0].rule + (f", trigger {reasons[0].trigger}" if reasons[0].trigger else "")


def _explain_pattern(source: str, answer: str) -> None:
    """Whether a customer's answer fits a pattern of a flow."""
    from kb.flows.patterns import Pattern, PatternError

    try:
        fits = Pattern(source=source).fits(answer)
    except PatternError as error:
        raise UsageError(f"This pattern cannot be used: {error}") from error
    put(f"'{answer}' {'fits' if fits else 'does not fit'} {source}")
    if not fits:
        raise typer.Exit(1)


def _explain_code(code: str, as_json: bool) -> None:
    from config.pages import explain_rule
    from config.rules import get_rule

    if as_json:
        put_json(asdict(get_rule(code)), indent=2)
    else:
        put(explain_rule(code).rstrip("\n"))


def _as_json(found: "Found") -> dict[str, object]:
    best = found.matches[0] if found.matches else None
    return {
        "text": found.text,
        "language": found.language,
        "words": [{"from": word.source, "to": word.target, "why": word.why} for word in found.words],
        "decision": found.decision.value,
        "article": best.id if best else None,
        "confidence": best.confidence if best else 0.0,
        "margin": found.margin,
        "answer_at": found.answer_at,
        "suggest_at": found.suggest_at,
        "rule": found.rule,
        "version": found.version,
        **_parts(found),
        "top": [
            {
                "article": match.id,
                "confidence": match.confidence,
                "parts": dict(match.parts),
                "phrase": match.phrase,
                "file": match.file,
                "line": match.line,
            }
            for match in found.matches
        ],
    }


def _parts(found: "Found") -> dict[str, object]:
    """The parts of a message that has several; nothing for one question."""
    parts = [
        {"text": part.text, "article": part.match.id, "confidence": part.match.confidence, "fate": part.fate.value}
        for part in found.parts
    ]
    return {"part": found.part, "parts": parts} if parts else {}


def _put_lines(found: "Found") -> None:
    best = found.matches[0] if found.matches else None
    if best is None:
        put(f"{found.decision.upper()}   ({found.rule})")
        return
    following = f"next {found.matches[1].id} {found.matches[1].confidence:.2f}, " if len(found.matches) > 1 else ""
    put(
        f"{found.decision.upper()} {best.id} {best.confidence:.2f}   "
        f"(answers from {found.answer_at:.2f}, suggests from {found.suggest_at:.2f}; "
        f"{following}margin {found.margin:.2f})"
    )
    read = " · ".join(f"{word.source}→{word.target} ({word.why})" for word in found.words)
    put(f"  language {found.language or 'not clear'}" + (f"       words: {read}" if read else ""))
    for match in found.matches:
        parts = " · ".join(f"{name} {value:.2f}" for name, value in match.parts.items())
        put(f'  {match.confidence:.2f} {match.id}  "{match.phrase}"')
        put(f"       {parts}   {match.file}:{match.line}")
    for part in found.parts:
        put(f'  part "{part.text}"  {part.match.id} {part.match.confidence:.2f}: {part.fate}')
    put(f"  decided by: {found.rule} @ {found.version}")
