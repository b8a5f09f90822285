"""The writing side of the directory: agencies, posts, their holders and contacts; knows no page, file or disagreement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from ..doing import PartnershipRefused, one_at_a_time
from ..models import Agency, Contact, Membership, Post, PostHolder, User
from ..protocol import AgencyPart, Protocol
from ..protocol import Post as PostPart
from ..protocol_terms import StageKind
from ..scope import forget
from .reading import KEPT

# How long before its date something to be checked again is shown and reminded of.
SOON = timedelta(days=14)
KINDS = [kind.value for kind in StageKind]


@transaction.atomic
def keep_agency(
    agency: Agency | None,
    *,
    name: str,
    sector: str,
    email_domains: Iterable[str] = (),
    posts: Iterable[tuple[str, str]] | None = None,
    active: bool = True,
) -> Agency:
    """Add an agency, or change one. `posts` is its own ladder, lowest first: (kind of step, title); left out, the ladder
    stays as it is. A post of the same kind and title is the same post; one that is not named any more is retired.

    The key never changes: it stands in addresses. An agency that is not active any more keeps its disagreements and can
    no longer be chosen on a form."""
    one_at_a_time()
    same = Agency.objects.filter(name__iexact=name.strip())
    if (same.exclude(pk=agency.pk) if agency else same).exists():
        raise PartnershipRefused("An agency of that name is in the list already.")
    kept = agency or Agency(key=_free_key(Agency, name))
    kept.name, kept.sector, kept.active = name.strip(), sector, active
    kept.email_domains = list(email_domains)
    kept.save()
    if posts is not None:
        _keep_ladder(kept, list(posts))
    forget(KEPT)
    return kept


def _keep_ladder(agency: Agency, posts: Sequence[tuple[str, str]]) -> None:
    there = {(post.kind, post.title.casefold()): post for post in Post.objects.filter(agency=agency).order_by("active", "-pk")}
    named: set[int] = set()
    for height, (kind, title) in enumerate(posts, start=1):
        post = there.get((kind, title.casefold())) or Post(agency=agency, kind=kind)
        post.title, post.height, post.active = title, height, True
        post.save()
        named.add(post.pk)
    Post.objects.filter(agency=agency, active=True).exclude(pk__in=named).update(active=False)


@transaction.atomic
def keep_post(
    post: Post | None, *, agency: Agency, kind: str, title: str, filled_by: Agency | None = None, above: Post | None = None
) -> Post:
    """Add a post to an agency's ladder, or change one: it stays the same post. `above` is the post of the same kind that it
    stands directly above; without one a new post becomes the highest of its kind, and an old one stays where it is."""
    one_at_a_time()
    title = title.strip()
    same = Post.objects.filter(agency=agency, active=True, kind=kind, title__iexact=title)
    if (same.exclude(pk=post.pk) if post else same).exists():
        raise PartnershipRefused("The agency has a post of that title at that kind of step already.")
    if filled_by is not None and filled_by.pk == agency.pk:
        raise PartnershipRefused("An agency that fills the post itself needs no other: leave that empty.")
    kept = post or Post(agency=agency, height=Post.objects.filter(agency=agency).count() + 1)
    kept.kind, kept.title, kept.filled_by, kept.active = kind, title, filled_by, True
    kept.save()
    _order(agency, moved=kept if above else None, above=above)
    forget(KEPT)
    return Post.objects.select_related("agency", "filled_by").get(pk=kept.pk)


def _order(agency: Agency, *, moved: Post | None = None, above: Post | None = None) -> None:
    """Number an agency's posts from 1: by kind of step, lowest first, and within a kind as they stood."""
    posts = list(Post.objects.filter(agency=agency, active=True))
    posts.sort(key=lambda post: (KINDS.index(post.kind), post.height, post.pk))
    if moved is not None and above is not None:
        posts.sort(key=lambda post: post.pk == moved.pk)
        place = next((n for n, post in enumerate(posts, start=1) if post.pk == above.pk), len(posts) - 1)
        posts.insert(place, posts.pop())
    for height, post in enumerate(posts, start=1):
        if post.height != height:
            Post.objects.filter(pk=post.pk).update(height=height)


@transaction.atomic
def keep_holder(
    holder: PostHolder | None,
    *,
    post: Post,
    name: str,
    email: str = "",
    telephone: str = "",
    deputy: bool = False,
    absent_from: date | None = None,
    absent_until: date | None = None,
    review_by: date | None = None,
) -> PostHolder:
    """Name somebody for a post, or change what is known of them. A person stands once in a post, as holder or deputy."""
    one_at_a_time()
    address = User.objects.normalise(email)
    others = PostHolder.objects.filter(post=post, active=True)
    others = others.exclude(pk=holder.pk) if holder else others
    twin = others.filter(email__iexact=address) if address else others.filter(email="", name__iexact=name.strip())
    if twin.exists():
        raise PartnershipRefused("That person stands in this post already.")
    kept = holder or PostHolder()
    if kept.review_by != review_by:
        kept.reminded_on = None
    kept.post, kept.name, kept.email, kept.telephone, kept.deputy = post, name.strip(), address, telephone.strip(), deputy
    kept.absent_from, kept.absent_until, kept.review_by = absent_from, absent_until, review_by
    kept.user = _member_of_address(address)
    kept.active = True
    kept.save()
    forget(KEPT)
    return kept


def _member_of_address(email: str) -> User | None:
    """Only a member of this partnership is linked: somebody of another is nobody here."""
    member = Membership.objects.filter(user__email=email, active=True).select_related("user").first() if email else None
    return member.user if member else None


@transaction.atomic
def keep_contact(contact: Contact | None, **facts: Any) -> Contact:
    """Add a contact, or change one; `facts` are its fields. The key never changes: the protocol's rules name it."""
    one_at_a_time()
    kept = contact or Contact(key=_free_key(Contact, facts["name"]))
    if "review_by" in facts and kept.review_by != facts["review_by"]:
        kept.reminded_on = None
    for name, value in facts.items():
        setattr(kept, name, value)
    kept.save()
    forget(KEPT)
    return kept


@transaction.atomic
def retire_agency(agency: Agency) -> None:
    """From now on it can be chosen on no form. Who takes over its open work is asked before (escalation)."""
    one_at_a_time()
    filling = Post.objects.filter(filled_by=agency, active=True, agency__active=True).select_related("agency").first()
    if filling is not None:
        raise PartnershipRefused(
            f"It answers for the post “{filling.title}” of {filling.agency}. Say first who answers for that from now on."
        )
    Agency.objects.filter(pk=agency.pk).update(active=False)
    forget(KEPT)


@transaction.atomic
def bring_back_agency(agency: Agency) -> None:
    Agency.objects.filter(pk=agency.pk).update(active=True)
    forget(KEPT)


@transaction.atomic
def retire_post(post: Post) -> None:
    """The post is no longer part of the ladder, and nobody holds it any more."""
    one_at_a_time()
    PostHolder.objects.filter(post=post, active=True).update(active=False)
    Post.objects.filter(pk=post.pk).update(active=False)
    _order(post.agency)
    forget(KEPT)


def end_holder(holder: PostHolder) -> None:
    """They have left the post. The line is kept for the record."""
    PostHolder.objects.filter(pk=holder.pk).update(active=False)
    forget(KEPT)


def note_reminded(day: date, *, contacts: Iterable[int], holders: Iterable[int]) -> None:
    Contact.objects.filter(pk__in=contacts).update(reminded_on=day)
    PostHolder.objects.filter(pk__in=holders).update(reminded_on=day)


def settle(protocol: Protocol, *, before: Protocol | None) -> None:
    """What a version just published says of agencies, posts and contacts becomes rows where there are none yet. What the
    version before it said already has been settled then, and belongs to the administrators since: a post that they
    renamed or retired does not come back."""
    earlier = {part.key: part for part in before.agencies} if before else {}
    rows: dict[str, Agency] = {}
    for part in protocol.agencies:
        rows[part.key], _ = Agency.objects.get_or_create(key=part.key, defaults={"name": part.name, "sector": part.sector})
        if rows[part.key].indicative != part.indicative:
            rows[part.key].indicative = part.indicative
            rows[part.key].save(update_fields=["indicative"])
    for part in protocol.agencies:
        known = earlier.get(part.key)
        if known is None and Post.objects.filter(agency=rows[part.key]).exists():
            continue  # the administrators have entered its ladder themselves
        _settle_posts(rows, part, [post for post in part.posts if known is None or post not in known.posts])
    for contact in protocol.contacts:
        Contact.objects.get_or_create(
            key=contact.key,
            defaults={
                "role": contact.role or "",
                "name": contact.name,
                "email": contact.email,
                "telephone": contact.telephone,
                "address": contact.address,
                "note": contact.note,
                "review_by": contact.review_by,
            },
        )
    forget(KEPT)


def _settle_posts(rows: dict[str, Agency], part: AgencyPart, new: Sequence[PostPart]) -> None:
    agency = rows[part.key]
    there = list(Post.objects.filter(agency=agency)) if new else []
    for number, said in enumerate(new, start=len(there) + 1):
        filled_by = rows.get(said.filled_by) if said.filled_by else None
        known = next((p for p in there if p.kind == said.kind and p.title.casefold() == said.title.casefold()), None)
        if known is None:
            Post.objects.create(agency=agency, kind=said.kind, height=number, title=said.title, filled_by=filled_by)
        elif known.filled_by_id is None and filled_by is not None:
            known.filled_by = filled_by
            known.save(update_fields=["filled_by"])
    if there and new:
        _order(agency)


def _free_key(model: type[Agency] | type[Contact], name: str) -> str:
    """A short name for addresses and rules, made of the name, with a number where it is taken."""
    stem = slugify(name)[:30].replace("-", "_").strip("_") or "other"
    taken = set(model.objects.filter(key__startswith=stem).values_list("key", flat=True))
    return next(key for key in (stem, *(f"{stem}_{number}" for number in range(2, len(taken) + 3))) if key not in taken)
