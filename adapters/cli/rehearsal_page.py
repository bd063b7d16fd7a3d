"""The page of `firstline test --html`: one file that needs no other, prints well and has a dark side.

Numbers come from `bot.scores` and from the index's own calibration; drawn here as tables and inline SVG.
"""

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from adapters.cli.rehearsal_lines import told_cut_offs
from bot.rehearsal import Outcome
from bot.scores import NOTHING, CutOff, LanguageScore, confusion, cut_offs, score_languages
from kb.calibration import Calibration
from kb.index import Index

STYLE = """
:root { color-scheme: light dark; --ink: #1c2430; --paper: #fff; --line: #c9d1dc; --soft: #f2f5f9; --good: #1b7a43;
  --bad: #b3261e; --mark: #1f5fbf }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --paper: #14181e; --line: #3b4552; --soft: #1f262f;
  --good: #6fd49a; --bad: #ff8a80; --mark: #8ab8ff } }
@media print { :root { --ink: #000; --paper: #fff; --line: #999; --soft: #eee; --good: #060; --bad: #900; --mark: #036 }
  section { break-inside: avoid } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 60rem;
  margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin-top: 2rem }
table { border-collapse: collapse; font-variant-numeric: tabular-nums } .wide { overflow-x: auto }
th, td { border: 1px solid var(--line); padding: .25rem .6rem; text-align: left; vertical-align: top }
td.number { text-align: right } th { background: var(--soft); font-weight: 600 }
.good { color: var(--good) } .bad { color: var(--bad); font-weight: 600 } code { font-size: .9em }
svg { max-width: 100%; height: auto; color: var(--ink) }
svg text { font: 12px system-ui, sans-serif; fill: currentColor }
"""
_WIDTH, _HEIGHT, _EDGE = 560, 260, 44


def build_page(name: str, day: str, outcomes: Sequence[Outcome], index: Index) -> str:
    """The whole page.

    Args:
        name: The desk's.
        day: When the tests were played, as it is printed.
        outcomes: Of all tests.
        index: What the sentences were searched in.
    """
    failed = [one for one in outcomes if not one.passed]
    parts = [
        f"<h1>Tests of {escape(name)}</h1>",
        f"<p>{escape(day)}, knowledge {escape(index.version)}: {len(outcomes) - len(failed)} passed, "
        f'<span class="{"bad" if failed else "good"}">{len(failed)} failed</span>.</p>',
        _section("By language", _languages(score_languages(outcomes))),
        _section("Failures", _failures(failed)) if failed else "",
        _section("Who is taken for whom", _confused(confusion(outcomes))),
        _section("If answers began at another confidence", _curve(cut_offs(outcomes), index.answer_at)),
        _section("How far the confidence can be trusted", _calibration(index.calibration, index)),
    ]
    title = f"Tests of {escape(name)}"
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>'
    return f'<!doctype html>\n<html lang="en">\n<head>{head}<style>{STYLE}</style></head>\n<body>\n' + (
        "\n".join(part for part in parts if part) + "\n</body>\n</html>\n"
    )


def _section(title: str, content: str) -> str:
    return f"<section><h2>{escape(title)}</h2>\n{content}</section>"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; cells are HTML already, numbers stand at the right."""
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    body = "\n".join("<tr>" + "".join(_cell(cell) for cell in row) + "</tr>" for row in rows)
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table></div>'


def _cell(text: str) -> str:
    number = text[:1].isdigit()
    return f'<td class="number">{text}</td>' if number else f"<td>{text}</td>"


def _languages(scores: Sequence[LanguageScore]) -> str:
    rows = [
        (
            escape(score.language),
            f"{score.sentences_passed} of {score.sentences}",
            _percent(score.sentences_passed, score.sentences),
            _percent(score.answered, score.to_answer),
            f"{score.chats_passed} of {score.chats}",
        )
        for score in scores
    ]
    return _table(("language", "sentences passed", "share", "answered outright", "chats passed"), rows)


def _failures(failed: Sequence[Outcome]) -> str:
    rows = [
        (
            escape(one.language),
            escape(one.name),
            escape(one.article),
            "<br>".join(escape(problem) for problem in one.problems),
            f"<code>{escape(one.position.file)}:{one.position.line}</code>",
        )
        for one in failed
    ]
    return _table(("language", "test", "beside", "what happened", "where"), rows)


def _confused(pairs: Mapping[tuple[str, str], int]) -> str:
    """The confusion matrix, of those entries only that were mistaken at least once."""
    mistaken = {name for asked, found in pairs for name in (asked, found) if asked != found} - {NOTHING}
    if not any(asked != found for asked, found in pairs):
        return "<p>Each sentence found the article that it stands beside.</p>"
    columns = [*sorted(mistaken), NOTHING]
    rows = [
        (
            f"<strong>{escape(asked)}</strong>",
            *(_count(pairs.get((asked, found), 0), asked == found) for found in columns),
        )
        for asked in sorted(mistaken)
        if any(pairs.get((asked, found)) for found in columns)
    ]
    return "<p>Rows are what a sentence stands beside, columns what it found.</p>" + _table(
        ("", *(name or "nothing" for name in columns)), rows
    )


def _count(number: int, right: bool) -> str:
    return f'{number}<span class="{"good" if right else "bad"}"> {"✓" if right else "✗"}</span>' if number else ""


def _curve(points: Sequence[CutOff], answer_at: float) -> str:
    answered = _path((point.confidence, point.answered) for point in points)
    wrong = _path((point.confidence, point.wrong) for point in points)
    here = f"{_x(answer_at):.1f}"
    now = (
        f'<line x1="{here}" x2="{here}" y1="{_y(0)}" y2="{_y(1)}" stroke="currentColor" stroke-dasharray="4 4"/>'
        f'<text x="{_x(answer_at) - 4:.1f}" y="{_y(1) - 6}" text-anchor="end">now {answer_at:.2f}</text>'
    )
    lines = (
        f'<path d="{answered}" fill="none" stroke="var(--good)" stroke-width="2"/>'
        f'<path d="{wrong}" fill="none" stroke="var(--bad)" stroke-width="2" stroke-dasharray="6 3"/>'
    )
    return _plot(lines + now, "Share of sentences answered and share of wrong answers by cut-off") + (
        '<p><span class="good">Solid</span>: share of the sentences answered outright. '
        '<span class="bad">Dashed</span>: share of wrong ones among these answers.</p>'
    )


def _calibration(calibration: Calibration, index: Index) -> str:
    if not calibration.questions:
        return "<p>There are too few questions to say.</p>"
    dots = "".join(
        f'<circle cx="{_x(bin_.confidence):.1f}" cy="{_y(bin_.right):.1f}" fill="var(--mark)" '
        f'r="{3 + min(9, bin_.questions**0.5 / 2):.1f}"><title>{bin_.questions} questions</title></circle>'
        for bin_ in calibration.curve
    )
    ideal = f'<path d="{_path([(0, 0), (1, 1)])}" stroke="currentColor" stroke-dasharray="2 4" fill="none"/>'
    told = (
        f"<p>From {calibration.questions} of the desk's own wordings, each asked without being known: "
        f"{calibration.answered:.0%} of the questions that an article answers are expected to be answered outright, "
        f"{calibration.wrong:.1%} of the answers to be wrong. Answers are given from {told_cut_offs(index)}; "
        f"articles are offered from {index.suggest_at:.2f}.</p>"
    )
    stolen = _table(
        ("asked for", "found instead", "times"),
        [(escape(asked), escape(found), str(times)) for asked, found, times in calibration.confused],
    )
    caption = "Confidence (across) against the share that was right (up)"
    return told + _plot(ideal + dots, caption) + (f"<h3>Articles that take questions from others</h3>{stolen}")


def _plot(content: str, caption: str) -> str:
    ticks = "".join(
        f'<text x="{_x(at):.0f}" y="{_y(0) + 18}" text-anchor="middle">{at:g}</text>'
        f'<text x="{_EDGE - 8}" y="{_y(at) + 4:.0f}" text-anchor="end">{at:.0%}</text>'
        f'<line x1="{_EDGE}" x2="{_WIDTH - 12}" y1="{_y(at):.0f}" y2="{_y(at):.0f}" stroke="var(--line)"/>'
        for at in (0, 0.25, 0.5, 0.75, 1)
    )
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}" role="img" '
        f'aria-label="{escape(caption)}">{ticks}{content}</svg><p>{escape(caption)}.</p>'
    )


def _path(points: Iterable[tuple[float, float]]) -> str:
    return "M" + " L".join(f"{_x(across):.1f},{_y(up):.1f}" for across, up in points)


def _x(share: float) -> float:
    return _EDGE + share * (_WIDTH - _EDGE - 12)


def _y(share: float) -> float:
    return _HEIGHT - 32 - share * (_HEIGHT - 56)


def _percent(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "–"
