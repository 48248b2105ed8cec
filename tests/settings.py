"""The product's settings in a folder that is thrown away, without what would only slow tests."""

import atexit
import os
import shutil
import tempfile

if "EXITCASE_DATA" not in os.environ:
    # In the environment, so that the processes of one run share it.
    os.environ["EXITCASE_DATA"] = tempfile.mkdtemp(prefix="exitcase-tests-")
    atexit.register(shutil.rmtree, os.environ["EXITCASE_DATA"], ignore_errors=True)

from exitcase.settings import *  # noqa: F403  # after the folder is known

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast; nothing to protect
# A browser keeps its line to the live server open, and with it a thread: the thread's connection
# must not outlive the answer, or the database cannot be dropped at the end.
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405  # from the product's settings
AXES_ENABLED = False  # the tests of the lock-out switch it on
