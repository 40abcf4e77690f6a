"""The tree of errors: every class says who must act, and `code` is the one stable word of it."""

import inspect
import re

import pytest

from gateway.core import errors
from gateway.core.errors import CapacityError, ConfigError, Denied, NotAuthenticated, NotFound, SottoError, StoreError

CLASSES = [each for _, each in inspect.getmembers(errors, inspect.isclass) if issubclass(each, SottoError)]


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_error_is_drawn_in_the_tree_with_its_code(kind: type[SottoError]) -> None:
    drawn = inspect.getdoc(errors) or ""
    assert re.search(rf"\b{kind.__name__}\b", drawn)
    assert re.fullmatch("[a-z_]+", kind.code)


def test_an_error_without_words_says_its_code() -> None:
    assert str(SottoError()) == "internal"
    assert str(StoreError(code="store_locked")) == "store_locked"
    assert str(StoreError("the disk is full", code="store_full")) == "the disk is full"


def test_a_code_given_to_one_error_does_not_become_that_of_its_class() -> None:
    assert StoreError(code="store_full").code == "store_full"
    assert StoreError().code == "store_unavailable"


def test_a_configuration_error_carries_every_problem() -> None:
    error = ConfigError(["port is 0", "origin is missing"])
    assert error.problems == ("port is 0", "origin is missing")
    assert str(error) == "port is 0; origin is missing"


def test_a_refusal_names_its_event_and_the_two_special_ones_are_refusals() -> None:
    assert Denied("declined", event="0196").event == "0196"
    assert isinstance(NotAuthenticated(), Denied)
    assert isinstance(NotFound(), Denied)
    assert (NotAuthenticated().code, NotFound().code) == ("not_authenticated", "not_found")
    assert NotFound(code="session_closed").code == "session_closed"


def test_a_limit_may_say_when_to_come_back() -> None:
    assert CapacityError("too_many_attempts", retry_after=5).retry_after == 5
    assert CapacityError("session_full").retry_after is None
