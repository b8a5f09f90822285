"""The addresses of one's own e-mails and calendar, and of the mailbox, below /p/<slug>/."""

from django.urls import path

from . import feed_views, views, you
from .own_way import pages as own_way
from .returned import pages

app_name = "notifications"

urlpatterns = [
    path("you/", you.you, name="you"),
    path("you/calendar/", you.make_feed, name="make_feed"),
    path("you/calendar/dates/", you.watch, name="watch"),
    path("you/calendar/end/", you.end_feed, name="end_feed"),
    path("calendar/<str:secret>.ics", feed_views.feed, name="feed"),
    path("not-arrived/", pages.not_arrived, name="not_arrived"),
    path("administration/e-mail/", own_way.mail, name="mail"),
    path("administration/e-mail/change/", own_way.change, name="change_mail"),
    path("administration/e-mail/test/", own_way.try_mail, name="try_mail"),
    path("administration/receipts/", pages.token, name="receipts"),
    path("mailbox/", views.mailbox, name="mailbox"),
    path("mailbox/<int:number>/", views.message, name="message"),
]
