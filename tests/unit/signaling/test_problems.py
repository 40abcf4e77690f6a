"""The table of problems: every row is complete, and an error never says more than its row."""

import re
from http import HTTPStatus

import pytest

from gateway.core.errors import CapacityError, Denied, IntegrityError, SottoError, StoreError
from signaling.problems import PROBLEMS, code_of, document

OWN_CLOSES = range(4400, 4411)
STANDARD_CLOSES = {1002, 1007, 1008, 1009, 1011, 1012, 1013}


@pytest.mark.parametrize("code", PROBLEMS)
def test_every_row_is_complete(code: str) -> None:
    problem = PROBLEMS[code]
    assert re.fullmatch(r"[a-z][a-z_]{1,40}", code)
    assert problem.status >= HTTPStatus.BAD_REQUEST
    assert problem.close in STANDARD_CLOSES or problem.close in OWN_CLOSES
    assert problem.sentence.endswith(".")
    assert problem.sentence[0].isupper()


def test_a_problem_document_is_rfc_9457_with_a_code() -> None:
    status, body, headers = document(Denied("not_found", "Maria's session"))
    assert (status, headers) == (HTTPStatus.NOT_FOUND, {})
    sentence = PROBLEMS["not_found"].sentence
    title = "Not Found"
    expected = {"type": "urn:sotto:error:not_found", "title": title, "status": 404, "code": "not_found"}
    assert body == {**expected, "detail": sentence}


def test_what_nobody_planned_is_internal_and_says_nothing() -> None:
    for error in (ValueError("Maria"), SottoError("Maria"), IntegrityError("Maria")):
        status, body, _ = document(error)
        assert (status, body["code"]) == (HTTPStatus.INTERNAL_SERVER_ERROR, "internal")
        assert "Maria" not in str(body)


def test_a_database_that_fails_is_a_log_that_cannot_be_written() -> None:
    assert code_of(StoreError("disk /dev/sda1 is full", code="store_full")) == "audit_unavailable"


def test_a_refusal_carries_the_id_of_its_entry_and_a_limit_says_how_long() -> None:
    assert document(Denied("role_not_permitted", event="0190"))[1]["event"] == "0190"
    assert document(CapacityError("too_many_attempts", retry_after=8))[2] == {"Retry-After": "8"}
    assert document(CapacityError("too_many_attempts"))[2] == {}
