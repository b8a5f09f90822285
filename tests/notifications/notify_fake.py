"""GOV.UK Notify, as a real little server on this machine: what its documentation says it answers, and the receipts it sends;
shares nothing with the product. The product is pointed at it by NOTIFY_URL.

    with notify_fake.running() as notify:
        notify.key               # an API key, in the form in which Notify shows it once
        notify.template          # the template in which ((subject)) and ((message)) stand
        notify.sent              # what was taken: Sent(id, email_address, reference, personalisation, status ...)
        notify.comes_to[address] = "permanent-failure"    # what becomes of the next e-mails to that address
        notify.fails = ("RateLimitError", 2)              # the next two requests are refused in this way
        notify.finish()                                   # every e-mail goes its way, and receipts are sent
"""

from __future__ import annotations

import json
import re
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt

ADDRESS = re.compile(r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~\\-]+@([a-z0-9-]+\.)+[a-z0-9-]{2,63}$", re.IGNORECASE)
LONGEST = 2_000_000
ENDED = frozenset({"delivered", "permanent-failure", "temporary-failure", "technical-failure"})
# What it calls each refusal that has nothing to do with what was asked.
OUT_OF_ORDER = {
    "RateLimitError": (429, "Exceeded rate limit for key type LIVE of 3000 requests per 60 seconds"),
    "TooManyRequestsError": (429, "Exceeded send limits (email: 250000) for today"),
    "Exception": (500, "Internal server error"),
    "ServiceUnavailable": (503, "Service unavailable"),
}


@dataclass
class Template:
    id: str
    subject: str
    body: str
    version: int = 1

    @property
    def blanks(self) -> list[str]:
        return list(dict.fromkeys(re.findall(r"\(\(([^)]+)\)\)", self.subject + self.body)))

    def filled(self, words: str, personalisation: dict[str, Any]) -> str:
        return re.sub(r"\(\(([^)]+)\)\)", lambda found: str(personalisation[found[1]]), words)


@dataclass
class Sent:
    """An e-mail that was taken, and what became of it."""

    id: str
    email_address: str
    reference: str | None
    personalisation: dict[str, Any]
    email_reply_to_id: str | None
    template: Template
    subject: str
    body: str
    service: str
    status: str = "created"
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    sent_at: datetime | None = None
    completed_at: datetime | None = None

    @property
    def receipt(self) -> dict[str, Any]:
        return {
            "id": self.id, "reference": self.reference, "to": self.email_address, "status": self.status,
            "created_at": _stamp(self.created_at), "completed_at": _stamp(self.completed_at), "sent_at": _stamp(self.sent_at),
            "notification_type": "email", "template_id": self.template.id, "template_version": self.template.version,
        }  # fmt: skip


@dataclass
class Service:
    """One service of Notify: its key, and where and with which token it is told what became of an e-mail."""

    id: str
    secret: str
    callback_url: str = ""
    callback_token: str = ""
    team_only: bool = False
    team: set[str] = field(default_factory=set)

    @property
    def key(self) -> str:
        return f"the_tracker-{self.id}-{self.secret}"


class Refused(Exception):
    def __init__(self, status: int, error: str, message: str) -> None:
        super().__init__(message)
        self.status, self.error, self.message = status, error, message

    @property
    def body(self) -> dict[str, Any]:
        return {"status_code": self.status, "errors": [{"error": self.error, "message": self.message}]}


@dataclass
class Notify:
    url: str = ""
    services: dict[str, Service] = field(default_factory=dict)
    templates: dict[str, Template] = field(default_factory=dict)
    reply_tos: set[str] = field(default_factory=set)
    sent: list[Sent] = field(default_factory=list)
    comes_to: dict[str, str] = field(default_factory=dict)
    fails: tuple[str, int] | None = None
    requests: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def service(self) -> Service:
        made = Service(id=str(uuid.uuid4()), secret=str(uuid.uuid4()))
        self.services[made.id] = made
        return made

    def template_of(self, subject: str, body: str) -> str:
        made = Template(id=str(uuid.uuid4()), subject=subject, body=body)
        self.templates[made.id] = made
        return made.id

    @property
    def first(self) -> Service:
        return next(iter(self.services.values()))

    @property
    def key(self) -> str:
        return self.first.key

    @property
    def template(self) -> str:
        return next(iter(self.templates))

    def answer(self, method: str, path: str, token: str | None, body: bytes) -> tuple[int, dict[str, Any]]:
        with self.lock:
            self.requests += 1
            try:
                service = self._whose(token)
                self._out_of_order()
                if method == "POST" and path == "/v2/notifications/email":
                    return 201, self._taken(service, _loaded(body))
                if method == "GET" and (found := re.fullmatch(r"/v2/notifications/([^/]+)", path)):
                    return 200, self._told(service, found[1])
            except Refused as refusal:
                return refusal.status, refusal.body
        return 404, {"status_code": 404, "errors": [{"error": "NotFound", "message": "Not found"}]}

    def _whose(self, token: str | None) -> Service:
        """As it checks a token: the issuer is the service, the signature is made with the secret half of its key, and the
        token was made within thirty seconds of now."""
        if not token:
            raise Refused(401, "AuthError", "Unauthorized: authentication token must be provided")
        try:
            claims = jwt.decode(token, options={"verify_signature": False}, algorithms=["HS256"])
            service = self.services[claims["iss"]]
        except jwt.InvalidTokenError as problem:
            raise Refused(403, "AuthError", "Invalid token: signature, api token is not valid") from problem
        except KeyError as problem:
            raise Refused(403, "AuthError", "Invalid token: service not found") from problem
        try:
            jwt.decode(token, key=service.secret, algorithms=["HS256"], options={"verify_iat": False, "require": ["iat"]})
        except jwt.InvalidTokenError as problem:
            raise Refused(403, "AuthError", "Invalid token: API key not found") from problem
        if abs(time.time() - claims["iat"]) > 30:
            raise Refused(403, "AuthError", "Error: Your system clock must be accurate to within 30 seconds")
        return service

    def _out_of_order(self) -> None:
        if self.fails is None:
            return
        kind, left = self.fails
        self.fails = (kind, left - 1) if left > 1 else None
        status, message = OUT_OF_ORDER[kind]
        raise Refused(status, kind, message)

    def _taken(self, service: Service, asked: dict[str, Any]) -> dict[str, Any]:
        template = self._checked(service, asked)
        personalisation = asked.get("personalisation", {})
        subject, body = template.filled(template.subject, personalisation), template.filled(template.body, personalisation)
        size = len(body.encode())
        if size > LONGEST:
            raise _bad(f"Emails cannot be longer than {LONGEST} bytes. Your message is {size} bytes.")
        made = Sent(
            id=str(uuid.uuid4()), email_address=asked["email_address"], reference=asked.get("reference"),
            personalisation=personalisation, email_reply_to_id=asked.get("email_reply_to_id"), template=template,
            subject=subject, body=body, service=service.id,
        )  # fmt: skip
        self.sent.append(made)
        return {
            "id": made.id,
            "reference": made.reference,
            "content": {"subject": subject, "body": body, "from_email": "the.tracker@notifications.service.example"},
            "uri": f"{self.url}/v2/notifications/{made.id}",
            "template": {"id": template.id, "version": template.version, "uri": f"{self.url}/v2/template/{template.id}"},
            "scheduled_for": None,
        }

    def _checked(self, service: Service, asked: dict[str, Any]) -> Template:
        for name in ("email_address", "template_id"):
            if name not in asked:
                raise _invalid(f"{name} is a required property")
        address, reply_to = asked["email_address"], asked.get("email_reply_to_id")
        if not isinstance(address, str) or not ADDRESS.match(address) or ".." in address:
            raise _invalid("email_address is not a valid email address")
        for name in ("template_id", "email_reply_to_id"):
            if asked.get(name) is not None and not _uuid(asked[name]):
                raise _invalid(f"{name} is not a valid UUID")
        if not isinstance(asked.get("personalisation", {}), dict):
            raise _invalid("personalisation is not of type object")
        template = self.templates.get(asked["template_id"])
        if template is None:
            raise _bad("Template not found")
        if service.team_only and address not in service.team:
            raise _bad("Can’t send to this recipient using a team-only API key")
        if reply_to is not None and reply_to not in self.reply_tos:
            raise _bad(f"email_reply_to_id {reply_to} does not exist in database for service id {service.id}")
        missing = [name for name in template.blanks if name not in asked.get("personalisation", {})]
        if missing:
            raise _bad(f"Missing personalisation: {', '.join(missing)}")
        return template

    def _told(self, service: Service, number: str) -> dict[str, Any]:
        if not _uuid(number):
            raise _invalid("id is not a valid UUID")
        for sent in self.sent:
            if sent.id == number and sent.service == service.id:
                told = {name: value for name, value in sent.receipt.items() if name not in ("to", "notification_type")}
                return told | {"type": "email", "email_address": sent.email_address, "subject": sent.subject, "body": sent.body}
        raise Refused(404, "NoResultFound", "No result found")

    def start(self) -> None:
        """What was taken is on its way."""
        for sent in self.sent:
            if sent.status == "created":
                sent.status, sent.sent_at = "sending", datetime.now(UTC)

    def finish(self, *, told: Callable[[str, dict[str, str], bytes], int] | None = None) -> list[int]:
        """Everything on its way comes to its end, and whoever wants receipts is sent one each; their answers. `told` posts
        instead of a real request, for a test that has a client in place of a server."""
        self.start()
        answers = []
        for sent in self.sent:
            if sent.status in ENDED:
                continue
            sent.status, sent.completed_at = self.comes_to.get(sent.email_address, "delivered"), datetime.now(UTC)
            if self.services[sent.service].callback_url:
                answers.append(self.receipt(sent, told=told))
        return answers

    def receipt(self, sent: Sent, *, told: Callable[[str, dict[str, str], bytes], int] | None = None) -> int:
        """One receipt, as it stands now. Notify sends it again, five times at most, when the answer is not a good one."""
        service = self.services[sent.service]
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {service.callback_token}"}
        return (told or _post)(service.callback_url, headers, json.dumps(sent.receipt).encode())


def _post(url: str, headers: dict[str, str], body: bytes) -> int:
    request = urllib.request.Request(url, data=body, headers=headers, method="POST")  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as problem:
        return problem.code


def _invalid(message: str) -> Refused:
    return Refused(400, "ValidationError", message)


def _bad(message: str) -> Refused:
    return Refused(400, "BadRequestError", message)


def _loaded(body: bytes) -> dict[str, Any]:
    try:
        asked = json.loads(body)
    except ValueError as problem:
        raise _bad("Invalid JSON supplied in POST data") from problem
    if not isinstance(asked, dict):
        raise _invalid("POST data is not of type object")
    return asked


def _uuid(value: object) -> bool:
    try:
        uuid.UUID(str(value))
    except ValueError:
        return False
    return True


def _stamp(at: datetime | None) -> str | None:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if at else None


@contextmanager
def running(*, port: int = 0) -> Iterator[Notify]:
    """A Notify with one service and one template of two blanks, listening for as long as the block lasts."""
    notify = Notify()
    notify.service()
    notify.template_of("((subject))", "((message))")

    class Listening(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # it keeps connections open, as the real one does
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            self._answer("POST", self.rfile.read(int(self.headers.get("Content-Length", 0))))

        def do_GET(self) -> None:
            self._answer("GET", b"")

        def _answer(self, method: str, body: bytes) -> None:
            scheme, _, token = self.headers.get("Authorization", "").partition(" ")
            status, said = notify.answer(method, self.path.partition("?")[0], token if scheme == "Bearer" else None, body)
            words = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(words)))
            self.end_headers()
            self.wfile.write(words)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Listening)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    notify.url = f"http://127.0.0.1:{server.server_port}"
    yield notify
    server.shutdown()
    thread.join()
    server.server_close()
