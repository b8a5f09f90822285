"""What the partnership office does through the API: the figures, the words, the reminders, and what it learned and issued."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from escalation.models import Reading
from insight.models import Counted
from partnerships.models import ApiToken
from tests.world import TUESDAY, World, days

pytestmark = pytest.mark.django_db


def told(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.content
    return answer.json()


def test_a_figure_opens_to_what_is_behind_it_and_a_dashboard_reads_only_what_may_be_published(
    barnsley: World, program, time_machine
) -> None:
    time_machine.move_to(TUESDAY + days(2))
    barnsley.raised(at=TUESDAY), barnsley.raised(at=TUESDAY + days(1))
    office = program(barnsley, barnsley.office)
    figure = told(office.get("insight/figures/over-time/", since="2026-09-01", until="2026-09-17", by="month"))
    assert (figure["n"], figure["published"], figure["first"], figure["last"]) == (2, False, "2026-09-01", "2026-09-17")
    cell = figure["rows"][0]["cells"][0]
    assert (cell["words"], cell["count"]) == ("2", 2)
    asked = {"key": cell["behind"], "since": "2026-09-01", "until": "2026-09-17"}
    behind = told(office.get("insight/behind/", **asked, limit=1))
    assert (behind["count"], [row["reference"] for row in behind["results"]]) == (2, ["BAR-0002"])
    assert told(office.get("insight/behind/", key="nothing/like=it"), 400)["errors"].keys() == {"key"}
    wrong = {"period": "ever"}, {"since": "2026-09-01"}, {"period": "this-year", "since": "2026-09-01", "until": "2026-09-02"}
    assert [told(office.get("insight/figures/route/", **each), 400)["status"] for each in wrong] == [400] * 3
    silent = told(office.get("insight/silence/"))
    assert all(one["agency"] and len(one["known"]) == len(silent["head"]) for one in silent["agencies"])
    with barnsley.scope():
        ApiToken.objects.update(scopes=["figures"])
        assert Counted.objects.count() == 2
    measures = told(office.get("insight/measures/"))
    assert {"direct", "silent-agencies"} < {measure["key"] for measure in measures}
    told(office.get("insight/figures/over-time/"), 403), told(office.get("disagreements/"), 403)
    published = told(office.get("insight/published/over-time/", period="last-year"))
    assert (published["published"], published["n"], published["rows"]) == (True, 0, [])
    assert told(office.get("insight/published/over-time/", period="this-year"), 400)["errors"].keys() == {"period"}


def test_words_are_searched_in_a_body_and_the_office_reminds_follows_and_puts_together(
    barnsley: World, program, time_machine
) -> None:
    time_machine.move_to(TUESDAY + days(1))
    one, other = barnsley.raised(), barnsley.raised()
    barnsley.do("record_progress", one, by=barnsley.team_manager, words="The “paper” & trail went cold.")
    office, manager = program(barnsley, barnsley.office), program(barnsley, barnsley.team_manager)
    found = told(office.post("search/", {"words": "trails"}))
    assert [row["disagreement"]["reference"] for row in found["results"]] == ["BAR-0001"]
    assert "“paper” & **trail**" in found["results"][0]["extract"]
    assert told(office.post("search/", {"words": ""}), 400)["errors"].keys() == {"words"}
    with barnsley.scope():
        assert "trail" not in str(list(Reading.objects.values_list("about", flat=True)))
    at = "disagreements/BAR-0001/"
    me = next(row["person"] for row in told(office.get("members/"))["results"] if row["role"] == "partnership_manager")
    assert told(office.post(f"{at}follow/", {"who": str(me)}))["entry"]["kind"] == "followed"
    key = str(uuid4())
    chased, again = (office.post(f"{at}chase/", {}, key=key) for _ in range(2))
    assert (told(chased)["entry"]["kind"], told(again)["entry"], again["Idempotency-Replayed"]) == (
        "chased", chased.json()["entry"], "true",
    )  # fmt: skip
    assert told(office.post(f"{at}chase/", {}), 409)["type"] == "/api/problems/#not-possible"
    told(manager.post(f"{at}chase/", {}), 403)
    mine = next(view for view in told(office.get("tracker/views/")) if view["key"] == "mine")
    assert mine["filters"] == {"owner": ["me"]}
    assert [row["reference"] for row in told(office.get("tracker/views/mine/"))["results"]] == ["BAR-0001"]
    page = told(office.get("tracker/views/live/", limit=1))
    assert (page["count"], [row["reference"] for row in told(_next(office, page))["results"]]) == (2, ["BAR-0002"])
    file = office.get("tracker/views/live/file.csv")
    assert (file.status_code, b"BAR-0002" in b"".join(file.streaming_content)) == (200, True)
    sent = {"into": "BAR-0002", "reason": "They are one.", "version": 1}
    assert told(office.post(f"{at}merge/", sent), 409)["type"] == "/api/problems/#changed"
    merged = told(office.post(f"{at}merge/", {"into": "BAR-0002", "reason": "They are one."}, if_match=office.get(at)["ETag"]))
    assert (merged["entry"]["kind"], merged["disagreement"]["state"]) == ("merged", "withdrawn")
    parted = told(office.post(f"{at}part/", {"reason": "They are two.", "version": merged["disagreement"]["version"]}))
    assert (parted["disagreement"]["state"], str(other.reference)) == ("open", "BAR-0002")


def _next(program: Any, page: Any) -> Any:
    return program.get(page["next"].partition("/api/v1/")[2])


def test_what_came_by_telephone_is_recorded_for_whoever_said_it(barnsley: World, program, time_machine) -> None:
    time_machine.move_to(TUESDAY + days(1))
    barnsley.raised()
    office, at = program(barnsley, barnsley.office), "disagreements/BAR-0001/for-somebody/"
    who = next(one for one in told(office.get(at)) if "record_progress" in one["verbs"])
    asks = told(office.get(f"{at}{who['number']}/record_progress/"))
    assert {"came_by", "came_at", "words"} <= {ask["name"] for ask in asks["asks"]}
    sent = {"came_by": "telephone", "came_at": TUESDAY.isoformat(), "words": "They rang.", "version": asks["version"]}
    done = told(office.post(f"{at}{who['number']}/record_progress/", sent))
    assert (done["entry"]["words"], f"for {who['name']}" in done["entry"]["by"]) == ("They rang.", True)
    told(office.post(f"{at}{who['number']}/close/", sent), 403)
    assert told(office.get("disagreements/BAR-0001/access/")) == []


def test_learning_returns_and_packs_are_followed_by_a_program(barnsley: World, program, time_machine) -> None:
    time_machine.move_to(TUESDAY)
    office = program(barnsley, barnsley.office)
    written = {"title": "Calls are noted", "learned": "Note who rang."}
    key = str(uuid4())
    first, again = (office.post("learning/items/", written, key=key) for _ in range(2))
    item = told(first, 201)
    assert (item["progress"], item["steps"][0]["did"], told(again, 201)["number"]) == ("not_begun", "made", item["number"])
    at = f"learning/items/{item['number']}/"
    action = {"kind": "training", "what": "Train them", "who": "other", "somebody": "The lead", "due": "2026-12-01", "version": 1}
    item = told(office.post(f"{at}actions/", action))
    stands = f"learning/actions/{item['actions'][0]['number']}/"
    assert told(office.post(stands, {"progress": "done", "version": 1}))["done_on"] == "2026-09-15"
    assert told(office.post(stands, {"progress": "done", "version": 1}), 409)["type"] == "/api/problems/#changed"
    item = told(office.get(at))
    judged = told(office.post(f"{at}judge/", {"judgement": "partly", "words": "Fewer calls.", "version": item["version"]}))
    assert (judged["judgement"], [row["number"] for row in told(office.get("learning/items/"))["results"]]) == (
        "partly", [item["number"]],
    )  # fmt: skip
    asked = told(office.post("learning/returns/", {"first": "2026-04-01", "last": "2026-06-30"}), 201)
    agency = told(office.get("agencies/"))[0]["key"]
    answer = {"settled": 4, "helped": "A call.", "told_by": "Their lead"}
    given = told(office.post(f"learning/returns/{asked['number']}/agencies/{agency}/", answer))
    assert ({one["answer"] for one in given["answers"]} >= {"4", "A call."}, given["told_by"]) == (True, "Their lead")
    lines = told(office.get(f"learning/returns/{asked['number']}/"))["agencies"]
    assert [line["agency"] for line in lines if line["answered_at"]] == [agency]
    meeting = told(office.post("meetings/", {"group": "-", "held_on": "2026-09-15", "first": "2026-07-01"}), 201)
    decided = {"about": "learning", "words": "Train them again."}
    decision = told(office.post(f"meetings/{meeting['number']}/decisions/", decided), 201)
    told(office.post(f"meetings/decisions/{decision['number']}/done/", {"done_on": "2026-09-15"}))
    issued = told(office.post(f"meetings/{meeting['number']}/issue/", {}), 201)
    assert told(office.get(f"meetings/issued/{issued['number']}/"))["content"] == issued["content"]
    assert office.get(f"meetings/issued/{issued['number']}/file.html")["Content-Type"] == "text/html; charset=utf-8"
    assert told(office.get(f"meetings/{meeting['number']}/"))["decisions"][0]["done_on"] == "2026-09-15"
    assert told(office.get("meetings/waiting/")) == {"waiting": [], "sent": []}
    added = told(office.post("closures/", {"day": "2026-12-24", "name": "Closed"}), 201)
    assert (added, told(office.post("closures/2026-12-24/remove/", {}))) == ({"day": "2026-12-24", "counted_again": 0},) * 2
