"""Where a request comes from, as the limits on signing in see it; knows no person."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


def network_address(request: HttpRequest) -> str | None:
    """What a proxy says of it counts only where one is trusted (BEHIND_TLS_PROXY)."""
    try:
        address: str = get_adapter().get_client_ip(request)
    except PermissionDenied:  # a socket without an address, or something that is none
        return None
    return address.partition("%")[0]
