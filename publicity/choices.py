"""Words of notices and objections."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class NoticeKind(TextChoices):
    """公示 asks for objections and has a term; 公告 tells a decision and has none."""

    NOTICE = "notice", _("公示")
    ANNOUNCEMENT = "announcement", _("公告")


class NoticeState(TextChoices):
    """The machine of a notice (DESIGN 5)."""

    DRAFT = "draft", _("拟稿")
    HANGING = "hanging", _("公示中")
    CLOSED = "closed", _("期满")
    TAKEN_DOWN = "taken_down", _("已撤下")


class Moment(TextChoices):
    """When a photo of a posting was taken: both ends are required (DESIGN 10)."""

    START = "start", _("张贴时")
    BETWEEN = "between", _("期间")
    END = "end", _("期满时")


class ObjectionKind(TextChoices):
    """异议 against a notice; 申诉 against a decision, at any time: also against having exited."""

    OBJECTION = "objection", _("异议")
    APPEAL = "appeal", _("申诉")
    WRONG_EXIT = "wrong_exit", _("错退申诉")


class Channel(TextChoices):
    """How an objection came in."""

    ORAL = "oral", _("口头")
    WRITTEN = "written", _("书面")
    PHONE = "phone", _("电话")
    WEB = "web", _("网上")


class Outcome(TextChoices):
    """What the check of an objection came to."""

    UPHELD = "upheld", _("成立")
    DISMISSED = "dismissed", _("不成立")
