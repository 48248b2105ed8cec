"""mutmut over what decides: the gates, the notice clock, both machines and their one door.

    python -m tests.mutants run --max-children 2     then     python -m tests.mutants results

mutmut leaves every decorated function alone, for some decorators cannot bear it; and so the very
questions of our gates. `@gate(…)` only wraps its question, by name, and is let in here. What runs
at import, before any mutant is chosen, could only seem to survive and is left out.
"""

from typing import Any

import libcst as cst
from mutmut.__main__ import cli
from mutmut.mutation import file_mutation
from mutmut.mutation.file_mutation import MutationVisitor

AT_IMPORT = frozenset({"gate", "opens", "granted_done"})
_leaves_out = MutationVisitor._skip_node_and_children
_arranged = file_mutation.function_trampoline_arrangement


def _leaves_out_but_gates(visitor: MutationVisitor, node: cst.CSTNode) -> bool:
    if isinstance(node, cst.FunctionDef):
        if node.name.value in AT_IMPORT:
            return True
        if _is_gate(node):
            return False
    return _leaves_out(visitor, node)


def _arranged_bare(function: cst.FunctionDef, mutants: Any, class_name: str | None) -> Any:
    """Of a gate, only what stands under its name is wrapped: its copies are plain questions."""
    if not _is_gate(function):
        return _arranged(function, mutants, class_name)
    declared, methods, assigned, names = _arranged(
        function.with_changes(decorators=()), mutants, class_name
    )
    first: Any = methods[0]
    outermost = first.with_changes(decorators=[*function.decorators, *first.decorators])
    return declared, [outermost, *methods[1:]], assigned, names


def _is_gate(function: cst.FunctionDef) -> bool:
    return [_called(one) for one in function.decorators] == ["gate"]


def _called(decorator: cst.Decorator) -> str:
    call = decorator.decorator
    named = call.func if isinstance(call, cst.Call) else call
    return named.value if isinstance(named, cst.Name) else ""


MutationVisitor._skip_node_and_children = _leaves_out_but_gates  # type: ignore[method-assign]
file_mutation.function_trampoline_arrangement = _arranged_bare

if __name__ == "__main__":
    cli()
