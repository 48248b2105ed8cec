"""Which role may do which act at which level. The table is the policy; nothing else grants."""

from collections.abc import Collection, Iterable
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from exitcase.core.choices import Act, Level, Role
from exitcase.core.errors import NotAllowed, OutOfScope
from exitcase.core.models import Appointment, User
from exitcase.core.scope import WORK_ON_THEIRS, Scope

Rights = frozenset[tuple[Act, Level]]


def _at(level: Level, *acts: Act) -> Rights:
    return frozenset((act, level) for act in acts)


VILLAGE_FACTS: Final = (
    Act.RECORD_YEAR,
    Act.RECORD_VILLAGE,
    Act.CHANGE_MEMBER,
    Act.CORRECT,
    Act.RECORD_SURVEY,
    Act.HOLD_MEETING,
    Act.VOTE,
    Act.ASSESS,
    Act.SIGN,
    Act.REFUSE_TO_SIGN,
    Act.GIVE_MANDATE,
)
NOTICES: Final = (
    Act.DRAFT_NOTICE,
    Act.HANG,
    Act.ADD_EVIDENCE,
    Act.CLOSE_NOTICE,
    Act.STRIKE_OUT,
    Act.OBJECT,
    Act.ANSWER_OBJECTION,
)
MOVES: Final = (
    Act.PASS,
    Act.CLOSE,
    Act.SPLIT_OFF,
    Act.MERGE,
    Act.REFUSE,
    Act.WITHDRAW,
    Act.CEASE,
    Act.CONFIRM_CORRECTION,  # by the level that holds the case, by another than who entered it
)
AFTERWARDS: Final = (Act.RECTIFY, Act.EXPLAIN_HIT, Act.DELIVER, Act.ISSUE_PAPER)
CHECKS: Final = (Act.INSPECT, Act.ASSESS, Act.SIGN, Act.ADD_EVIDENCE, Act.ISSUE_PAPER)
DRAWS: Final = (Act.FREEZE, Act.DRAW, Act.RECHECK)
RELEASES: Final = (Act.RELEASE_NOTICE, Act.TAKE_DOWN, Act.SEND_BACK)
# Who looks after the level below, and its own, may ask where a list has got to.
REMINDS_TOWNSHIP: Final = _at(Level.VILLAGE, Act.REMIND) | _at(Level.TOWNSHIP, Act.REMIND)
REMINDS_DISTRICT: Final = REMINDS_TOWNSHIP | _at(Level.DISTRICT, Act.REMIND)
STAFFING: Final = (Act.RECORD_POST, Act.ASSIGN, Act.HAND_OVER)
# What stages ask of those who work at their level. Which stage stands at which level the plan
# says: a comparison or a mark may be the township's in one, the district's in another.
STAGE_WORK: Final = (
    *CHECKS,
    Act.COMPARE,
    Act.RAISE_HIT,
    Act.JUDGE_HIT,
    Act.PROPOSE,
    Act.MARK,
    Act.UNMARK,
    *DRAWS,
    *NOTICES,
    Act.ANNOUNCE,
    Act.SUBMIT,
    Act.RECALL,
    *MOVES,
    *AFTERWARDS,
    Act.FILE,
)

BUREAU_WORK: Final = (Act.COMPARE, Act.RAISE_HIT, Act.RECHECK, Act.ASSESS)

RIGHTS: Final[dict[Role, Rights]] = {
    Role.VILLAGE_CADRE: _at(
        Level.VILLAGE,
        Act.LIST,
        *VILLAGE_FACTS,
        *STAGE_WORK,
        Act.RELEASE_NOTICE,  # another cadre's draft; with one account the township releases
    ),
    Role.HELPER: _at(
        Level.VILLAGE,
        Act.RECORD_YEAR,
        Act.RECORD_SURVEY,
        Act.SIGN,
        Act.EXPLAIN_HIT,
        Act.RECTIFY,
    ),
    Role.WORK_TEAM: _at(
        Level.VILLAGE,
        *VILLAGE_FACTS,
        Act.HANG,
        Act.ADD_EVIDENCE,
        Act.OBJECT,
        *AFTERWARDS,
    ),
    Role.TOWNSHIP_OFFICER: REMINDS_TOWNSHIP
    | _at(
        Level.VILLAGE,  # the township enters what a village brings on paper, and takes it in
        Act.IMPORT,
        Act.SET_STATUS,
        *VILLAGE_FACTS,
        *STAGE_WORK,
        *RELEASES,
        Act.RECEIVE,
        *STAFFING,
    )
    | _at(
        Level.TOWNSHIP,
        Act.IMPORT,
        Act.SET_STATUS,
        Act.RECEIVE,
        Act.REFUSE_TO_SIGN,
        *STAGE_WORK,
        Act.SEND_BACK,
        *STAFFING,
    ),
    Role.TOWNSHIP_LEADER: REMINDS_TOWNSHIP
    | _at(Level.VILLAGE, *RELEASES)
    | _at(Level.TOWNSHIP, *RELEASES, Act.SIGN, Act.DECIDE, Act.RECHECK, Act.ISSUE_PAPER),
    Role.TOWNSHIP_STATION: _at(Level.TOWNSHIP, Act.COMPARE, Act.RAISE_HIT, Act.EXPLAIN_HIT),
    Role.BUREAU: _at(Level.TOWNSHIP, *BUREAU_WORK) | _at(Level.DISTRICT, *BUREAU_WORK),
    Role.DISTRICT_OFFICER: REMINDS_DISTRICT
    | _at(
        Level.VILLAGE,
        Act.IMPORT,
        Act.SET_STATUS,
        Act.HANG,  # the announcement, at a village's board
        Act.ADD_EVIDENCE,
        Act.TAKE_DOWN,
        Act.SEND_BACK,
        Act.OBJECT,
        Act.ANSWER_OBJECTION,
        *STAFFING,
    )
    | _at(
        Level.TOWNSHIP,
        *STAFFING,
        Act.RECEIVE,
        Act.SEND_BACK,
        Act.TAKE_DOWN,
        Act.HANG,
        Act.ADD_EVIDENCE,
        Act.OBJECT,
        Act.ANSWER_OBJECTION,
        Act.RECHECK,
    )
    | _at(
        Level.DISTRICT,
        Act.LOAD_PROGRAMME,
        Act.IMPORT,
        Act.SET_STATUS,
        *STAGE_WORK,
        Act.ANSWER_QUESTION,
        Act.DECIDE,  # entered by one for an organ outside, confirmed by another
        *RELEASES,
        Act.RECEIVE,
        *STAFFING,
    )
    | _at(
        Level.CITY,
        *STAGE_WORK,
        Act.DECIDE,
        Act.SEND_BACK,
        Act.RECEIVE,
        Act.ASSIGN,
        Act.HAND_OVER,
    ),
    Role.DISTRICT_INSPECTOR: _at(Level.DISTRICT, *CHECKS, Act.RAISE_HIT, Act.RECHECK),
    Role.DISTRICT_LEADER: REMINDS_DISTRICT
    | _at(Level.DISTRICT, *RELEASES, Act.DECIDE, Act.ISSUE_PAPER, Act.ANSWER_QUESTION),
    Role.CITY_INSPECTOR: _at(Level.CITY, *CHECKS, *DRAWS, Act.PASS, Act.CLOSE, Act.REFUSE),
    Role.AUDITOR: frozenset(),
    Role.SYSTEM_ADMIN: _at(Level.DISTRICT, Act.LOAD_REGIONS),
    Role.SECURITY_ADMIN: _at(Level.DISTRICT, Act.APPOINT, Act.DISMISS),
    Role.AUDIT_ADMIN: frozenset(),
}


# What a person does to one household at a time: who sees only a share does it there alone.
ONE_BY_ONE: Final = frozenset(
    {
        Act.RECORD_YEAR,
        Act.RECORD_SURVEY,
        Act.SIGN,
        Act.EXPLAIN_HIT,
        Act.RECTIFY,
        Act.INSPECT,
        Act.ASSESS,
    }
)


def may(scope: Scope, act: Act, level: Level, code: str) -> bool:
    """Whether somebody with this scope may do an act of a level in a region."""
    return bool(_rightful(scope, act, level, [code]))


def require_ever(scope: Scope, acts: Collection[Act]) -> None:
    """Raises `NotAllowed` where no post of the scope may do any of the acts, at whatever level."""
    rights = {act for one in scope.held for act, _level in RIGHTS[Role(one.role)]}
    if acts and rights.isdisjoint(acts):
        raise NotAllowed(_("您的职务不能办理此事"))


def require(by: User, act: Act, level: Level, codes: Iterable[str]) -> Appointment:
    """The appointment by which `by` may do this in all these regions.

    Raises `OutOfScope` where a region is none of theirs, `NotAllowed` where it is, but the right
    is not.
    """
    wanted = sorted(set(codes))
    found = _rightful(require_sight(by, wanted), act, level, wanted)
    if found is None:
        raise NotAllowed(_("您的职务不能办理此事"))
    return found


def require_sight(by: User, codes: Iterable[str]) -> Scope:
    """The person's scope, when all these regions lie in it. Raises `OutOfScope`.

    Without regions it is refused: a set act over nothing has no place.
    """
    scope, wanted = Scope.of(by), set(codes)
    seen = {one.region_id for one in scope.held}
    if not wanted or not all(any(code.startswith(own) for own in seen) for code in wanted):
        raise OutOfScope(_("没有找到,或不在您的管辖范围内"))
    return scope


def _rightful(scope: Scope, act: Act, level: Level, codes: list[str]) -> Appointment | None:
    """One of the appointments that give the right; all codes must lie under some of them."""
    able = able_to(scope, act, level).held
    over = [next((one for one in able if code.startswith(one.region_id)), None) for code in codes]
    return over[0] if over and all(over) else None


def roles_for(act: Act, level: Level) -> list[Role]:
    """Who may do an act of a level, by the table: to say whose it is."""
    return [role for role, rights in RIGHTS.items() if (act, level) in rights]


def able_to(scope: Scope, act: Act, level: Level) -> Scope:
    """The part of a scope by which an act of a level is allowed."""
    return Scope(tuple(one for one in scope.held if (act, level) in RIGHTS[Role(one.role)]))


def refuse_others(by: User, act: Act, level: Level, rows: QuerySet[Any]) -> None:
    """Helpers and inspectors work on their own: what is another's is not there (`OutOfScope`).

    Asked of acts done to single households, whose right has been asked before.
    """
    if act not in ONE_BY_ONE:
        return
    able = able_to(Scope.of(by), act, level)
    if not able.roles & WORK_ON_THEIRS:
        return
    own = able.filter(rows.model._default_manager.all())
    if rows.order_by().exclude(pk__in=own.values("pk")).exists():
        raise OutOfScope(_("没有找到,或不在您的管辖范围内"))


def two_people(maker: str | int | None, checker: str | int | None) -> None:
    """Who made a thing may not pass it: a right, not a gate. Raises `NotAllowed`.

    Both are accounts' ids, or names where only names are kept; an unknown maker is nobody's
    second.
    """
    if maker is None or checker is None or maker == checker:
        raise NotAllowed(_("经办人不能审核自己经办的事项,请由另一人办理"))
