"""The socket that the server listens on. Used by whoever starts a server: the command line, and tests."""

import socket


def listen(host: str, port: int) -> socket.socket:
    """Opens the socket; with port 0 on any free one. What is written to its connections goes out at once.

    Without that, the end of a small answer would wait for a receipt of its beginning.

    Raises:
        OSError: The address cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=1024)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener
