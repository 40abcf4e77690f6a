"""How a plan becomes rows and audit entries, in the transaction of its act. What each step means in the log."""

from gateway.core.events import (
    Data,
    Outcome,
    SessionAdmissionRefused,
    SessionAdmitted,
    SessionEnded,
    SessionJoined,
    SessionLeft,
    SessionRemoved,
    SessionSeatTaken,
    SessionWaiting,
)
from gateway.core.ids import SeatId
from gateway.guard import Deed
from gateway.sessions import rows
from gateway.sessions.messages import Device
from gateway.sessions.plan import Plan, Step
from gateway.sessions.session import CAUSES, LiveSession
from gateway.sessions.state import SeatEvent, SeatState, SessionEvent, SessionState

ENDS = frozenset({SeatState.LEFT, SeatState.DECLINED, SeatState.REMOVED})


async def write(deed: Deed, live: LiveSession, plan: Plan) -> None:
    """Write what the plan changes, and say so in the log."""
    session = live.record.id
    for step in plan.steps:
        await _change_row(deed, live, step)
        for data in _entries(live, plan, step):
            refused = isinstance(data, SessionAdmissionRefused)
            outcome = Outcome.REFUSED if refused else Outcome.SUCCESS
            deed.record(data, outcome=outcome, reason=step.reason, subject=step.subject, session=session)
    if plan.session is SessionEvent.OPEN:
        await rows.change_session(deed.unit, session, state=SessionState.OPEN.value, opened_at=deed.at)
    elif plan.session is not None:
        await rows.change_session(deed.unit, session, state=SessionState.ENDED.value, ended_at=deed.at)
        deed.record(_ended(deed, live, plan), session=session)


async def _change_row(deed: Deed, live: LiveSession, step: Step) -> None:
    values: dict[str, object] = {"state": step.after.value, "since": deed.at}
    if step.event in (SeatEvent.ADMIT, SeatEvent.ENTER):
        values["admitted_at"] = deed.at
        await rows.use_invitation_of(deed.unit, step.seat, deed.at)
    if step.after in ENDS:
        values["ended_at"] = deed.at
    if step.event is SeatEvent.REPLACE:
        values["device"] = _device_after(live, step)
    await rows.change_seat(deed.unit, step.seat, **values)


def _entries(live: LiveSession, plan: Plan, step: Step) -> list[Data]:  # noqa: PLR0911  (one line a step)
    """Return what the log says of one step."""
    seat, role, by = step.seat, step.role, plan.by
    reason = step.reason or ""
    device = live.seats[seat].device
    match step.event:
        case SeatEvent.ASK:
            method = "account" if live.seats[seat].is_staff else "invitation"
            return [SessionWaiting(seat=seat, role=role, device=device, identity_method=method)]
        case SeatEvent.ENTER:
            return [SessionJoined(seat=seat, role=role)]
        case SeatEvent.ADMIT:
            return [SessionAdmitted(seat=seat, role=role, by=_by(by)), SessionJoined(seat=seat, role=role)]
        case SeatEvent.DENY:
            return [SessionAdmissionRefused(seat=seat, reason=reason, by=by, count=1)]
        case SeatEvent.REPLACE:
            return [SessionSeatTaken(seat=seat, role=role, device=_device_after(live, step))]
        case SeatEvent.REMOVE:
            return [SessionRemoved(seat=seat, role=role, reason=reason, seconds=step.seconds)]
        case SeatEvent.LOSE | SeatEvent.RESUME:
            return []
        case _:
            return [SessionLeft(seat=seat, role=role, reason=reason, seconds=step.seconds)]


def _device_after(live: LiveSession, step: Step) -> Device:
    """Return what the seat's device is once the link was opened again: another, unless it was already known as such."""
    device = live.seats[step.seat].device
    return "again" if device == "first" else device


def _by(seat: SeatId | None) -> str:
    return seat or "system"


def _ended(deed: Deed, live: LiveSession, plan: Plan) -> SessionEnded:
    assert plan.session is not None  # noqa: S101  (for the type checker: the caller asked)
    seconds = 0 if live.opened_at is None else int((deed.at - live.opened_at).total_seconds())
    came = [seat for seat in live.seats.values() if seat.joined_at is not None]
    return SessionEnded(by=plan.by, cause=CAUSES[plan.session], seconds=max(0, seconds), seats=len(came))
