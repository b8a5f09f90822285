"""What the office does from its tracker to one disagreement or to several: who follows them."""

from __future__ import annotations

from django import forms

from partnerships.models import User

from ..services.following import of_the_office

NOBODY = "nobody"


class FollowForm(forms.Form):
    """Who in the office follows it; `users` by what stands in the form."""

    label_size = "s"

    def __init__(self, data: object = None, *, user: User, now: User | None = None) -> None:
        self.users = {str(one.pk): one for one in of_the_office()}
        super().__init__(data, initial={"who": str(now.pk) if now else str(user.pk)})  # type: ignore[arg-type]
        people = [(pk, f"{one.name} (you)" if one.pk == user.pk else one.name) for pk, one in self.users.items()]
        self.fields["who"] = forms.ChoiceField(
            label="Who follows it?",
            choices=[*people, (NOBODY, "Nobody yet")],
            widget=forms.RadioSelect,
            error_messages={"required": "Choose who follows it", "invalid_choice": "Choose somebody from the list"},
        )

    @property
    def who(self) -> User | None:
        return self.users.get(self.cleaned_data["who"])
