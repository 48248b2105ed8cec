"""What a web server calls."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "exitcase.settings")
application = get_wsgi_application()

from exitcase.core.services.house import refuse_mixed  # noqa: E402  # needs the apps loaded

refuse_mixed()
