"""Which trigger fires: on a customer's words, or on answers that did not help. Top to bottom, the first that fits wins.

Pure. The policy's triggers are data (`escalation.policy`); what follows from one that fires is `bot.handing_over`'s.
"""

from collections.abc import Iterable, Mapping, Sequence

from bot.model import Conversation
from config.texts import Text
from escalation.policy import Policy, Trigger, TriggerKind
from kb.wording import find_fitting


def find_human_trigger(policy: Policy, values: Mapping[str, object]) -> Trigger:
    """The first trigger for asking for a person that fits the customer; if none does, the first: it is always on."""
    triggers = [trigger for trigger in policy.triggers if trigger.when is TriggerKind.ASKS_FOR_HUMAN]
    return next((trigger for trigger in triggers if _fits(trigger, values)), triggers[0])


def find_said_trigger(
    policy: Policy, words: Sequence[str], human: Iterable[str], values: Mapping[str, object]
) -> Trigger | None:
    """The trigger that a customer's message fires in any state of the conversation.

    Args:
        policy: The desk's policy.
        words: The message's folded words.
        human: The built-in wordings for asking for a person, in every language.
        values: What conditions may ask for.
    """
    for trigger in policy.triggers:
        if not _fits(trigger, values):
            continue
        match trigger.when:
            case TriggerKind.ASKS_FOR_HUMAN:
                fires = find_fitting((*human, *entries_of(trigger.phrases)), words, typos=True) is not None
            case TriggerKind.SAYS:
                fires = find_fitting(entries_of(trigger.words), words) is not None
            case TriggerKind.ALWAYS:
                fires = True
            case _:
                fires = False
        if fires:
            return trigger
    return None


def find_failure_trigger(policy: Policy, conversation: Conversation, values: Mapping[str, object]) -> Trigger | None:
    """The trigger that fires because the bot has failed, the customer is displeased, or matches were weak."""
    for trigger in policy.triggers:
        if not _fits(trigger, values):
            continue
        match trigger.when:
            case TriggerKind.FAILED_ANSWERS:
                fires = conversation.failed >= trigger.times
            case TriggerKind.NEGATIVE_WORDS:
                fires = conversation.negative >= trigger.times
            case TriggerKind.LOW_CONFIDENCE:
                last = conversation.confidences[-trigger.times :]
                fires = len(last) >= trigger.times and all(c < (trigger.below or 0.0) for c in last)
            case _:
                fires = False
        if fires:
            return trigger
    return None


def find_dead_end_trigger(policy: Policy, values: Mapping[str, object]) -> Trigger | None:
    """The first trigger that fits the customer and says where a flow's dead end leads, if there is one."""
    triggers = (trigger for trigger in policy.triggers if trigger.when is TriggerKind.FLOW_DEAD_END)
    return next((trigger for trigger in triggers if _fits(trigger, values)), None)


def _fits(trigger: Trigger, values: Mapping[str, object]) -> bool:
    return trigger.if_ is None or trigger.if_.holds(values)


def entries_of(texts: Text | None) -> tuple[str, ...]:
    """Every entry of a list of words, in all languages."""
    return tuple(wording.text for _, wording in texts.sentences()) if texts else ()


def negative_entries(policy: Policy) -> tuple[str, ...]:
    """The words of displeasure that the policy adds to the built-in ones."""
    return tuple(
        entry
        for trigger in policy.triggers
        if trigger.when is TriggerKind.NEGATIVE_WORDS
        for entry in entries_of(trigger.words)
    )
