"""django-fsm, made safe; and the link from a transition to its gates."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import AppConfig, apps
from django.core.checks import CheckMessage, Error
from django.db.models import Model, QuerySet
from django_fsm import ConcurrentTransitionMixin, FSMFieldMixin, Transition

from exitcase.core.choices import Act, StageKind
from exitcase.core.gates import GateBook, GateSet


class SafeFSM(ConcurrentTransitionMixin):
    """A protected state that survives a failed refresh.

    django-fsm-2 unprotects the field *on the class* while it refreshes, without try/finally: one
    DoesNotExist, or another thread, and any code may assign the state for the process's life.
    We forget this instance's value instead, and put it back when the refresh brought none.
    """

    def refresh_from_db(
        self,
        using: str | None = None,
        fields: Iterable[str] | None = None,
        from_queryset: QuerySet[Any] | None = None,
    ) -> None:
        wanted = self._loaded() if fields is None else list(fields)
        kept = {name: self.__dict__.pop(name) for name in self._protected() & set(self.__dict__)}
        try:
            Model.refresh_from_db(self, using, wanted, from_queryset)
        finally:
            # The mixin loads the state even for `fields=["n"]`; only what was asked for counts,
            # or an unsaved transition would look as if it had come from the database.
            unasked = {name: value for name, value in kept.items() if name not in wanted}
            self.__dict__.update({**kept, **self.__dict__, **unasked})
        if self._protected() & set(wanted):
            self._update_initial_state()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refuse to save a changed state: it would have no journal row. Services move by UPDATE."""
        if not self._state.adding and self._turned():
            raise RuntimeError(f"{self._meta.label}: a state is moved by core.moves, not by save()")
        super().save(*args, **kwargs)

    def _turned(self) -> bool:
        loaded = self._ConcurrentTransitionMixin__initial_states  # type: ignore[attr-defined]
        now = {name: self.__dict__.get(name) for name in self._protected()}
        return any(now[name] != loaded.get(name) for name in now)

    def _protected(self) -> set[str]:
        found = (f for f in self._meta.concrete_fields if isinstance(f, FSMFieldMixin))
        return {f.attname for f in found if f.protected}

    def _loaded(self) -> list[str]:
        # A popped state looks deferred, and Django skips what is deferred: so spell all out.
        deferred = self.get_deferred_fields() - self._protected()
        return [f.attname for f in self._meta.concrete_fields if f.attname not in deferred]


@dataclass(frozen=True)
class Opens:
    """A django-fsm condition that asks the gate set of this act and the row's kind of stage.

    Lazy, so that models need not import gates: the book is hung on the app's config in `ready`.
    """

    act: Act
    kinds: frozenset[StageKind]

    def __call__(self, row: Any) -> bool:
        ask = row.ask()
        kind = ask.stage.kind
        return kind in self.kinds and gates_of(type(row), self.act, kind).open_for(row, ask)


def opens(act: Act, *kinds: StageKind) -> Opens:
    """The condition of a transition; without kinds, the act is possible at every stage."""
    return Opens(act, frozenset(kinds or StageKind))


def book(model: type[Model]) -> GateBook:
    config: Any = apps.get_app_config(model._meta.app_label)
    gates: GateBook = getattr(config, "gates", {})
    return gates


def gates_of(model: type[Model], act: Act, kind: StageKind) -> GateSet:
    return book(model)[act, kind]


def transitions(model: type[Model]) -> Iterator[Transition]:
    """Every (source, transition) pair of a model, as django-fsm collected them."""
    for field in model._meta.concrete_fields:
        if isinstance(field, FSMFieldMixin):
            yield from field.get_all_transitions(model)


def opens_in(transition: Transition) -> list[Opens]:
    return [condition for condition in transition.conditions if isinstance(condition, Opens)]


def sources(model: type[Model], act: Act, kind: StageKind) -> frozenset[str]:
    """From which states the machine allows an act at a kind of stage: the set path asks this."""
    return frozenset(
        str(move.source)
        for move in transitions(model)
        if any(door.act == act and kind in door.kinds for door in opens_in(move))
    )


def check_gates(app_configs: Sequence[AppConfig] | None, **_: object) -> list[CheckMessage]:
    """Every transition has a gate set for each of its kinds, if only an empty one."""
    models = [
        model for config in app_configs or apps.get_app_configs() for model in config.get_models()
    ]
    return [problem for model in models for problem in _holes(model)]


def _holes(model: type[Model]) -> Iterator[CheckMessage]:
    for name, doors in {move.name: opens_in(move) for move in transitions(model)}.items():
        where = f"{model.__name__}.{name}"
        if len(doors) != 1:
            yield Error(f"{where} needs exactly one opens(…)", obj=model, id="core.E001")
        for door in doors:
            for kind in sorted(door.kinds):
                if (door.act, kind) not in book(model):
                    yield Error(
                        f"{where}: no gate set for {door.act} at {kind}", obj=model, id="core.E002"
                    )
