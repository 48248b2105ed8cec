"""All addresses; each app has its own list."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path
from django.views.i18n import set_language

from exitcase import views
from exitcase.core.entrance import anyone, people
from exitcase.house import posts
from exitcase.house import views as house

handler403 = "exitcase.views.forbidden"
handler404 = "exitcase.views.not_found"
handler500 = "exitcase.views.broken"

urlpatterns = [
    path("", views.home, name="home"),
    path(
        "login/",
        anyone(
            LoginView.as_view(template_name="exitcase/login.html", redirect_authenticated_user=True)
        ),
        name="login",
    ),
    path("logout/", people(LogoutView.as_view()), name="logout"),
    path("language/", anyone(set_language), name="set_language"),
    path("size/", views.size, name="size"),
    path("keys/", views.keys, name="keys"),
    path("me/", views.me, name="me"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("health/", views.health, name="health"),
    path("papers/<int:pk>/pdf/", views.paper, {"form": "pdf"}, name="paper_pdf"),
    path("papers/<int:pk>/xlsx/", views.paper, {"form": "xlsx"}, name="paper_xlsx"),
    path("settings/programmes/", house.programmes, name="programmes"),
    path("settings/programmes/<int:pk>/", house.programme, name="programme"),
    path("settings/appointments/", house.appointments, name="appointments"),
    path("settings/appointments/new/", house.appoint, name="appoint"),
    path("settings/appointments/<int:pk>/end/", house.end_appointment, name="end_appointment"),
    path("settings/posts/", posts.posts, name="posts"),
    path("settings/posts/<str:region>/new/", posts.fill_post, name="fill_post"),
    path("settings/posts/holders/<int:pk>/end/", posts.end_post, name="end_post"),
    path("jobs/", views.job_list, name="jobs"),
    path("jobs/<int:pk>/", views.job, name="job"),
    path("jobs/<int:pk>/report/", views.report, name="report"),
    path("", include("households.urls")),
    path("", include("publicity.urls")),
    path("", include("verification.urls")),
]
