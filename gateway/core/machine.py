"""State machines are tables; this is the only interpreter, and the only drawer.

A table maps (state, event) to the next state. A pair that is not in the table is our bug, and changes nothing.
Guards that need data are not conditions in here: they are different events.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from gateway.core.errors import IllegalTransition

S = TypeVar("S", bound=StrEnum)
E = TypeVar("E", bound=StrEnum)


def step(transitions: Mapping[tuple[S, E], S], state: S, event: E) -> S:
    """Return the state after `event`.

    Raises:
        IllegalTransition: the table has no such step.
    """
    try:
        return transitions[state, event]
    except KeyError:
        raise IllegalTransition(f"{event} in {state}") from None


def is_legal(transitions: Mapping[tuple[S, E], S], state: S, event: E) -> bool:
    """Return whether the table has a step for `event` in `state`."""
    return (state, event) in transitions


def ends(transitions: Mapping[tuple[S, E], S]) -> frozenset[S]:
    """Return the states without a way out."""
    return frozenset(transitions.values()) - {state for state, _ in transitions}


def mermaid(transitions: Mapping[tuple[S, E], S], initial: S) -> str:
    """Return the table as a Mermaid state diagram, one line per step, in the order of the table."""
    lines = ["stateDiagram-v2", f"    [*] --> {initial}"]
    lines += [f"    {state} --> {after}: {event}" for (state, event), after in transitions.items()]
    lines += [f"    {state} --> [*]" for state in sorted(ends(transitions))]
    return "\n".join(lines)
