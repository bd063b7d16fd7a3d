"""From words to what the desk knows: the search, and showing what it found."""

from bot.failing import miss, note_confidence, offer
from bot.flowing import start_flow
from bot.model import Because, Does, QuestionKind
from bot.offering import find_other, offer_other, tell_part, tell_rest
from bot.showing import can_see, note_shown, read_article, title_choice
from bot.starting import introduce
from bot.talk import Talk
from config.texts import EmptyValueError
from escalation.redaction import hide_secrets
from kb.entry import EntryKind
from kb.search import Found, Match, Part, search
from kb.visibility import is_visible

LINK = "link:"
"""Before the name of an article or flow, where a link says what it leads to."""


def find_answer(talk: Talk, text: str) -> Found:
    """Searches what this customer may see."""
    values, channel, today = talk.values(), talk.conversation.key.channel, talk.today
    hidden = {entry.id for entry in talk.desk.restricted if not is_visible(entry, channel, values, today)}
    talk.change(wish=hide_secrets(text)[:500])
    allowed = (lambda identifier: identifier not in hidden) if hidden else None
    return search(talk.desk.index, text, language=talk.language, allowed=allowed)


def open_link(talk: Talk, entry: str) -> bool:
    """Shows the article, or begins the flow, that a link named by which the customer came.

    Returns:
        Whether it named one that he may see.
    """
    identifier = entry.removeprefix(LINK)
    if identifier == entry or not can_see(talk, identifier):
        return False
    introduce(talk)
    if identifier in talk.desk.flows:
        start_flow(talk, identifier)
        return True
    try:
        show_article(talk, identifier, Because(rule="link", article=identifier, version=talk.desk.version))
    except EmptyValueError:
        return False
    return True


def give(talk: Talk, found: Found, match: Match, *, rule: str) -> None:
    """Shows what a match stands for: an article, or the beginning of a flow."""
    because = explain(talk, found, match, rule)
    note_confidence(talk, found)
    talk.change(missed=0)
    if match.kind is EntryKind.FLOW:
        talk.because.append(because)
        talk.change(category="")
        start_flow(talk, match.id)
        return
    other = find_other(talk, found)
    if talk.conversation.last_answer == match.id and talk.conversation.missed == 0:
        if other is None:
            offer(talk, phrase="said_before")
        else:
            offer_other(talk, other)
        return
    try:
        show_article(talk, match.id, because, other)
    except EmptyValueError:
        miss(talk, found)


def suggest(talk: Talk, found: Found) -> bool:
    """Asks which of a few was meant.

    Returns:
        Whether there was anything to suggest.
    """
    choices = [title_choice(talk, match.id) for match in found.suggested]
    if not choices:
        return False
    note_confidence(talk, found)
    because = explain(talk, found, found.suggested[0], "suggest")
    talk.ask(
        QuestionKind.DID_YOU_MEAN,
        talk.phrase("did_you_mean"),
        [*choices, talk.button("none_of_these", Does.NONE), talk.human],
        phrase="did_you_mean",
        because=because,
    )
    return True


def show_article(talk: Talk, identifier: str, because: Because, other: Part | None = None) -> None:
    """Shows an article's answer and asks once whether it helped, or whether to help with another question, too.

    Raises:
        EmptyValueError: The answer would print a value that is not there; nothing has been said.
    """
    article = talk.desk.articles[identifier]
    answer = read_article(talk, article)
    note_shown(talk, article, because)
    if article.then is not None and can_see(talk, article.then):
        talk.close_question()
        talk.add(answer.text, attachments=answer.attachments, choices=answer.links, because=because)
        start_flow(talk, article.then, answer.buttons)
    elif other is not None:
        talk.add(answer.text, attachments=answer.attachments, choices=answer.links, because=because)
        offer_other(talk, other, answer.buttons)
    elif article.ask_solved:
        talk.close_question()
        talk.add(answer.text, attachments=answer.attachments, choices=answer.links, because=because)
        yes_no = [talk.button("yes", Does.YES), talk.button("no", Does.NO)]
        choices = [*answer.buttons, *yes_no, talk.human]
        talk.ask_phrase(QuestionKind.HELPED, "did_that_help", choices, about=identifier)
    else:
        talk.ask(
            QuestionKind.STARTERS,
            answer.text,
            [*answer.links, *answer.buttons, talk.human],
            about=identifier,
            attachments=answer.attachments,
            because=because,
        )


def show_related(talk: Talk, identifier: str) -> bool:
    """After "No": related articles that were not shown yet.

    Returns:
        Whether there were any.
    """
    shown = {tried.article for tried in talk.conversation.tried}
    article = talk.desk.articles.get(identifier)
    related = [name for name in article.related if name not in shown and can_see(talk, name)] if article else []
    if not related:
        return False
    choices = [title_choice(talk, name) for name in related[:3]]
    talk.ask_phrase(
        QuestionKind.DID_YOU_MEAN, "look_among", [*choices, talk.button("none_of_these", Does.NONE), talk.human]
    )
    return True


def explain(talk: Talk, found: Found, match: Match, rule: str) -> Because:
    """Why this match, complete enough to be shown later."""
    return Because(
        rule=rule,
        article=match.id,
        confidence=match.confidence,
        margin=found.margin,
        answer_at=found.answer_at,
        suggest_at=found.suggest_at,
        phrase=match.phrase,
        place=f"{match.file}:{match.line}",
        part=tell_part(found),
        rest=tell_rest(found),
        version=talk.desk.version,
    )
