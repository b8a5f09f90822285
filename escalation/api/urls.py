"""The addresses of the API, below /p/<slug>/api/v1/: one for each verb of the table of actions."""

from django.urls import path

from ..actions import ACTIONS
from . import acting, around, base, files, raising, views

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
    path("raising/", raising.FormView.as_view(), name="raising"),
    path("protocol/", views.ProtocolView.as_view(), name="protocol"),
    path("agencies/", views.AgenciesView.as_view(), name="agencies"),
    path("contacts/", around.ContactsView.as_view(), name="contacts"),
    path("closures/", around.ClosuresView.as_view(), name="closures"),
    path("members/", around.MembersView.as_view(), name="members"),
    path("drafts/", around.DraftsView.as_view(), name="drafts"),
    path("drafts/<uuid:key>/discard/", around.DiscardView.as_view(), name="discard_draft"),
    path("<path:rest>", base.NotThere.as_view()),
]
