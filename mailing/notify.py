"""The way out by GOV.UK Notify: what it is asked, and what its refusals mean; knows no row.

The service needs one template with ((subject)) as its subject and ((message)) as its body. Our Message-ID goes along as the
reference, so that a second attempt is recognised as one. It keeps the name and address of the sender itself."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self

import requests
from notifications_python_client.errors import APIError, InvalidResponse
from notifications_python_client.notifications import NotificationsAPIClient

from .outgoing import NotTaken, Outgoing, Taken, Wrong

# It would write the answer's own words into our log, and with them what was sent.
logging.getLogger("notifications_python_client.base").setLevel(logging.CRITICAL + 1)

HOME = "https://api.notifications.service.gov.uk"
_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
KEY = re.compile(rf"^\S*{_UUID}-{_UUID}$", re.IGNORECASE)
TEMPLATE = re.compile(rf"^{_UUID}$", re.IGNORECASE)
REFUSED, NOT_LET_IN, TOO_MANY, BROKEN = 400, (401, 403, 404), 429, 500
A_MINUTE = 60.0
FOR_TODAY = "TooManyRequestsError"
# Words of its documentation by which a 400 is told apart: of the address, of this e-mail, and of our service or template.
OF_THE_ADDRESS = ("email_address",)
OF_THE_MESSAGE = ("too long", "longer than", "too large")
OF_OUR_SERVICE = ("template", "personalisation", "reply_to", "team-only", "trial mode", "api key", "service")


@dataclass(frozen=True)
class Service:
    """One service of Notify: the key to it, the template that is filled in, and to which of its addresses answers go."""

    key: str
    template: str
    reply_to: str = ""
    url: str = HOME
    ca: str = ""
    proxy: str = ""
    timeout: float = 20.0

    def __repr__(self) -> str:  # no key in anybody's log
        return f"Service({self.url})"

    @property
    def complete(self) -> bool:
        return bool(KEY.match(self.key) and TEMPLATE.match(self.template) and self.url)


class NotifyTransport:
    """Speaks to Notify, over one connection that is kept."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._client: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.request_session.close()

    def send(self, message: Outgoing) -> Taken:
        try:
            answer = self._spoken_to().send_email_notification(
                email_address=message.to,
                template_id=self.service.template,
                personalisation={"subject": message.subject, "message": message.text},
                reference=message.message_id,
                email_reply_to_id=self.service.reply_to or None,
            )
        except (APIError, requests.RequestException) as problem:
            raise refused(problem) from None
        return Taken(number=str(answer.get("id", "")) if isinstance(answer, dict) else "")

    def became_of(self, number: str) -> str:
        """What Notify says of one e-mail, by its own number: created, sending, delivered, permanent-failure and so on."""
        try:
            answer = self._spoken_to().get_notification_by_id(number)
        except (APIError, requests.RequestException) as problem:
            raise refused(problem) from None
        return str(answer.get("status", "")) if isinstance(answer, dict) else ""

    def _spoken_to(self) -> Any:
        if not self.service.complete:
            raise NotTaken("no key or template of GOV.UK Notify", wrong=Wrong.OURS)
        if self._client is None:
            made: Any = NotificationsAPIClient  # its own package says nothing of types
            client = made(self.service.key, base_url=self.service.url, timeout=self.service.timeout)
            session = client.request_session
            session.trust_env = False
            session.verify = self.service.ca or True
            session.proxies = {"http": self.service.proxy, "https": self.service.proxy} if self.service.proxy else {}
            self._client = client
        return self._client


def refused(problem: Exception) -> NotTaken:
    """In which of the five ways, by the status and by the name that Notify gives the error. Its words are read and not kept."""
    response = getattr(problem, "response", None)
    if response is None:
        certificate = isinstance(problem.__cause__, requests.exceptions.SSLError)
        return NotTaken("Notify: no answer", wrong=Wrong.OURS if certificate else Wrong.AWAY)
    status, (name, said) = int(response.status_code), _told(response)
    words = f"Notify {status} {name}".strip()
    if status == TOO_MANY:
        return NotTaken(words, wrong=Wrong.BUSY, after=_until_tomorrow() if name == FOR_TODAY else _asked_to_wait(response))
    if status in NOT_LET_IN:
        return NotTaken(words, wrong=Wrong.OURS)
    if status >= BROKEN or isinstance(problem, InvalidResponse):
        return NotTaken(words, wrong=Wrong.AWAY)
    return NotTaken(words, wrong=_of_a_refusal(said.lower()))


def _of_a_refusal(said: str) -> Wrong:
    if any(word in said for word in OF_THE_ADDRESS):
        return Wrong.ADDRESS
    if any(word in said for word in OF_THE_MESSAGE):
        return Wrong.MESSAGE
    return Wrong.OURS if any(word in said for word in OF_OUR_SERVICE) else Wrong.MESSAGE


def _told(response: requests.Response) -> tuple[str, str]:
    """The error's name, and its words; a gateway in between may answer with neither."""
    try:
        first = response.json()["errors"][0]
        name, said = str(first["error"]), str(first["message"])
    except (ValueError, KeyError, IndexError, TypeError):
        return "", ""
    return (name if name.isalnum() and name.isascii() else "")[:40], said


def _asked_to_wait(response: requests.Response) -> float:
    asked = response.headers.get("Retry-After", "")
    return float(asked) if asked.isdecimal() and len(asked) < 6 else A_MINUTE


def _until_tomorrow() -> float:
    """Its day ends at midnight, by UTC."""
    now = datetime.now(UTC)
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight - now).total_seconds() + A_MINUTE
