"""A password of the product's own words and a partnership's name is refused; any other of the right length is taken."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from partnerships.models import User
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "password",
    [
        "Safeguarding2026!",
        "barnsley-children",
        "Barnsley.Partnership.2025",
        "escalation tracker",
        "SocialWorker!!99",
        "welcome2026police",
    ],
)
def test_our_own_words_are_no_password(barnsley: World, password: str) -> None:
    with pytest.raises(ValidationError) as refused:
        validate_password(password)
    assert "Choose a password that is not made of words such as “safeguarding” or a partnership’s name." in refused.value.messages


@pytest.mark.parametrize(
    "password", ["correct horse battery", "my child sings in Welsh choirs", "ünterwegs nach Süden", "x" * 3 + "7aQ-mmol-vexing"]
)
def test_others_are_taken_whatever_they_are_made_of(barnsley: World, password: str) -> None:
    validate_password(password, user=User(email="ann.other@hospital.example", name="Ann Other"))


def test_nobodys_own_name_or_address_is_a_password(barnsley: World) -> None:
    with pytest.raises(ValidationError):
        validate_password("evangeline.marsh1", user=User(email="evangeline.marsh@hospital.example", name="Evangeline Marsh"))
