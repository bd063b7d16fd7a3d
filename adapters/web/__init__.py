"""The web: the chat that customers see, and the console that agents work in. Only here is Starlette known."""
