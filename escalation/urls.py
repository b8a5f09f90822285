"""The addresses of one partnership's disagreements, below /p/<slug>/."""

from django.urls import include, path

from .views import (
    across,
    acting,
    closures,
    coming_in,
    copy_for_file,
    correcting,
    dashboard,
    disagreement,
    drafting,
    elsewhere,
    exporting,
    files,
    handing_over,
    inviting,
    mine,
    numbers,
    raising,
    readers,
    searching,
    start,
    succession,
    team,
    tracker,
)

app_name = "escalation"

urlpatterns = [
    path("", dashboard.DashboardView.as_view(), name="dashboard"),
    # Practitioners: starting, raising, mine.
    path("start/", start.StartView.as_view(), name="start"),
    path("start/<slug:key>/", start.SignpostView.as_view(), name="signpost"),
    path("raise/", start.NewDraftView.as_view(), name="new_draft"),
    path("raise/<uuid:key>/", drafting.DraftView.as_view(), name="draft"),
    path("raise/<uuid:key>/check/", raising.DraftCheckView.as_view(), name="draft_check"),
    path("raise/<uuid:key>/share/", drafting.DraftShareView.as_view(), name="draft_share"),
    path("raise/<uuid:key>/discard/", drafting.DraftDiscardView.as_view(), name="draft_discard"),
    path("raise/<uuid:key>/elsewhere/", elsewhere.ElsewhereView.as_view(), name="draft_elsewhere"),
    path("raise/<uuid:key>/<slug:step>/", raising.DraftStepView.as_view(), name="draft_step"),
    path("d/<str:reference>/raised/", raising.RaisedView.as_view(), name="raised"),
    path("mine/", mine.MineView.as_view(), name="mine"),
    path("mine/hand-over/", handing_over.hand_over, name="hand_over"),
    path("mine/deputise/<int:number>/", handing_over.deputise, name="deputise"),
    path("team/", team.TeamView.as_view(), name="team"),
    path("search/", searching.search, name="search"),
    path("settled/", mine.LogSettledView.as_view(), name="log_settled"),
    # The partnership office: tracker, export, closures.
    path("tracker/", tracker.tracker, name="tracker"),
    path("tracker/export.csv", exporting.export, {"kind": "csv"}, name="tracker_export_csv"),
    path("tracker/export.xlsx", exporting.export, {"kind": "xlsx"}, name="tracker_export_xlsx"),
    path("tracker/export.ods", exporting.export, {"kind": "ods"}, name="tracker_export_ods"),
    path("numbers/", numbers.numbers, name="numbers"),
    path("administration/readers/", readers.readers, name="readers"),
    path("administration/readers/export.csv", readers.export, name="readers_export"),
    path("administration/closures/", closures.closures, name="closures"),
    path("administration/closures/<str:day>/remove/", closures.remove_closure, name="remove_closure"),
    # Somebody goes: who takes over.
    path("administration/agencies/<slug:key>/retire/", succession.retire_agency, name="retire_agency"),
    path("administration/posts/<int:number>/retire/", succession.retire_post, name="retire_post"),
    path("administration/holders/<int:number>/leaves/", succession.holder_leaves, name="holder_leaves"),
    path("administration/leavers/", succession.gone, name="leavers"),
    path("api/v1/", include("escalation.api.urls")),
    path("administration/coming-in/", coming_in.coming_in, name="coming_in"),
    path("administration/coming-in/<int:number>/", coming_in.decide, name="decide_coming_in"),
    path("d/<str:reference>/access/<int:number>/end/", coming_in.end, name="end_access"),
    # Who is no member comes in here.
    path("invited/<str:key>/", inviting.invited, name="invited"),
    # One disagreement. The verb comes last, so that no page above is taken for one.
    path("d/<str:reference>/", disagreement.DisagreementView.as_view(), name="disagreement"),
    path("d/<str:reference>/across/", across.AcrossView.as_view(), name="across"),
    path("d/<str:reference>/files/add/", files.add, name="add_file"),
    path("d/<str:reference>/files/<uuid:file>/", files.download, name="file"),
    path("d/<str:reference>/files/<uuid:file>/remove/", files.remove, name="remove_file"),
    path("d/<str:reference>/copy-for-file/", copy_for_file.copy_for_file, name="copy_for_file"),
    path("d/<str:reference>/correct/", correcting.CorrectView.as_view(), {"verb": "correct"}, name="correct"),
    path("d/<str:reference>/<slug:verb>/", acting.ActionView.as_view(), name="act"),
]
