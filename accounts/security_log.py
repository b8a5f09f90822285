"""What an operator must be able to look into: who signed in and how, who could not, which proofs were added or taken away.

Ids, methods and network addresses alone: no e-mail address, no code, nothing that was typed. It hears the signals of the
library that signs people in; the product's own rules have none."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account import signals as account_signals
from allauth.mfa import signals as mfa_signals
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from .network import network_address

logger = logging.getLogger("security")
METHODS = "account_authentication_methods"


def _log(what: str, request: HttpRequest | None, user: Any = None, **more: object) -> None:
    address = network_address(request) if request is not None else None
    logger.info(what, extra={"user": getattr(user, "pk", None), "address": address or "", **more})


@receiver(user_logged_in)
def signed_in(request: HttpRequest, user: Any, **_: object) -> None:
    how = [record.get("method", "") for record in request.session.get(METHODS, ())]
    _log("signed in", request, user, how=how)


@receiver(user_logged_out)
def signed_out(request: HttpRequest, user: Any, **_: object) -> None:
    _log("signed out", request, user)


@receiver(user_login_failed)
def not_signed_in(request: HttpRequest | None = None, **_: object) -> None:
    """The credentials that come along stay where they are: they may be right for another place."""
    _log("not signed in", request)


@receiver(account_signals.login_code_rejected)
def wrong_code(request: HttpRequest, user: Any, **_: object) -> None:
    _log("gave a wrong code", request, user)


@receiver(account_signals.authentication_step_completed)
def gave_a_proof(request: HttpRequest, user: Any, method: str = "", **_: object) -> None:
    _log("gave a proof", request, user, how=[method])


@receiver(account_signals.password_changed)
@receiver(account_signals.password_set)
@receiver(account_signals.password_reset)
def password_changed(request: HttpRequest, user: Any, **_: object) -> None:
    _log("changed their password", request, user)


@receiver(mfa_signals.authenticator_added)
def second_factor_added(request: HttpRequest, user: Any, authenticator: Any, **_: object) -> None:
    _log("added a second factor", request, user, how=[authenticator.type])


@receiver(mfa_signals.authenticator_removed)
def second_factor_removed(request: HttpRequest, user: Any, authenticator: Any, **_: object) -> None:
    _log("removed a second factor", request, user, how=[authenticator.type])


@receiver(mfa_signals.authenticator_reset)
def second_factor_renewed(request: HttpRequest, user: Any, authenticator: Any, **_: object) -> None:
    _log("renewed a second factor", request, user, how=[authenticator.type])
