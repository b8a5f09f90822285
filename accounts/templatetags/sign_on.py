"""The offer of a single sign-on beside the e-mailed code; knows the address that was typed, and not whether it is known."""

from __future__ import annotations

from typing import Any

from django import template

from ..single_sign_on.reading import for_address

register = template.Library()


@register.inclusion_tag("accounts/sign_on_offer.html", takes_context=True)
def sign_on_offer(context: template.Context, email: str = "") -> dict[str, Any]:
    found = for_address(email or "")
    return {"sign_on": found, "redirect_field": context.get("redirect_field", ""), "csrf_token": context.get("csrf_token")}
