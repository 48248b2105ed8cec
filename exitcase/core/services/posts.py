"""签字职务: at which level each is held, by one or by several, and which the plans ask for."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from exitcase.core.choices import Level, Post
from exitcase.core.errors import Refused
from exitcase.core.models import PostHolder
from exitcase.core.models.region import level_of
from exitcase.core.rules import Rules
from exitcase.core.words import word

# The usual level first. A household, its helper and any villager sign or speak for themselves:
# nobody is put into such a post.
HELD_AT: Final[dict[Post, tuple[Level, ...]]] = {
    Post.APPRAISAL_LEADER: (Level.VILLAGE,),
    Post.VILLAGE_SECRETARY: (Level.VILLAGE,),
    Post.VILLAGE_DIRECTOR: (Level.VILLAGE,),
    Post.VILLAGE_CADRE: (Level.VILLAGE,),
    Post.VILLAGE_REP: (Level.VILLAGE,),
    Post.TEAM_LEADER: (Level.VILLAGE,),
    Post.TEAM_MEMBER: (Level.VILLAGE,),
    Post.FIRST_SECRETARY: (Level.VILLAGE,),
    Post.TOWNSHIP_CADRE: (Level.TOWNSHIP,),
    Post.AREA_CADRE: (Level.TOWNSHIP,),
    Post.TOWNSHIP_LEADER: (Level.TOWNSHIP,),
    Post.FOUR_POSTS: (Level.TOWNSHIP,),
    Post.MUTUAL_CHECKER: (Level.TOWNSHIP, Level.DISTRICT),
    Post.DISTRICT_INSPECTOR: (Level.DISTRICT,),
    Post.POVERTY_OFFICE_STAFF: (Level.DISTRICT, Level.TOWNSHIP),
    Post.CITY_INSPECTOR: (Level.DISTRICT, Level.CITY),  # a city that never logs in: the district's
}
# One person's at a time; of every other post there may be several.
ONE_HOLDER: Final = frozenset(
    {
        Post.APPRAISAL_LEADER,
        Post.VILLAGE_SECRETARY,
        Post.VILLAGE_DIRECTOR,
        Post.TEAM_LEADER,
        Post.FIRST_SECRETARY,
    }
)


def held_at(level: Level) -> list[Post]:
    """The posts that are held at a level."""
    return [post for post, levels in HELD_AT.items() if level in levels]


def asked_at(level: Level, plans: Iterable[Rules]) -> list[Post]:
    """The posts without which these plans' papers stay unsigned or their meetings incomplete.

    Each at its usual level. Who may visit a household is a choice among posts, so none of those
    is missed.
    """
    asked: set[Post] = set()
    for stage in (stage for rules in plans for stage in rules.stages):
        asked.update(stage.signers.slots if stage.signers else ())
        asked.update((*stage.body.members, *stage.body.overseers) if stage.body else ())
    return [post for post, levels in HELD_AT.items() if levels[0] == level and post in asked]


def refuse_level(region: str, post: Post) -> None:
    """A post written down higher up would sign for every village below. Raises `Refused`."""
    level, levels = level_of(region), HELD_AT.get(post, ())
    if level not in levels:
        raise Refused(
            _("这一职务不在这一级任职"),
            place=word(post),
            value=f"{region} {word(level)}",
            rule="、".join(word(one) for one in levels) or _("本人签字,不另登记任职人"),
        )


def refuse_takeover(region: str, post: Post, since: date) -> None:
    """Whom a successor would turn out, and on which day. Raises `Refused`.

    Several who hold the post at once do not all go because one comes; who holds it keeps at least
    one day.
    """
    held = list(PostHolder.objects.on(since).filter(region=region, post=post, acting=False))
    if len(held) > 1:
        raise Refused(
            _("这一职务现有 %d 人在任,不能由一人接任") % len(held),
            place=word(post),
            value="、".join(one.name for one in held),
            rule=_("增加一人的,选择与现任并列;有人卸任的,先逐人登记卸任"),
        )
    if held and held[0].since >= since:
        raise Refused(
            _("接任日期须晚于现任的任职日期"),
            place=word(post),
            value=since.isoformat(),
            rule=_("%(name)s 自 %(day)s 任职")
            % {"name": held[0].name, "day": held[0].since.isoformat()},
        )


def refuse_ended(holder: PostHolder, today: date) -> None:
    """Papers were signed by who held the post: its past is not written anew. Raises `Refused`."""
    if holder.until and holder.until < today:
        raise Refused(
            _("该任职已登记卸任"),
            place=f"{word(Post(holder.post))} {holder.name}",
            value=holder.until.isoformat(),
        )
