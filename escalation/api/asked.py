"""How a form that is to be filled, and an action that may be done, are shown as JSON; for reading only."""

from __future__ import annotations

from rest_framework import serializers

from .serializers import Read


class ChoiceSerializer(Read):
    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]


class FieldSerializer(Read):
    """One field of an action's form as it is now, for this person."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    hint = serializers.CharField()
    type = serializers.ChoiceField(["array", "boolean", "integer", "string"])
    required = serializers.BooleanField()  # type: ignore[assignment]
    choices = ChoiceSerializer(many=True, allow_null=True)


class OfferedSerializer(Read):
    """An action that this moment offers: whether this person may do it now, and if not, the sentence that says why."""

    verb = serializers.CharField()
    label = serializers.CharField(source="text")  # type: ignore[assignment]
    main = serializers.BooleanField(help_text="Among the first buttons of the page")
    allowed = serializers.BooleanField(source="verdict.allowed")
    sentence = serializers.CharField(source="verdict.sentence")


class RaisingFormSerializer(Read):
    """What raising a disagreement takes, given what is known so far."""

    allowed = serializers.BooleanField(source="verdict.allowed")
    sentence = serializers.CharField(source="verdict.sentence")
    asks = FieldSerializer(many=True)


class FormSerializer(OfferedSerializer):
    """An action with the fields it takes now; none where it is not allowed."""

    version = serializers.IntegerField()
    asks = FieldSerializer(many=True)
