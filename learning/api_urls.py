"""The addresses of the API about learning and agencies' returns, below /p/<slug>/api/v1/."""

from django.urls import URLPattern, path

from .api import items, returns

app_name = "learning_api"

urlpatterns: list[URLPattern] = [
    path("learning/to-take-up/", items.ToTakeUpView.as_view(), name="to_take_up"),
    path("learning/items/", items.ItemsView.as_view(), name="items"),
    path("learning/items/<int:number>/", items.ItemView.as_view(), name="item"),
    path("learning/items/<int:number>/change/", items.ChangeView.as_view(), name="change"),
    path("learning/items/<int:number>/actions/", items.AddActionView.as_view(), name="add_action"),
    path("learning/items/<int:number>/judge/", items.JudgeView.as_view(), name="judge"),
    path("learning/items/<int:number>/ask-on/", items.AskOnView.as_view(), name="ask_on"),
    path("learning/actions/<int:number>/", items.ActionView.as_view(), name="action"),
    path("learning/actions/<int:number>/change/", items.ChangeActionView.as_view(), name="change_action"),
    path("learning/returns/", returns.RoundsView.as_view(), name="rounds"),
    path("learning/returns/arranged/", returns.ArrangedView.as_view(), name="arranged"),
    path("learning/returns/<int:number>/", returns.RoundView.as_view(), name="round"),
    path("learning/returns/<int:number>/agencies/<slug:agency>/", returns.AnswerView.as_view(), name="answer"),
]
