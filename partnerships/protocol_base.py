"""What every part of a protocol is made of: a frozen value, a rule that says what it rests on, keys and lines of text."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
# A role's key; in front of one that both sides have, the side may stand.
Recipient = Annotated[str, Field(pattern=r"^((raising|receiving)\.)?[a-z][a-z0-9_]{0,39}$")]
Words = Annotated[str, Field(min_length=1, max_length=4000)]
Line = Annotated[str, Field(min_length=1, max_length=200)]


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Rule(Part):
    """A part that rests on the document (`clause`) or, where that is silent, on an `assumption` shown as unconfirmed."""

    clause: str = Field(default="", max_length=200)
    assumption: str = Field(default="", max_length=1000)

    @model_validator(mode="after")
    def _cites_its_ground(self) -> Rule:
        if not self.clause and not self.assumption:
            raise ValueError("cite the document (clause: ...) or say that it is assumed and why (assumption: ...)")
        return self
