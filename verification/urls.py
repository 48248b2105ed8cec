"""Addresses of 待办, 农户, 批次 and 户案."""

from django.urls import path

from verification.views import (
    batches,
    cases,
    households,
    late,
    meetings,
    moves,
    questions,
    search,
    signing,
    stats,
    todo,
)

urlpatterns = [
    path("todo/", todo.todo, name="todo"),
    path("todo/under-way/", todo.under_way, name="under_way"),
    path("todo/done/", todo.done, name="done"),
    path("todo/news/", todo.news, name="news"),
    path("batches/<int:pk>/remind/", todo.remind, name="remind"),
    path("search/", search.search, name="search"),
    path("stats/", stats.stats, name="stats"),
    path("households/", households.households, name="households"),
    path("households/<int:pk>/", households.household, name="household"),
    path("households/<int:pk>/numbers/", households.numbers, name="numbers"),
    path("late/", late.late_entries, name="late_entries"),
    path("batches/", batches.batches, name="batches"),
    path("batches/<int:pk>/", batches.batch, name="batch"),
    path("batches/<int:pk>/advance/", moves.advance, name="advance"),
    path("batches/<int:pk>/pass/", moves.pass_chosen, name="pass_chosen"),
    path("batches/<int:pk>/split/", moves.split, name="split_off"),
    path("batches/<int:pk>/back/", moves.send_back, name="send_back"),
    path("batches/<int:pk>/end/", moves.end, name="end"),
    path("batches/<int:pk>/meeting/", meetings.hold, name="hold_meeting"),
    path("meetings/<int:pk>/votes/", meetings.ballots, name="ballots"),
    path("cases/<int:pk>/sign/", signing.sign, name="sign"),
    path("cases/<int:pk>/", cases.case, name="case"),
    path("questions/", questions.questions, name="questions"),
    path("questions/<int:pk>/answer/", questions.answer, name="answer_question"),
    path("cases/<int:pk>/papers/", cases.issue, name="issue_papers"),
]
