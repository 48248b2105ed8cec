"""Every paper of every walked plan has a title, and its files a name of their own."""

import json
import re

import pytest

from tests.journeys.conftest import DEFAULT, NANYUE, python
from tests.journeys.test_plans import TOWNSHIPS

pytestmark = pytest.mark.slow

# What would be printed, without the printing: kind, the plan's number, title, names of files.
SCRIPT = """
import json, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "exitcase.settings"
import django
django.setup()
from exitcase.core.models import Programme
from exitcase.walk.papers import Placed
from verification.models import Case
from verification.services import papers
programme = Programme.objects.newest(sys.argv[1])
of_cases = papers.of_cases(Case.objects.filter(batch__programme=programme))
drafts = [one.draft for one in of_cases] + list(papers.of_region(programme, sys.argv[2]))
print(json.dumps([
    (one.sheet.kind, one.sheet.label, one.title, one.file_name("pdf"), one.region,
     Placed("", one).stem)
    for one in drafts
]))
"""
SANE = re.compile(r"[^\s\-.][^\x00-\x1f\\/:*?\"<>|]*-\d+\.pdf")


@pytest.mark.parametrize("key", [DEFAULT, *TOWNSHIPS])
def test_every_paper_has_a_title_and_a_file_name(walk, key):
    township = TOWNSHIPS.get(key, NANYUE)
    walked = walk(130 if key == DEFAULT else 60, township=township, programme=key)
    done = python(walked.data, "-c", SCRIPT, key, township, temp=walked.temp)
    rows = json.loads(done.stdout)
    assert rows
    for kind, _number, title, name, _region, _stem in rows:
        assert title.strip(), kind
        assert SANE.fullmatch(name), name
        assert title in name
    files = [(region, stem) for *_told, region, stem in rows]
    assert len(files) == len(set(files))  # no file is written over another


def test_the_plan_with_numbers_of_its_own_prints_all_eleven(walk):
    walked = walk(60, township=TOWNSHIPS["henan"], programme="henan")
    done = python(walked.data, "-c", SCRIPT, "henan", TOWNSHIPS["henan"], temp=walked.temp)
    numbers = {number for _kind, number, *_rest in json.loads(done.stdout)}
    assert numbers - {""} == {f"附件{at}" for at in range(1, 12)}
