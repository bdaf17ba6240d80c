"""Servers of the tests' own: one that takes mail, and one that takes connections only."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from pytest_django import Settings


def free_port() -> int:
    """A port of this machine that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def silent_server(port: int = 0) -> Iterator[int]:
    """Takes connections and never answers. Gives its port."""
    with socket.create_server(("127.0.0.1", port)) as server:
        yield int(server.getsockname()[1])


class MailServer(Controller):
    """A real SMTP server that keeps what it gets, and refuses what it is told to."""

    def __init__(self, port: int | None = None) -> None:
        self.messages: list[Envelope] = []
        self.connections = 0
        self.refused_addresses: dict[str, str] = {}
        """The answer to each."""
        self.refused_content: dict[str, str] = {}
        """The answer to what is sent to each."""
        self.delay = 0.0
        """Seconds for each message."""
        super().__init__(self, hostname="127.0.0.1", port=port or free_port())

    @property
    def recipients(self) -> list[str]:
        return [address for message in self.messages for address in message.rcpt_tos]

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, lines: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.connections += 1
        return lines

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused_addresses:
            return self.refused_addresses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(self.delay)
        for address in envelope.rcpt_tos:
            if address in self.refused_content:
                return self.refused_content[address]
        self.messages.append(envelope)
        return "250 OK"


@contextmanager
def mail_server_in(settings: Settings) -> Iterator[MailServer]:
    """A mail server, to which the settings lead."""
    server = MailServer()
    settings.MAIL_SERVER_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = server.hostname, server.port
    server.start()
    yield server
    server.stop()
