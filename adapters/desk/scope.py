"""Which conversations an agent may see: the one place that every object of a desk is reached through."""

from bot.model import Author, Conversation, Role


def is_in_scope(agent: Author, conversation: Conversation) -> bool:
    """Whether this agent may see this conversation.

    His own always; those of his teams; and what no team has been asked to take (the bot's talks) if he is a
    supervisor or works for all teams.
    """
    if not {Role.AGENT, Role.SUPERVISOR} & set(agent.roles):
        return False
    handoff = conversation.handoff
    if handoff is None:
        return not agent.teams or Role.SUPERVISOR in agent.roles
    return handoff.agent == agent.key or not agent.teams or handoff.team in agent.teams


def is_read_by_others(agent: Author, conversation: Conversation) -> bool:
    """Whether reading it is reading a colleague's talk, which is written to the audit."""
    handoff = conversation.handoff
    return handoff is not None and handoff.agent is not None and handoff.agent != agent.key
