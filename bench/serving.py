"""One process that serves one database's pages in itself, one when it is asked: `python -m bench.serving`.

It is told page by page on its standard input, and answers with the seconds that the page took and what it was. No network, no
browser and no waiting: the time is that of the WSGI application, from the request to the last byte."""

from __future__ import annotations

import gc
import io
import json
import resource
import sys
import time
from typing import Any

from django.contrib.auth import get_user_model
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test import Client

DONE = "bench: "


class Server:
    def __init__(self) -> None:
        self.application: Any = get_wsgi_application()
        self.cookies: dict[int, str] = {}

    def environment(self, asked: dict[str, Any]) -> dict[str, Any]:
        path, _, query = str(asked["path"]).partition("?")
        found: dict[str, Any] = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": sys.stderr,
        }
        if token := asked.get("token"):
            return found | {"HTTP_AUTHORIZATION": f"Bearer {token}"}
        return found | {"HTTP_COOKIE": f"sessionid={self._cookie(int(asked['user']))}"}

    def _cookie(self, user: int) -> str:
        """Signed in with every proof that is asked of anybody, as one is who has just come."""
        if user not in self.cookies:
            client = Client()
            client.force_login(
                get_user_model().objects.get(pk=user), backend="allauth.account.auth_backends.AuthenticationBackend"
            )
            session, now = client.session, time.time()
            session["account_authentication_methods"] = [{"method": how, "at": now + 86_400} for how in ("code", "mfa")]
            session["account_authentication_methods_user"] = str(user)
            session["seen_at"] = session["began_at"] = now
            session.save()
            self.cookies[user] = str(session.session_key)
        return self.cookies[user]

    def sent(self, asked: dict[str, Any]) -> dict[str, Any]:
        """The address that a form leads to."""
        client = Client(HTTP_HOST="127.0.0.1")
        client.cookies["sessionid"] = self._cookie(int(asked["user"]))
        answer = client.post(str(asked["path"]), asked["sent"])
        return {"status": answer.status_code, "location": answer.headers.get("Location", "")}

    def serve(self, asked: dict[str, Any]) -> dict[str, Any]:
        environment, told = self.environment(asked), {"status": 0}

        def start(status: str, headers: Any, problem: Any = None) -> None:
            told["status"] = int(status.split(maxsplit=1)[0])

        gc.collect()
        began, own = time.perf_counter(), time.process_time()
        answer, size, lines = self.application(environment, start), 0, 0
        kept = io.BytesIO() if asked.get("keep") else None
        for piece in answer:
            size += len(piece)
            lines += piece.count(b"\n")
            if kept is not None:
                kept.write(piece)
        if hasattr(answer, "close"):
            answer.close()
        seconds, cpu = time.perf_counter() - began, time.process_time() - own
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        found = {"seconds": seconds, "cpu": cpu, "status": told["status"], "bytes": size, "lines": lines, "megabytes": most}
        return found | ({"text": kept.getvalue().decode()} if kept else {})

    def counted(self, asked: dict[str, Any]) -> dict[str, Any]:
        """The same with its queries counted, which is not timed."""
        asked_for: list[str] = []

        def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            asked_for.append(sql)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(count):
            return self.serve(asked) | {"queries": len(asked_for)}


def main() -> None:
    server = Server()
    for line in sys.stdin:
        asked = json.loads(line)
        answer = server.sent if "sent" in asked else server.counted if "counted" in asked else server.serve
        print(DONE + json.dumps(answer(asked)), flush=True)


if __name__ == "__main__":
    main()
