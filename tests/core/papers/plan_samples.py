"""Sample sheets of the papers that plans other than the first have by number; nobody exists."""

from dataclasses import fields, replace
from datetime import date

from exitcase.core.choices import Capacity, PaperKind
from exitcase.core.papers.sheets import (
    ActSheet,
    ClearCardSheet,
    Consent,
    Locality,
    ReportSheet,
    Signer,
    VoteSheet,
)
from tests.core.papers import more_samples as more
from tests.core.papers import samples as s

DAY = date(2019, 10, 13)
PLAN = "2019年白果镇贫困退出实施方案"
STEPS = ("民主评议", "核实", "认可", "村级公示")
LONG = "麦麦提吐尔逊·阿卜杜热西提"
RARE = "欧阳䶮𠅤"


def card(count=4, **changes):
    """核查明白卡, filled in by the helper and agreed to by the head."""
    form = s.finished(count)
    told = {one.name: getattr(form, one.name) for one in fields(form)}
    told |= {
        "kind": PaperKind.CLEAR_CARD,
        "label": "附件4",
        "imprint": s.imprint("2019年度脱贫核查明白卡", "430412100203-017"),
        "levels": ("村",),
        "indicators": tuple(replace(row, results=row.results[:1]) for row in form.indicators),
        "appraisal": None,
        "check": None,
        "inspection": None,
        "consent": Consent(
            agreed=True,
            capacity=Capacity.HEAD,
            relation="本人",
            signer=Signer(role="户主", name=form.head, on=DAY),
        ),
        "checked_on": DAY,
        "mode": "入户",
        "verifiers": s.signers(
            ("村干部", "驻村工作队员", "第一书记"), DAY, ("石爱莲", "阳春桃", RARE)
        ),
        **changes,
    }
    return ClearCardSheet(**told)


def crowded_card():
    """Everything long at once, and more people than the form of the first plan has lines."""
    long = s.stress()
    names = (LONG, RARE, *(row.name for row in long.members[2:]))
    people = tuple(replace(row, name=name) for row, name in zip(long.members, names, strict=True))
    return card(
        head=LONG,
        place=long.place,
        income=long.income,
        measures=long.measures,
        helper_organ=long.helper_organ,
        members=(*people, *s.members(12)[8:]),
        persons=12,
    )


def vote(**changes):
    """表决票 of one household, after the count."""
    sheet = VoteSheet(
        label="附件2",
        organ="村两委",
        imprint=s.imprint("逐户表决票", "430412100203-017"),
        year=2019,
        place=s.PLACE,
        meeting="村民代表会议 第1次",
        on=date(2019, 10, 12),
        venue="村部会议室",
        due=23,
        came=21,
        rule="应到人数2/3以上到会，同意票超过到会人数1/2",
        household_number="990412100203017",
        head=LONG,
        persons=5,
        yes=18,
        no=1,
        abstained=1,
        withdrew=1,
        carried=True,
        note="有一人认为其务工收入不稳定",
        signers=(
            Signer(role="唱票人"),
            Signer(role="计票人"),
            Signer(role="监票人", name=RARE),
            Signer(role="主持人", name="向光明"),
        ),
    )
    return replace(sheet, **changes)


def report(kind=PaperKind.VILLAGE_REPORT, failed=1):
    """A list sent up with a letter: the figures of 附件2."""
    form = more.village_submission()
    one = form.failed[0]
    told = {one.name: getattr(form, one.name) for one in fields(form)}
    told |= {
        "kind": kind,
        "label": "附件6",
        "imprint": s.imprint("关于村级拟退出贫困户的报告", "430412100203-1"),
        "signers": (),
        "failed": tuple(replace(one, head=RARE if at else LONG) for at in range(failed)),
    }
    return ReportSheet(**told, basis=PLAN, steps=STEPS)


def transfer(count=3):
    rows = tuple(
        replace(row, head=head)
        for row, head in zip(more.public_rows(count), (LONG, RARE, "石爱莲"), strict=True)
    )
    return ActSheet(
        kind=PaperKind.TRANSFER,
        label="附件11",
        organ="白果镇人民政府",
        imprint=s.imprint("批转", "PZ-2019-430412100203-1"),
        year=2019,
        masthead="白果镇人民政府文件",
        document_number="白政发〔2019〕21号",
        title=("白果镇人民政府", "关于批转2019年度贫困户退出批复的通知"),
        addressee="石桥村村两委",
        basis=PLAN,
        steps=STEPS,
        scope="白果镇石桥村",
        granted=more.total(rows),
        verb="获准退出",
        reference="县扶贫开发领导小组《批复》（云扶领〔2019〕8号）",
        attachment="2019年度贫困户退出名单",
        sealer="白果镇人民政府",
        on=date(2019, 11, 8),
        rows=rows,
    )


def far_away(sheet):
    """The same in a place whose names are long."""
    place = Locality(county="云岭自治", township="白果坪土家族", village="石桥头", group="十一")
    return replace(sheet, place=place)
