"""The agents' web console: signing in, the queue, the conversation, the facts, and what an agent can do."""
