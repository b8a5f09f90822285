"""Addresses below /p/<slug>/ of: What goes before a sub-group and into a report."""

from django.urls import URLPattern, path

from .views import home, meeting, report, taking

app_name = "meetings"

urlpatterns: list[URLPattern] = [
    path("meetings/", home.home, name="home"),
    path("meetings/waiting/", home.waiting, name="waiting"),
    path("meetings/new/", meeting.new, name="new"),
    path("meetings/<int:number>/", meeting.meeting, name="meeting"),
    path("meetings/<int:number>/change/", meeting.change, name="change"),
    path("meetings/<int:number>/issue/", meeting.issue, name="issue"),
    path("meetings/<int:number>/decisions/", meeting.decide, name="decide"),
    path("meetings/<int:number>/draft.<slug:kind>", taking.take_pack, name="take_pack"),
    path("meetings/decisions/<int:number>/done/", meeting.done, name="done"),
    path("meetings/reports/new/", report.begin, name="begin_report"),
    path("meetings/reports/<int:number>/", report.write, name="report"),
    path("meetings/reports/<int:number>/issue/", report.issue, name="issue_report"),
    path("meetings/reports/<int:number>/draft.<slug:kind>", taking.take_report, name="take_report"),
    path("meetings/issued/<int:number>/", taking.issued, name="issued"),
    path("meetings/issued/<int:number>/file.<slug:kind>", taking.take_issued, name="take_issued"),
]
