"""One process that has the product loaded and forks for each `manage.py` that a page runs: starting Python anew for each would
take most of a test's time. The settings are read anew from what the command was given, so that what is not declared is missing
here too.

`python warm.py serve SOCKET` in the checkout; `python warm.py ask SOCKET manage.py …` instead of `python manage.py …`."""

from __future__ import annotations

import importlib
import json
import os
import socket
import sys
import traceback


def serve(path: str) -> None:
    sys.path.insert(0, os.getcwd())
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django  # noqa: PLC0415

    django.setup()
    from django.core.management import get_commands, load_command_class  # noqa: PLC0415

    for name, where in get_commands().items():
        load_command_class(where, name)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen()
        while True:
            asking, _ = listening.accept()
            with asking:
                told, fds, _, _ = socket.recv_fds(asking, 256 * 1024, 3)
                if not told:
                    return
                pid = os.fork()
                if pid == 0:
                    obey(json.loads(told), fds)
                for fd in fds:
                    os.close(fd)
                asking.sendall(str(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])).encode())


def obey(told: dict[str, object], fds: list[int]) -> None:
    """In the child: become that command."""
    code = 1
    try:
        for number, fd in enumerate(fds):
            os.dup2(fd, number)
        os.environ.clear()
        os.environ.update(told["env"], DJANGO_SETTINGS_MODULE="config.settings")  # type: ignore[call-overload]
        os.umask(int(str(told["umask"])))
        sys.argv = list(told["argv"])  # type: ignore[call-overload]
        as_given()
        from django.core.management import execute_from_command_line  # noqa: PLC0415

        execute_from_command_line(sys.argv)
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 0 if ended.code is None else 1
        if isinstance(ended.code, str):
            print(ended.code, file=sys.stderr)
    except BaseException:  # noqa: BLE001  (printed, as the interpreter would)
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def as_given() -> None:
    from django.conf import settings  # noqa: PLC0415
    from django.db import connections  # noqa: PLC0415

    found = importlib.reload(sys.modules["config.settings"])
    for name in [name for name in dir(found) if name.isupper()]:
        setattr(settings, name, getattr(found, name))
    for alias in list(connections.settings):
        if hasattr(connections._connections, alias):  # made while commands were loaded, for the database of the one that serves
            del connections[alias]
    connections._settings = None  # type: ignore[attr-defined]
    vars(connections).pop("settings", None)


def ask(path: str, argv: list[str]) -> int:
    umask = os.umask(0)
    os.umask(umask)
    told = json.dumps({"argv": argv, "env": dict(os.environ), "umask": umask}).encode()
    with socket.socket(socket.AF_UNIX) as asking:
        asking.connect(path)
        socket.send_fds(asking, [told], [0, 1, 2])
        return int(asking.recv(16) or b"1")


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(sys.argv[2])
    else:
        sys.exit(ask(sys.argv[2], sys.argv[3:]))
