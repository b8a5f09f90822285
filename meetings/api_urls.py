"""The addresses of the API about meetings, below /p/<slug>/api/v1/."""

from django.urls import URLPattern, path

from .api import issued, meetings

app_name = "meetings_api"

urlpatterns: list[URLPattern] = [
    path("meetings/", meetings.MeetingsView.as_view(), name="meetings"),
    path("meetings/waiting/", meetings.WaitingView.as_view(), name="waiting"),
    path("meetings/issued/", issued.IssuedListView.as_view(), name="issued_list"),
    path("meetings/issued/<int:number>/", issued.IssuedView.as_view(), name="issued"),
    path("meetings/issued/<int:number>/file.<slug:kind>", issued.IssuedFileView.as_view(), name="issued_file"),
    path("meetings/<int:number>/", meetings.MeetingView.as_view(), name="meeting"),
    path("meetings/<int:number>/issue/", issued.IssueView.as_view(), name="issue"),
    path("meetings/<int:number>/decisions/", meetings.DecideView.as_view(), name="decide"),
    path("meetings/decisions/<int:number>/done/", meetings.DoneView.as_view(), name="done"),
]
