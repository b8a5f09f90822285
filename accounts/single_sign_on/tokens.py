"""Whether an ID token is the issuer's own word, for us, for this sign-in, and still good; must not know whom it is about.

The package that carries the sign-in does not check the signature of a token that came straight from the provider, as the
standard allows. Here it is checked: a proxy on the way, or a mistake in how TLS is set up, is then not enough to forge one."""

from __future__ import annotations

import hmac
from datetime import timedelta
from typing import Any

import jwt

from .issuer import Issuer, SignOnFailed, ask

# Signatures that only the issuer can make. Not "none", and not HS256, whose key would be ours as well.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
CLOCKS_DIFFER = timedelta(minutes=1)
LONGEST_SUBJECT = 191
# Kinds of proof (RFC 8176): what somebody knows, has, or is. Two different kinds make a second factor.
KNOWS, HAS, IS = {"pwd", "pin", "kba"}, {"hwk", "swk", "otp", "sms", "tel", "sc", "pop"}, {"face", "fpt", "iris", "retina", "vbm"}


def claims_of(token: object, *, issuer: Issuer, client_id: str, nonce: str) -> dict[str, Any]:
    """What the token says, once everything about it was checked (OpenID Connect Core, section 3.1.3.7)."""
    if not isinstance(token, str):
        raise SignOnFailed("The provider sent no ID token.")
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key=_key(token, issuer),
            algorithms=list(ALGORITHMS),
            issuer=issuer.name,
            audience=client_id,
            leeway=CLOCKS_DIFFER,
            options={"require": ["exp", "iat", "iss", "aud", "sub"]},
        )
    except jwt.PyJWTError as problem:
        raise SignOnFailed(f"The provider’s ID token cannot be trusted ({type(problem).__name__}).") from None
    _for_us_and_for_now(claims, client_id=client_id, nonce=nonce)
    return claims


def _for_us_and_for_now(claims: dict[str, Any], *, client_id: str, nonce: str) -> None:
    audience = claims["aud"]
    party = claims.get("azp")
    if party not in (None, client_id) or (party is None and isinstance(audience, list) and len(audience) > 1):
        raise SignOnFailed("The provider’s ID token was made for another system.")
    if not nonce or not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise SignOnFailed("The provider’s ID token belongs to another sign-in.")
    if not 0 < len(claims["sub"]) <= LONGEST_SUBJECT:
        raise SignOnFailed("The provider’s ID token does not say who it is about.")


def _key(token: str, issuer: Issuer) -> jwt.PyJWK:
    """The issuer's published key that the token names; where it names none, the only one there is."""
    header = jwt.get_unverified_header(token)
    algorithm, wanted = header.get("alg"), header.get("kid")
    if algorithm not in ALGORITHMS:
        raise jwt.InvalidAlgorithmError
    if str(header.get("typ", "JWT")).upper() != "JWT":  # the same key also signs access and sign-out tokens
        raise jwt.InvalidTokenError
    published = ask(issuer.keys_at).get("keys")
    keys = [key for key in published if isinstance(key, dict)] if isinstance(published, list) else []
    usable = [key for key in keys if key.get("use", "sig") == "sig" and key.get("alg", algorithm) == algorithm]
    if wanted is not None:
        usable = [key for key in usable if key.get("kid") == wanted]
    if len(usable) != 1:
        raise jwt.InvalidKeyError
    return jwt.PyJWK(usable[0], algorithm=algorithm)


def shows_second_factor(claims: dict[str, Any]) -> bool:
    """Only where the issuer says so of this very sign-in (`amr`)."""
    ways = claims.get("amr")
    said = {way for way in ways if isinstance(way, str)} if isinstance(ways, list) else set()
    return "mfa" in said or sum(bool(said & kind) for kind in (KNOWS, HAS, IS)) > 1
