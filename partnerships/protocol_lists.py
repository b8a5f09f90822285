"""The lists of a protocol that people choose from and look things up in: categories, marks, agencies, contacts, advice."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from .protocol_base import Key, Line, Part, Rule, Words
from .protocol_terms import CommonCategory, Sector, StageKind


class Category(Rule):
    key: Key
    name: Line
    common: CommonCategory


class Flag(Rule):
    key: Key
    name: Line
    asks: str = Field(default="", max_length=300)


class UrgencyBand(Rule):
    key: Key
    name: Line
    advice: str = Field(default="", max_length=600)


class ChildStatus(Rule):
    key: Key
    name: Line


class Post(Part):
    """`filled_by`: another agency of the list that answers for this post (a proxy)."""

    kind: StageKind
    title: Line
    filled_by: Key | None = None


class AgencyPart(Rule):
    key: Key
    name: Line
    sector: Sector
    indicative: bool = False
    posts: tuple[Post, ...] = ()


class ContactPart(Rule):
    key: Key
    role: Key | None = None
    name: Line
    email: str = ""
    telephone: str = ""
    address: str = ""
    review_by: date | None = None
    note: str = ""


class Guidance(Rule):
    """Paraphrased advice shown at one step of the work (`at`), or at one stage."""

    at: Literal["start", "evidence", "urgency", "answering", "open", "meeting", "moving_up", "outcome", "closing", "stuck"]
    stages: tuple[Key, ...] = ()
    text: Words


class Reporting(Rule):
    """`agencies_report`: the agencies themselves tell the partnership regularly what they meet (O 3.2.7, B after Stage 3)."""

    sub_group: str = ""
    every: str = ""
    annual_to: str = ""
    silent_after_months: int | None = None
    agencies_report: bool = False
