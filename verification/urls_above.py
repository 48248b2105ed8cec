"""Addresses of the desks above the village: one act there takes many lists of one plan."""

from django.urls import path

from verification.views import (
    announcing,
    answering,
    comparing,
    deciding,
    decisions,
    filing,
    hits,
    marking,
    scans,
)

# A stage of a version of a plan, as often as it is worked at.
AT = "work/<int:programme>/<slug:stage>"

urlpatterns = [
    path(f"{AT}/compare/", comparing.compare, name="compare"),
    path(f"{AT}/refuse-hits/", comparing.refuse_hits, name="refuse_hits"),
    path("requests/<int:pk>/", answering.answer_request, name="answer_request"),
    path("hits/<int:pk>/", hits.hit, name="hit"),
    path(f"{AT}/decide/", deciding.decide, name="decide"),
    path("decisions/<int:pk>/", decisions.decision, name="decision"),
    path(f"{AT}/mark/", marking.mark, name="mark"),
    path("unmark/", marking.unmark, name="unmark"),
    path(f"{AT}/announce/", announcing.announce, name="announce"),
    path(
        f"{AT}/announce/<str:region>/",
        announcing.draft_announcement,
        name="draft_announcement",
    ),
    path("batches/<int:pk>/convey/<slug:paper>/", announcing.convey, name="convey"),
    path("batches/<int:pk>/letters/", filing.letters, name="letters"),
    path("batches/<int:pk>/filing/", filing.file_originals, name="file_originals"),
    path("scans/<slug:of>/<int:pk>/", scans.scan, name="scan"),
]
