"""Addresses below /p/<slug>/ of what was learned, of briefings, and of agencies' returns."""

from django.urls import URLPattern, path

from .views import briefings, items, returns

app_name = "learning"

urlpatterns: list[URLPattern] = [
    path("learning/", items.home, name="home"),
    path("learning/take-up/", items.take_up, name="take_up"),
    path("learning/new/", items.new, name="new"),
    path("learning/returns/", returns.rounds, name="returns"),
    path("learning/returns/arrange/", returns.arrange, name="arrange_returns"),
    path("learning/returns/<int:number>/", returns.one_round, name="round"),
    path("learning/returns/<int:number>/agencies/<slug:key>/", returns.answer_return, name="answer_return"),
    path("learning/actions/<int:number>/", items.action, name="action"),
    path("learning/actions/<int:number>/change/", items.change_action, name="change_action"),
    path("learning/<int:number>/", items.item, name="item"),
    path("learning/<int:number>/change/", items.change, name="change"),
    path("learning/<int:number>/add-action/", items.add_action, name="add_action"),
    path("learning/<int:number>/did-it-change-anything/", items.judge, name="judge"),
    path("learning/<int:number>/briefing/", briefings.briefing, name="briefing"),
    path("learning/<int:number>/briefing/check/", briefings.check_briefing, name="check_briefing"),
    path("learning/<int:number>/briefing.html", briefings.take_briefing, {"kind": "html"}, name="briefing_html"),
    path("learning/<int:number>/briefing.pdf", briefings.take_briefing, {"kind": "pdf"}, name="briefing_pdf"),
    path("learning/<int:number>/briefing.docx", briefings.take_briefing, {"kind": "docx"}, name="briefing_docx"),
]
