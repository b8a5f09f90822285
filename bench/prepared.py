"""People who have signed in and forms that are filled in, made by the owner's side of a database that is measured:
`python -m bench.prepared`, told what is wanted as one line of JSON on its standard input.

Nobody asks for a code by e-mail here, and no page is opened: a session is written as signing in leaves it, and a draft is
kept as the pages of the form keep it. Knows no partnership's protocol: a form is filled by asking it what is missing."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from typing import Any

import django
from django import forms

DONE = "bench: "
SAID = "The two agencies see the risk to this child differently after the visit of last week, and have talked about it twice."


def session(user: Any) -> str:
    """Signed in with every proof that is asked of anybody, as one is who has just come."""
    from django.test import Client  # noqa: PLC0415  (only once the settings are configured)

    client, now = Client(), time.time()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    kept = client.session
    kept["account_authentication_methods"] = [{"method": how, "at": now + 86_400} for how in ("code", "mfa")]
    kept["account_authentication_methods_user"] = str(user.pk)
    kept["seen_at"] = kept["began_at"] = now
    kept.save()
    return str(kept.session_key)


def answer(name: str, field: forms.Field) -> Any:
    """Something that such a field takes. The other agency is never one's own."""
    if isinstance(field, forms.ChoiceField):
        offered: Any = field.choices
        choices = [str(value) for value, words in offered if not isinstance(words, list | tuple) and str(value)]
        chosen = choices[-1] if name == "receiving_agency" else choices[0]
        return [chosen] if isinstance(field, forms.MultipleChoiceField) else chosen
    if isinstance(field, forms.BooleanField):
        return True
    if isinstance(field, forms.EmailField):
        return f"{name.replace('_', '.')}@bench.example"
    if "Date" in type(field).__name__:
        from partnerships.selectors import today  # noqa: PLC0415

        day = today()
        return {"day": str(day.day), "month": str(day.month), "year": str(day.year)}
    most = getattr(field, "max_length", None)
    if name.endswith("_name"):
        return f"Robin {name.removesuffix('_name').replace('_', ' ').title()}"
    return SAID[:most] if most else SAID


def filled(viewer: Any, protocol: Any) -> dict[str, Any]:
    """The whole form's answers: what is missing is given until nothing is, then every other text as well."""
    from escalation.forms.raising_flat import RaiseForm  # noqa: PLC0415

    sent: dict[str, Any] = {}
    for _ in range(20):
        form = RaiseForm(sent, viewer=viewer, protocol=protocol)
        if form.is_valid():
            return _fuller(form, sent, viewer, protocol)
        asked = _listed(form, sent)
        asked |= {name: answer(name, form.fields[name]) for name in form.errors if name in form.fields and not sent.get(name)}
        if not asked:
            raise SystemExit(f"The form of {protocol.title} could not be filled in: {form.errors.as_json()}")
        sent |= asked
    raise SystemExit("The form asks on and on.")


def _listed(form: Any, sent: Mapping[str, Any]) -> dict[str, Any]:
    """Who takes part is chosen among the agency's members where it has any, as people do."""
    found: dict[str, Any] = {}
    for member in [name for name in form.fields if name.endswith("_member") and not sent.get(name)]:
        chosen = answer(member, form.fields[member])
        whose = member.removesuffix("_member")
        found |= {member: chosen, whose: answer(whose, form.fields[whose])}
    return found


def _fuller(form: Any, sent: dict[str, Any], viewer: Any, protocol: Any) -> dict[str, Any]:
    more = dict(sent)
    for name, field in form.fields.items():
        if isinstance(field.widget, forms.Textarea) and not sent.get(name):
            more[name] = answer(name, field)
    return more if type(form)(more, viewer=viewer, protocol=protocol).is_valid() else sent


def prepare(asked: dict[str, Any]) -> dict[str, Any]:
    """Of one partnership: who works there in which role, each signed in; and drafts of some of them, each filled in."""
    from escalation import services  # noqa: PLC0415
    from escalation.forms.raising_flat import RaiseForm  # noqa: PLC0415
    from escalation.permissions import Viewer  # noqa: PLC0415
    from partnerships import selectors  # noqa: PLC0415
    from partnerships.models import Membership, Partnership  # noqa: PLC0415
    from partnerships.scope import partnership_scope  # noqa: PLC0415

    partnership = Partnership.objects.get(slug=asked["slug"])
    told: dict[str, Any] = {"slug": partnership.slug, "people": [], "drafts": []}
    with partnership_scope(partnership.pk):
        members = Membership.objects.filter(active=True, user__is_active=True).select_related("user", "agency").order_by("pk")
        for role, number in asked["people"].items():
            chosen = [one for one in members if one.role == role and (one.agency_id or role == "partnership_manager")][:number]
            told["people"] += [{"id": one.user_id, "role": role, "session": session(one.user)} for one in chosen]
    raisers = [one for one in told["people"] if one["role"] == "practitioner"]
    for person in raisers:
        with partnership_scope(partnership.pk, user_id=person["id"]):
            viewer = Viewer.of(_user(person["id"]), Membership.objects.filter(user=person["id"], active=True))
            version = selectors.version_in_force()
            assert version is not None  # noqa: S101  (every partnership of a bench has one)
            person["answers"] = filled(viewer, version.protocol)
            told["fields"] = len(RaiseForm(person["answers"], viewer=viewer, protocol=version.protocol).fields)
    for number in range(int(asked.get("drafts", 0))):
        person = raisers[number % len(raisers)]
        with partnership_scope(partnership.pk, user_id=person["id"]):
            viewer = Viewer.of(_user(person["id"]), Membership.objects.filter(user=person["id"], active=True))
            draft = services.start_draft(viewer)
            services.save_draft(draft.pk, viewer=viewer, answers=person["answers"])
            told["drafts"].append({"key": str(draft.key), "user": person["id"]})
    return told


def _user(number: int) -> Any:
    from django.contrib.auth import get_user_model  # noqa: PLC0415

    return get_user_model().objects.get(pk=number)


def main() -> None:
    asked = json.loads(sys.stdin.readline())
    django.setup()
    print(DONE + json.dumps(prepare(asked)), flush=True)


if __name__ == "__main__":
    main()
