"""How what was recorded is shown as JSON; for reading only: everything that writes goes through the pages' forms."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.functional import cached_property
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from partnerships.models import Agency, Post, ProtocolVersion
from partnerships.protocol import Protocol
from partnerships.protocol_terms import RaisedAs, Sector, Side, StageKind, Strength
from partnerships.working_days import Unit

from ..clocks import last_day_of
from ..models import Action, Disagreement, Outcome, Party, ProposedOutcome, SideProcessRecord
from ..proposals import pending
from ..selectors import Timescale, co_raising, first_opened, timescale, where
from ..states import STATE_WORDS, Kind, State
from ..turns import ball, soonest
from ..views.what_was_written import written

STATES = [s.value for s in State if s is not State.DRAFT]


class Read(serializers.Serializer[Any]):
    """A serializer that nothing is written through."""


class ProblemSerializer(Read):
    """A refusal (application/problem+json). `errors` holds sentences by field; those of the whole are under "form"."""

    type = serializers.CharField(help_text="What a program goes by. It stays as it is; explained at /api/problems/")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField())
    )


class AgencyPostSerializer(serializers.ModelSerializer[Post]):
    kind = serializers.ChoiceField([k.value for k in StageKind])

    class Meta:
        model = Post
        fields = read_only_fields = ["kind", "height", "title"]


class AgencyNameSerializer(serializers.ModelSerializer[Agency]):
    class Meta:
        model = Agency
        fields = read_only_fields = ["key", "name"]


class AgencySerializer(serializers.ModelSerializer[Agency]):
    """An agency of the partnership, with its own ladder of posts, the lowest first."""

    sector = serializers.ChoiceField([s.value for s in Sector])
    posts = AgencyPostSerializer(many=True)

    class Meta:
        model = Agency
        fields = read_only_fields = ["key", "name", "sector", "active", "posts"]


class RungSerializer(Read):
    """Where it stands: null for what was only logged as settled by talking."""

    stage = serializers.CharField()
    tier = serializers.IntegerField()
    kind = serializers.ChoiceField([k.value for k in StageKind], source="stage_kind")
    words = serializers.SerializerMethodField()

    def get_words(self, disagreement: Disagreement) -> str:
        return where(disagreement)


class DeadlineSerializer(Read):
    """One running clock: until when, in words, and how its date was counted."""

    id = serializers.IntegerField(source="deadline.pk")
    time_limit = serializers.CharField(source="deadline.time_limit")
    label = serializers.CharField(  # type: ignore[assignment]
        source="deadline.label", help_text="The timescale as the protocol writes it"
    )
    purpose = serializers.CharField(source="deadline.purpose")
    strength = serializers.ChoiceField([s.value for s in Strength], source="deadline.strength")
    held_by = serializers.ChoiceField([s.value for s in Side], source="deadline.held_by")
    amount = serializers.IntegerField(source="deadline.amount", allow_null=True)
    unit = serializers.ChoiceField([u.value for u in Unit], source="deadline.unit")
    starts_at = serializers.DateTimeField(source="deadline.starts_at")
    due_at = serializers.DateTimeField(source="deadline.due_at", help_text="From this instant on it has passed")
    last_day = serializers.SerializerMethodField()
    words = serializers.CharField(help_text='For example "2 working days left"')
    explanation = serializers.CharField(source="why")
    passed = serializers.BooleanField()
    varied = serializers.BooleanField(source="deadline.varied", help_text="A person set the date, with a reason")
    shortened = serializers.BooleanField(source="deadline.shortened", help_text="It is the date asked for on the form")
    paused_at = serializers.DateTimeField(source="deadline.paused_at", allow_null=True)

    def get_last_day(self, clock: Timescale) -> date:
        return last_day_of(clock.deadline.due_at)


class PartySerializer(serializers.ModelSerializer[Party]):
    """A person who takes part. The e-mail address is shown to the partnership office, and to its own owner."""

    side = serializers.ChoiceField([Side.RAISING.value, Side.RECEIVING.value])
    role_name = serializers.SerializerMethodField()
    agency = serializers.CharField(source="agency.key")
    email = serializers.SerializerMethodField()

    class Meta:
        model = Party
        fields = ["id", "side", "role", "role_name", "name", "job_title", "telephone", "email", "agency", "joined_at", "left_at"]
        read_only_fields = fields

    def get_role_name(self, party: Party) -> str:
        return party.role_name(self.context["protocol"])

    def get_email(self, party: Party) -> str | None:
        viewer = self.context["viewer"]
        return party.email if viewer.is_office or party.email == viewer.user.email else None


class PlannedSerializer(Read):
    what = serializers.CharField()
    owner = serializers.CharField()
    due = serializers.DateField()


class ProposalSerializer(serializers.ModelSerializer[ProposedOutcome]):
    """The outcome that one side has proposed and the other has not answered. `id` goes along with the answer."""

    side = serializers.ChoiceField([Side.RAISING.value, Side.RECEIVING.value])
    plan = PlannedSerializer(many=True)
    proposed_by = serializers.CharField(source="proposed_by.name")

    class Meta:
        model = ProposedOutcome
        fields = read_only_fields = ["id", "side", "text", "outstanding", "plan", "proposed_by", "proposed_at"]


class OutcomeSerializer(serializers.ModelSerializer[Outcome]):
    recorded_by = serializers.CharField(source="recorded_by.name")
    proposed_by = serializers.CharField(
        source="proposal.proposed_by.name",
        default=None,
        allow_null=True,
        help_text="Whose words they are, where both sides agreed to them",
    )

    class Meta:
        model = Outcome
        fields = [
            "how", "text", "outstanding", "proposed_by", "recorded_by", "recorded_at", "confirmed_at", "disputed_at",
        ]  # fmt: skip
        read_only_fields = fields


class OutstandingSerializer(serializers.ModelSerializer[Action]):
    class Meta:
        model = Action
        fields = read_only_fields = ["id", "what", "owner", "due", "finished_at"]


class SideProcessRecordSerializer(serializers.ModelSerializer[SideProcessRecord]):
    name = serializers.SerializerMethodField()
    members = serializers.SerializerMethodField()

    class Meta:
        model = SideProcessRecord
        fields = [
            "id", "process", "name", "started_at", "members", "warning", "accepted", "choice", "answers", "outcome", "ended_at",
        ]  # fmt: skip
        read_only_fields = fields

    def get_name(self, record: SideProcessRecord) -> str:
        name: str = self.context["protocol"].side_process(record.process).name
        return name

    def get_members(self, record: SideProcessRecord) -> list[str]:
        return [str(member["name"]) for member in record.members]


class WrittenSerializer(Read):
    """One thing that the form asked, and what was answered."""

    asked = serializers.CharField(source="key")
    answer = serializers.CharField(source="value")


class DisagreementSerializer(serializers.ModelSerializer[Disagreement]):
    """One disagreement as a list shows it: nothing about the child, and nothing of what was written."""

    reference = serializers.CharField()
    page = serializers.SerializerMethodField()
    state = serializers.ChoiceField(STATES)
    state_words = serializers.SerializerMethodField()
    rung = serializers.SerializerMethodField()
    raising_agency = AgencyNameSerializer()
    receiving_agency = AgencyNameSerializer()
    flags = serializers.ListField(child=serializers.CharField())
    who_acts = serializers.SerializerMethodField()
    next_deadline = serializers.SerializerMethodField()
    raised_at = serializers.DateTimeField()
    protocol = serializers.CharField(source="line", help_text="The key of the protocol that it is under")
    raised_as = serializers.ChoiceField([r.value for r in RaisedAs])
    also_raising = serializers.SerializerMethodField(help_text="The agencies that raise it together with the first")

    class Meta:
        model = Disagreement
        fields = [
            "reference", "page", "version", "state", "state_words", "rung", "protocol", "raised_as", "thematic",
            "raising_agency", "also_raising", "receiving_agency", "category", "urgency", "flags", "opened_directly",
            "who_acts", "next_deadline", "raised_at", "changed_at", "ended_at",
        ]  # fmt: skip
        read_only_fields = fields

    # One of each for all the lines of a list: to make one takes longer than to use it.
    @cached_property
    def _agency(self) -> AgencyNameSerializer:
        return AgencyNameSerializer()

    @cached_property
    def _rung(self) -> RungSerializer:
        return RungSerializer()

    @cached_property
    def _deadline(self) -> DeadlineSerializer:
        return DeadlineSerializer()

    @extend_schema_field(AgencyNameSerializer(many=True))
    def get_also_raising(self, disagreement: Disagreement) -> list[dict[str, Any]]:
        return [self._agency.to_representation(agency) for agency in co_raising(disagreement)]

    def get_page(self, disagreement: Disagreement) -> str:
        return f"{settings.BASE_URL}{disagreement.get_absolute_url()}"

    def get_state_words(self, disagreement: Disagreement) -> str:
        return STATE_WORDS[disagreement.standing]

    @extend_schema_field(RungSerializer(allow_null=True))
    def get_rung(self, disagreement: Disagreement) -> dict[str, Any] | None:
        return dict(self._rung.to_representation(disagreement)) if disagreement.stage else None

    def get_who_acts(self, disagreement: Disagreement) -> str:
        return ball(disagreement).sentence

    @extend_schema_field(DeadlineSerializer(allow_null=True))
    def get_next_deadline(self, disagreement: Disagreement) -> dict[str, Any] | None:
        clock = soonest(disagreement)
        return self.shown(clock) if clock is not None else None

    def shown(self, clock: Any) -> dict[str, Any]:
        found = timescale(clock, at=self.context["at"], calendar=self.context["calendar"])
        return dict(self._deadline.to_representation(found))


class WholeDisagreementSerializer(DisagreementSerializer):
    """One disagreement with everything that its page shows, except the chronology."""

    child_reference = serializers.CharField()
    written = serializers.SerializerMethodField()
    first_opened_at = serializers.SerializerMethodField()
    parties = PartySerializer(many=True, source="people")
    deadlines = serializers.SerializerMethodField()
    proposal = serializers.SerializerMethodField()
    outcomes = serializers.SerializerMethodField()
    outstanding_actions = OutstandingSerializer(many=True, source="actions")
    side_processes = SideProcessRecordSerializer(many=True)
    protocol_version = serializers.IntegerField(source="protocol_version.number")

    class Meta(DisagreementSerializer.Meta):
        fields = [
            *DisagreementSerializer.Meta.fields,
            "child_reference", "child_status", "needed_by", "decided_on", "written", "first_opened_at", "parties",
            "deadlines", "proposal", "outcomes", "outstanding_actions", "side_processes", "protocol_version",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(WrittenSerializer(many=True))
    def get_written(self, disagreement: Disagreement) -> list[dict[str, Any]]:
        return list(WrittenSerializer(written(disagreement), many=True).data)

    def get_first_opened_at(self, disagreement: Disagreement) -> datetime | None:
        return first_opened(disagreement)

    @extend_schema_field(DeadlineSerializer(many=True))
    def get_deadlines(self, disagreement: Disagreement) -> list[dict[str, Any]]:
        return [self.shown(clock) for clock in disagreement.running]  # type: ignore[attr-defined]

    @extend_schema_field(ProposalSerializer(allow_null=True))
    def get_proposal(self, disagreement: Disagreement) -> dict[str, Any] | None:
        waiting = pending(disagreement)
        return dict(ProposalSerializer(waiting).data) if waiting is not None else None

    @extend_schema_field(OutcomeSerializer(many=True))
    def get_outcomes(self, disagreement: Disagreement) -> list[dict[str, Any]]:
        return list(
            OutcomeSerializer(disagreement.outcomes.select_related("recorded_by", "proposal__proposed_by"), many=True).data
        )


WARNINGS = "What was taken, but is better left out: what looks like an NHS number, or a full name with a date of birth"


class RaisedSerializer(WholeDisagreementSerializer):
    """The new disagreement, and what of the text sent is better left out another time."""

    warnings = serializers.ListField(child=serializers.CharField(), help_text=WARNINGS)

    class Meta(WholeDisagreementSerializer.Meta):
        fields = read_only_fields = [*WholeDisagreementSerializer.Meta.fields, "warnings"]


class EntrySerializer(Read):
    """One thing that happened. `number` counts within the disagreement."""

    number = serializers.IntegerField()
    kind = serializers.ChoiceField([k.value for k in Kind], source="entry.kind")
    at = serializers.DateTimeField(source="entry.at")
    sentence = serializers.CharField()
    by = serializers.CharField(allow_null=True, help_text="null: by the product itself")
    state = serializers.ChoiceField(STATES, source="entry.state")
    stage = serializers.CharField(source="entry.stage")
    tier = serializers.IntegerField(source="entry.tier")
    words = serializers.CharField(allow_null=True, help_text="null: nothing was written, or it was lawfully destroyed")
    words_destroyed = serializers.BooleanField()
    corrects = serializers.IntegerField(allow_null=True, help_text="The number of the entry that this one corrects")
    corrected_by = serializers.ListField(
        child=serializers.IntegerField(), help_text="The numbers of the entries that correct this one, the newest last"
    )


class DoneSerializer(Read):
    """What was done. `disagreement` is null for a person who, having done this, no longer sees it."""

    done = serializers.CharField()
    warnings = serializers.ListField(child=serializers.CharField(), help_text=WARNINGS)
    entry = EntrySerializer()
    disagreement = WholeDisagreementSerializer(allow_null=True)


class ProtocolVersionSerializer(serializers.ModelSerializer[ProtocolVersion]):
    """The local protocol in force: every rule with its clause, or with the assumption that it rests on."""

    protocol = serializers.SerializerMethodField()

    class Meta:
        model = ProtocolVersion
        fields = read_only_fields = ["number", "title", "effective_from", "published_at", "protocol"]

    @extend_schema_field(Protocol)  # type: ignore[arg-type]
    def get_protocol(self, version: ProtocolVersion) -> dict[str, Any]:
        return version.protocol.model_dump(mode="json")
