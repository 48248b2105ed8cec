"""Addresses of the desks above the village: one act there takes many lists of one plan."""

from django.urls import path

from verification.views import (
    announcing,
    answering,
    comparing,
    deciding,
    decisions,
    drawing,
    drawn,
    drawn_done,
    filing,
    hits,
    marking,
    printing,
    rectifying,
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
    path(f"{AT}/draws/", drawing.draws, name="draws"),
    path(f"{AT}/draws/freeze/<str:region>/", drawing.freeze, name="freeze"),
    path(f"{AT}/draws/external/<str:region>/", drawing.external_draw, name="external_draw"),
    path("draws/<int:pk>/", drawn.draw, name="draw"),
    path("draws/<int:pk>/check/", drawn.draw_check, name="draw_check"),
    path("draws/<int:pk>/done/<slug:act>/", drawn_done.draw_done, name="draw_done"),
    path("draws/<int:pk>/export/", drawn.draw_export, name="draw_export"),
    path("draws/items/<int:pk>/replace/", drawn.replace_drawn, name="replace_drawn"),
    path("rectifications/", rectifying.rectifications, name="rectifications"),
    path("rectifications/<int:pk>/", rectifying.rectification, name="rectification"),
    path(
        "rectifications/regional/<int:programme>/", rectifying.open_regional, name="open_regional"
    ),
    path("cases/<int:pk>/rectify/", rectifying.open_rectification, name="open_rectification"),
    path("papers/of/<slug:of>/<int:pk>/issue/", printing.issue_desk, name="issue_desk"),
    path("scans/<slug:of>/<int:pk>/", scans.scan, name="scan"),
]
