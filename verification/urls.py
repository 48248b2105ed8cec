"""Addresses of 待办, 农户, 批次 and 户案."""

from django.urls import path

from verification.views import batches, cases, households, late, moves, questions, todo

urlpatterns = [
    path("todo/", todo.todo, name="todo"),
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
    path("cases/<int:pk>/", cases.case, name="case"),
    path("questions/", questions.questions, name="questions"),
    path("questions/<int:pk>/answer/", questions.answer, name="answer_question"),
    path("cases/<int:pk>/papers/", cases.issue, name="issue_papers"),
]
