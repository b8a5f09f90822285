"""Drafts: begun, kept, shared with one colleague, moved to another protocol, discarded; must not know the form's pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import AccountMail
from accounts.services import queue_account_mail
from partnerships import selectors as partnership_selectors
from partnerships.models import Membership, User
from partnerships.protocol import MAIN
from partnerships.scope import present

from ..models import Disagreement
from ..moves import NotPermitted, Refused, Stale
from ..permissions import Viewer, may_raise
from ..seeing import OF_AN_AGENCY, drafts_for
from .doing import lock

NOT_IN_FORCE = "That protocol is not in force here now, so nothing can be raised under it."
AUTHOR_ALONE = "Only the person who began this draft shares or discards it."
NOT_A_COLLEAGUE = "Choose a colleague who works at your own agency and is a member here."
SHARED = """{author} would like you to complete a draft with them in the escalation tracker of {partnership}.

It is not raised yet, and only the two of you can see it. You can change it and raise it. Sign in to read it:

{address}

This e-mail says nothing of what is in it. Talk to {author} if you did not expect this.
"""
# As long as the e-mail may wait for a way out.
OF_USE = timedelta(days=2)


@transaction.atomic
def start_draft(viewer: Viewer, *, line: str = MAIN) -> Disagreement:
    """A draft under one of the partnership's protocols; `line` is that protocol's key."""
    if not (verdict := may_raise(viewer)):
        raise NotPermitted(verdict.sentence)
    return Disagreement.objects.create(raised_by=viewer.user, line=line)


@transaction.atomic
def save_draft(disagreement_id: int, *, viewer: Viewer, answers: Mapping[str, Any]) -> Disagreement:
    """Keep what has been typed so far; answers of other steps stay."""
    draft = open_draft(disagreement_id, viewer)
    draft.answers = {**draft.answers, **answers}
    draft.save(update_fields=["answers", "changed_at"])
    return draft


@transaction.atomic
def move_draft(disagreement_id: int, *, viewer: Viewer, line: str) -> Disagreement:
    """Go on with a draft under another of the partnership's protocols: what was typed is kept for the questions that both
    ask."""
    draft = open_draft(disagreement_id, viewer)
    if partnership_selectors.version_in_force(line=line) is None:
        raise Refused(NOT_IN_FORCE)
    draft.line = line
    draft.save(update_fields=["line", "changed_at"])
    return draft


@transaction.atomic
def share_draft(disagreement_id: int, *, viewer: Viewer, colleague: User | None, address: str) -> Disagreement:
    """The author lets one colleague of their own agency write in it and raise it; nobody: the share is taken back. The
    colleague is written to once, without a word of it; `address` is the page of the draft."""
    draft = _own_draft(disagreement_id, viewer)
    if colleague is not None and not colleagues_for(viewer).filter(user=colleague).exists():
        raise NotPermitted(NOT_A_COLLEAGUE)
    told = draft.shared_with_id
    draft.shared_with = colleague
    draft.save(update_fields=["shared_with"])
    if colleague is not None and colleague.pk != told and draft.partnership.rehearsal_of_id is None:
        _write_to(colleague, author=viewer.user, partnership=draft.partnership.name, address=address)
    return draft


def _write_to(colleague: User, *, author: User, partnership: str, address: str) -> None:
    """Not again while that e-mail is of use: to share and take back in turn would fill their mailbox."""
    text = SHARED.format(author=author, partnership=partnership, address=address)
    if AccountMail.objects.filter(to=colleague.email, text=text).exists():
        return
    subject = f"A draft to complete with {author}"
    queue_account_mail(to=colleague.email, subject=subject, text=text, expires_at=present() + OF_USE)


def colleagues_for(viewer: Viewer) -> QuerySet[Membership]:
    """With whom this person may share a draft: who works with children where they do, leads first."""
    at_theirs = Membership.objects.reachable().filter(agency__in=viewer.works_at, role__in=OF_AN_AGENCY)
    return at_theirs.exclude(user=viewer.user).select_related("user").order_by("role", "user__name")


def raised_from_a_draft_of(viewer: Viewer) -> Q:
    """What somebody raised from a draft of theirs, or of a colleague's that they raised for them."""
    return ~Q(state="draft") & (Q(raised_by=viewer.user) | Q(shared_with=viewer.user))


@transaction.atomic
def discard_draft(disagreement_id: int, *, viewer: Viewer) -> None:
    """A draft was never raised, so nothing is kept of it: the only row of a disagreement that can be deleted."""
    _own_draft(disagreement_id, viewer).delete()


def open_draft(disagreement_id: int, viewer: Viewer) -> Disagreement:
    """Locked, for somebody who may write in it at this moment: a share may have been taken back since they looked."""
    draft = lock(disagreement_id, beside=[None])  # alone: it has no protocol yet, and no agencies
    if draft.state != "draft":
        raise Stale(f"This was raised already, as {draft.reference}.")
    if draft.raised_by_id == viewer.user.pk:
        draft.raised_by = viewer.user
    elif not Disagreement.objects.filter(drafts_for(viewer), pk=draft.pk).exists():
        raise NotPermitted("A draft is for its author, and for the colleague whom they share it with.")
    return draft


def _own_draft(disagreement_id: int, viewer: Viewer) -> Disagreement:
    draft = open_draft(disagreement_id, viewer)
    if draft.raised_by_id != viewer.user.pk:
        raise NotPermitted(AUTHOR_ALONE)
    return draft
