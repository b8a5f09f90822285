"""What the office can narrow the log of reading by, as an address; must not know any page."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import Q

from partnerships.form_dates import GovukDateField
from partnerships.models import User
from partnerships.scope import ScopedQuerySet
from partnerships.working_days import LONDON

from ..models import Reading


class ReadersFilters(forms.Form):
    """Read from the address. What is left empty narrows nothing; what is not known is refused and narrows nothing."""

    label_size = ""

    reference = forms.CharField(label="Reference", required=False, max_length=20)
    what = forms.ChoiceField(label="What was read", required=False, choices=[("", "Anything"), *Reading.What.choices])
    by = forms.ChoiceField(label="Who read", required=False)
    day = GovukDateField(label="On which day", called="The day", required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        readers = User.objects.filter(pk__in=Reading.objects.order_by().values("by")).order_by("name", "pk")
        self.fields["by"].choices = [("", "Anybody"), *((str(one.pk), str(one)) for one in readers)]  # type: ignore[attr-defined]
        for name in ("what", "by"):
            unknown = f"{self.fields[name].label}: what the address asks for is not known here, so it was left out"
            self.fields[name].error_messages["invalid_choice"] = unknown

    @property
    def given(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def narrow(self, found: ScopedQuerySet[Reading]) -> ScopedQuerySet[Reading]:
        given = self.given
        wanted = Q()
        if "reference" in given:
            wanted &= Q(disagreement__reference__iexact=given["reference"])
        if "what" in given:
            wanted &= Q(what=given["what"])
        if "by" in given:
            wanted &= Q(by=given["by"])
        if "day" in given:
            since = datetime.combine(given["day"], time(), tzinfo=LONDON)
            until = datetime.combine(given["day"] + timedelta(days=1), time(), tzinfo=LONDON)
            wanted &= Q(at__gte=since, at__lt=until)
        return found.filter(wanted)
