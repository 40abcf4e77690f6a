"""The words of what can be asked: of one form, and never two for one thing."""

import re

import pytest

from gateway.core.actions import Action


@pytest.mark.parametrize("action", Action)
def test_an_action_is_spelled_as_its_name(action: Action) -> None:
    assert re.fullmatch(r"[a-z_]+(\.[a-z_]+)?", action.value)
    assert action.name == action.value.upper().replace(".", "_")


def test_no_word_stands_for_two_things() -> None:
    assert len({action.value for action in Action}) == len(Action.__members__)
