"""How learning and returns look as JSON; for reading only."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from escalation.api.serializers import Read
from escalation.models import Learning

from ..models import Action, Every, Item, ItemEntry, Judgement, Progress

WARNINGS = "What was noticed in the texts, such as a name: look at them again"


class LearnedSerializer(serializers.ModelSerializer[Learning]):
    """What was recorded on a disagreement, as far as you see it. `number`: what is sent to make an item of it."""

    number = serializers.IntegerField(source="pk")
    disagreement = serializers.CharField(source="disagreement.reference")
    words = serializers.CharField(source="text")
    needs = serializers.CharField()

    class Meta:
        model = Learning
        fields = read_only_fields = ["number", "disagreement", "words", "needs", "sub_group", "recorded_at"]


class LearningActionSerializer(serializers.ModelSerializer[Action]):
    """What is done about it. `person`: of the member who does it, where one does."""

    number = serializers.IntegerField(source="pk")
    item = serializers.IntegerField(source="item_id")
    kind = serializers.ChoiceField(Action.Kind.values)
    progress = serializers.ChoiceField(Progress.values)
    owned_by = serializers.CharField()
    person = serializers.IntegerField(source="owner_id", allow_null=True)

    class Meta:
        model = Action
        fields = read_only_fields = [
            "number", "item", "version", "kind", "what", "owned_by", "person", "due", "progress", "why_not", "done_on",
        ]  # fmt: skip


class ItemSerializer(serializers.ModelSerializer[Item]):
    """Something that the partnership learned, as a list shows it."""

    number = serializers.IntegerField(source="pk")
    themes = serializers.ListField(child=serializers.CharField())
    raising_agency = serializers.CharField(source="raising_agency.key", allow_null=True, default=None)
    receiving_agency = serializers.CharField(source="receiving_agency.key", allow_null=True, default=None)
    progress = serializers.ChoiceField(Progress.values)
    judgement = serializers.ChoiceField([*Judgement.values, ""])

    class Meta:
        model = Item
        fields = [
            "number", "version", "title", "happened", "learned", "category", "themes", "raising_agency", "receiving_agency",
            "sub_group", "progress", "made_at", "done_on", "ask_on", "judgement", "judged_words", "judged_at",
        ]  # fmt: skip
        read_only_fields = fields


class StepSerializer(serializers.ModelSerializer[ItemEntry]):
    did = serializers.ChoiceField(ItemEntry.Did.values)
    by = serializers.CharField(source="by.name", allow_null=True, default=None)
    action = serializers.IntegerField(source="action_id", allow_null=True)

    class Meta:
        model = ItemEntry
        fields = read_only_fields = ["did", "by", "at", "action", "words"]


class WholeItemSerializer(ItemSerializer):
    """An item with its actions and its steps, the newest first; `gone`: how many of the records from which it was learned
    are destroyed, or not yours to see."""

    actions = LearningActionSerializer(many=True)
    steps = serializers.SerializerMethodField()
    learned_from = serializers.SerializerMethodField()
    gone = serializers.SerializerMethodField()
    warnings = serializers.SerializerMethodField(help_text=WARNINGS)

    class Meta(ItemSerializer.Meta):
        fields = [*ItemSerializer.Meta.fields, "actions", "steps", "learned_from", "gone", "warnings"]
        read_only_fields = fields

    def get_steps(self, item: Item) -> list[Any]:
        return list(StepSerializer(item.entries.select_related("by")[:200], many=True).data)

    def get_learned_from(self, item: Item) -> list[Any]:
        return list(LearnedSerializer(self.context["learned_from"].records, many=True).data)

    def get_gone(self, item: Item) -> int:
        return int(self.context["learned_from"].gone)

    def get_warnings(self, item: Item) -> list[str]:
        return list(self.context.get("warnings", ()))


class ActionDoneSerializer(LearningActionSerializer):
    """An action as it is now, and what was noticed in what was sent."""

    warnings = serializers.SerializerMethodField(help_text=WARNINGS)

    class Meta(LearningActionSerializer.Meta):
        fields = [*LearningActionSerializer.Meta.fields, "warnings"]
        read_only_fields = fields

    def get_warnings(self, action: Action) -> list[str]:
        return list(self.context.get("warnings", ()))


# Returns.
class ReturnQuestionSerializer(Read):
    key = serializers.CharField()
    kind = serializers.CharField()
    text = serializers.CharField()
    hint = serializers.CharField()


class RoundSerializer(Read):
    """One round of returns: about which days, asked when, to be answered by when."""

    number = serializers.IntegerField(source="pk")
    first = serializers.DateField()
    last = serializers.DateField()
    asked_on = serializers.DateField()
    due = serializers.DateField()
    questions = ReturnQuestionSerializer(many=True)


class GivenSerializer(Read):
    question = serializers.CharField()
    answer = serializers.CharField(help_text="In words; empty where it was not answered")


class AgencyAnswersSerializer(Read):
    """One agency in a round. `told_by`: whom the office wrote it down for."""

    agency = serializers.CharField(help_text="Its key")
    name = serializers.CharField()
    answered_at = serializers.DateTimeField(allow_null=True)
    told_by = serializers.CharField()
    answers = GivenSerializer(many=True)


class WholeRoundSerializer(RoundSerializer):
    """With every agency by name, whether it has answered or not."""

    agencies = AgencyAnswersSerializer(many=True)


class AnsweredSerializer(AgencyAnswersSerializer):
    warnings = serializers.ListField(child=serializers.CharField(), help_text=WARNINGS)


class ArrangedSerializer(Read):
    """How often agencies are asked, in months; how many days they have; and what else they are asked."""

    every = serializers.ChoiceField(Every.values)
    days = serializers.IntegerField()
    own_questions = serializers.ListField(child=serializers.CharField())
