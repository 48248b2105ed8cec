"""Addresses of 公示."""

from django.urls import path

from publicity import views

urlpatterns = [
    path("notices/", views.notices, name="notices"),
    path("notices/<int:pk>/", views.notice, name="notice"),
]
