"""Who counts as a stranger: their refusals are counted, everyone else's are written one by one."""

import pytest

from gateway.core.events import OPERATOR, STRANGER, SYSTEM, Actor, ActorKind
from gateway.core.ids import SeatId, SubjectId
from gateway.policy.ask import Caller


@pytest.mark.parametrize(
    ("actor", "stranger"),
    [
        (STRANGER, True),
        (SYSTEM, True),
        (OPERATOR, False),
        (Actor(ActorKind.STAFF, SubjectId("usr_1"), "specialist"), False),
        (Actor(ActorKind.PARTICIPANT, SubjectId("prt_1"), "participant", SeatId("st_1")), False),
        (Actor(ActorKind.PARTICIPANT, seat=SeatId("st_1")), False),
    ],
)
def test_a_stranger_has_neither_a_seat_nor_a_sign_in_nor_a_role(actor: Actor, *, stranger: bool) -> None:
    assert Caller(actor).is_stranger is stranger
