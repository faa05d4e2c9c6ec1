"""A local server that never finishes an answer, for the tests that nothing can hang."""

import contextlib
import socketserver
import threading
from collections.abc import Iterator

import pytest

# What it sends at once, and what it then sends ten times a second.
ANSWERS = {
    "silent": (b"", b""),
    "trickles its header": (b"HTTP/1.1 200 OK\r\n", b"x"),
    "trickles its page": (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99\r\n\r\n", b"x"),
}


@pytest.fixture(params=ANSWERS)
def stalling_server(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a server that accepts every connection and never finishes an answer."""
    head, drop = ANSWERS[request.param]
    closing = threading.Event()

    class Stall(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with contextlib.suppress(OSError):  # the client gives up, as it should
                self.request.recv(65536)
                self.request.sendall(head)
                while not closing.wait(0.1):
                    self.request.sendall(drop)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Stall) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        closing.set()
        server.shutdown()
