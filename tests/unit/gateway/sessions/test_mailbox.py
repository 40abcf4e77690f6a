"""A seat's mailbox: numbers, repeats, and knows what it does not know."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.sessions.mailbox import RING, Mailbox
from gateway.sessions.messages import LARGEST, UNNUMBERED, Notice


def notice() -> Notice:
    return Notice(seq=UNNUMBERED, code="audit_back")


def test_messages_are_numbered_one_after_the_other() -> None:
    mailbox = Mailbox(3)
    start = mailbox.last
    assert [mailbox.put(notice()).seq for _ in range(3)] == [start + 1, start + 2, start + 3]
    assert mailbox.last == start + 3


def test_what_was_missed_is_repeated_in_order_and_nothing_else() -> None:
    mailbox = Mailbox(3)
    sent = [mailbox.put(notice()) for _ in range(5)]
    assert mailbox.since(sent[1].seq) == sent[2:]
    assert mailbox.since(sent[-1].seq) == []


def test_a_client_that_saw_nothing_yet_resumes_from_the_start() -> None:
    mailbox = Mailbox(3)
    start = mailbox.last
    sent = [mailbox.put(notice()) for _ in range(2)]
    assert mailbox.since(start) == sent


def test_what_is_too_old_is_not_known_any_more() -> None:
    mailbox = Mailbox(3)
    start = mailbox.last
    sent = [mailbox.put(notice()) for _ in range(RING + 1)]
    assert mailbox.since(start) is None
    assert mailbox.since(start + 1) == sent[1:]


def test_what_is_forgotten_is_not_repeated() -> None:
    mailbox = Mailbox(3)
    start = mailbox.last
    mailbox.put(notice())
    mailbox.forget()
    assert mailbox.since(start) is None
    assert mailbox.since(mailbox.last) == []


def test_a_number_from_the_future_is_not_ours() -> None:
    mailbox = Mailbox(3)
    assert mailbox.since(mailbox.last + 1) is None


@given(old=st.integers(0, 2**32 - 1), new=st.integers(0, 2**32 - 1), sent=st.integers(0, 300), more=st.integers(0, 300))
def test_numbers_of_another_incarnation_are_never_taken_for_ours(old: int, new: int, sent: int, more: int) -> None:
    before, after = Mailbox(old), Mailbox(new)
    for _ in range(sent):
        before.put(notice())
    for _ in range(more):
        after.put(notice())
    assert (after.since(before.last) is None) or old == new
    assert before.last <= LARGEST
