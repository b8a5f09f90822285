"""The addresses of the API, below /p/<slug>/api/v1/: one for each verb of the table of actions."""

from django.urls import path

from ..actions import ACTIONS
from . import acting, around, base, closures, files, office, raising, recording, searching, tracking, views

app_name = "api"

ONE = "disagreements/<str:reference>/"

urlpatterns = [
    path("disagreements/", raising.DisagreementsView.as_view(), name="disagreements"),
    path(ONE, views.DisagreementView.as_view(), name="disagreement"),
    path(f"{ONE}chronology/", views.ChronologyView.as_view(), name="chronology"),
    path(f"{ONE}deadlines/", views.DeadlinesView.as_view(), name="deadlines"),
    path(f"{ONE}actions/", acting.ActionsView.as_view(), name="actions"),
    *(path(f"{ONE}actions/{verb}/", acting.ActView.as_view(verb=verb), name=verb) for verb in ACTIONS),
    path(f"{ONE}files/", files.files_view(), name="files"),
    path(f"{ONE}files/<uuid:file>/", files.FileView.as_view(), name="file"),
    path(f"{ONE}follow/", office.FollowView.as_view(), name="follow"),
    path(f"{ONE}chase/", office.ChaseView.as_view(), name="chase"),
    path(f"{ONE}merge/", office.MergeView.as_view(), name="merge"),
    path(f"{ONE}part/", office.PartView.as_view(), name="part"),
    path(f"{ONE}access/", office.AccessView.as_view(), name="access"),
    path(f"{ONE}access/<int:number>/end/", office.EndAccessView.as_view(), name="end_access"),
    path(f"{ONE}for-somebody/", recording.ForWhomView.as_view(), name="for_whom"),
    path(f"{ONE}for-somebody/<int:party>/<slug:verb>/", recording.ForSomebodyView.as_view(), name="record_for"),
    path("search/", searching.SearchView.as_view(), name="search"),
    path("tracker/views/", tracking.ViewsView.as_view(), name="tracker_views"),
    path("tracker/views/<slug:key>/", tracking.ViewRowsView.as_view(), name="tracker_view"),
    path("tracker/views/<slug:key>/file.<slug:kind>", tracking.ViewFileView.as_view(), name="tracker_file"),
    path("raising/", raising.FormView.as_view(), name="raising"),
    path("protocol/", views.ProtocolView.as_view(), name="protocol"),
    path("agencies/", views.AgenciesView.as_view(), name="agencies"),
    path("contacts/", around.ContactsView.as_view(), name="contacts"),
    path("closures/", closures.ClosuresView.as_view(), name="closures"),
    path("closures/<str:day>/remove/", closures.RemoveClosureView.as_view(), name="remove_closure"),
    path("members/", around.MembersView.as_view(), name="members"),
    path("drafts/", around.DraftsView.as_view(), name="drafts"),
    path("drafts/<uuid:key>/discard/", around.DiscardView.as_view(), name="discard_draft"),
    path("<path:rest>", base.NotThere.as_view()),
]
