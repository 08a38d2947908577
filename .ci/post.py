"""A mail server for the tests: refuses refused@… for good, puts later@… off once, takes all others. Says its port, then waits."""

import socket
import time

from aiosmtpd.controller import Controller


class Post:
    def __init__(self):
        self.put_off = set()

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused@"):
            return f"550 5.1.1 <{address}>: there is nobody of that name"
        if address.startswith("later@") and address not in self.put_off:
            self.put_off.add(address)
            return f"451 4.7.1 <{address}>: come back later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server, session, envelope):
        assert b"Message-ID: <" in envelope.content and b"\r\n\r\n" in envelope.content, envelope.content
        if any(address.startswith("list@") for address in envelope.rcpt_tos):
            assert b"\r\nList-Unsubscribe: <mailto:" in b"\r\n" + envelope.content, envelope.content
        return "250 2.0.0 taken"


# It connects to itself to see that it listens, so it must know its port before.
with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
controller = Controller(Post(), hostname="127.0.0.1", port=port)
controller.start()
print("port", port, flush=True)
while True:
    time.sleep(60)
