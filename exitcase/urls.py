"""All addresses; each app has its own list."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path

from exitcase import views

urlpatterns = [
    path("login/", LoginView.as_view(template_name="exitcase/login.html"), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("language/", include("django.conf.urls.i18n")),
    path("health/", views.health, name="health"),
]
