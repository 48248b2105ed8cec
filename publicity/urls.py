"""Addresses of 公示."""

from django.urls import path

from publicity.views import done, ending, notices, places, release

urlpatterns = [
    path("notices/", notices.notices, name="notices"),
    path("notices/<int:pk>/", notices.notice, name="notice"),
    path("notices/<int:pk>/release/", release.release, name="release_notice"),
    path("notices/<int:pk>/close/", ending.close, name="close_notice"),
    path("notices/<int:pk>/take-down/", ending.take_down, name="take_down_notice"),
    path("notices/<int:pk>/done/<slug:act>/", done.done, name="notice_done"),
    path("notices/places/<int:pk>/", places.posting, name="posting"),
    path("notices/photos/<int:pk>/", places.posting_photo, name="posting_photo"),
]
