"""A mail server for the tests: refuses refused@… for good, puts later@… off once, takes all others. Says its port, then waits.

What it took for gone@… it cannot deliver: its report of that is the file that it is started with.
"""

import os
import socket
import sys
import time
from email.message import Message
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.parser import BytesParser
from email.utils import formatdate, make_msgid

from aiosmtpd.controller import Controller


def undelivered(address, content):
    """The report that goes back to whoever sent it (RFC 3464)."""
    report = MIMEMultipart("report", report_type="delivery-status")
    report["From"] = "Mail Delivery System <MAILER-DAEMON@post.example>"
    report["To"] = "sales@acme.example"
    report["Subject"] = "Undelivered Mail Returned to Sender"
    report["Message-ID"] = make_msgid(domain="post.example")
    report["Date"] = formatdate()
    report.attach(MIMEText(f"Your message could not be delivered to {address}.\n"))
    server, recipient, status = Message(), Message(), Message()
    server["Reporting-MTA"] = "dns; post.example"
    recipient["Final-Recipient"] = f"rfc822; {address}"
    recipient["Action"] = "failed"
    recipient["Status"] = "5.1.1"
    recipient["Diagnostic-Code"] = "smtp; 550 5.1.1 there is nobody of that name"
    status["Content-Type"] = "message/delivery-status"
    status.set_payload([server, recipient])
    report.attach(status)
    report.attach(MIMEMessage(BytesParser().parsebytes(content)))
    return report.as_bytes()


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
        for address in envelope.rcpt_tos:
            if address.startswith("gone@"):
                # Whoever waits for the file finds all of it.
                with open(f"{sys.argv[1]}.part", "wb") as part:
                    part.write(undelivered(address, envelope.content))
                os.replace(f"{sys.argv[1]}.part", sys.argv[1])
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
