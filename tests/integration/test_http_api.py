"""The HTTP API as a browser meets it."""

import json

import pytest

from gateway.accounts.roles import Role
from tests.support.house import PASSWORD, House


async def test_staff_plan_a_session_invite_and_end_it(house: House) -> None:
    staff = await house.staff()
    session = await staff.new_session(kind="group", max_minutes=60)
    invitation = await staff.invite(session)
    status, seen = await staff.get(f"/api/sessions/{session}")
    assert (status, seen["state"], seen["kind"], seen["mine"]) == (200, "planned", "group", True)
    assert [(link["role"], link["state"]) for link in seen["invitations"]] == [("participant", "open")]
    assert invitation not in json.dumps(seen)
    status, ended = await staff.post(f"/api/sessions/{session}/end")
    assert (status, ended["state"]) == (200, "ended")
    status, listed = await staff.get("/api/sessions")
    assert [each["id"] for each in listed["sessions"]] == [session]


async def test_a_link_gives_a_seat_with_a_ticket_and_a_cookie(house: House) -> None:
    staff = await house.staff()
    session = await staff.new_session()
    invitation = await staff.invite(session)
    guest = house.visitor()
    async with guest.session.post("/api/seats", json={"invitation": invitation}) as response:
        assert response.status == 201
        seat = await response.json()
        cookie = response.headers["Set-Cookie"]
    assert set(seat) == {"seat", "session", "role", "ticket"}
    assert cookie.startswith(f"sotto-seat-{seat['seat']}=")
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert seat["ticket"] not in cookie


async def test_a_get_of_the_link_uses_nothing_up(house: House) -> None:
    staff = await house.staff()
    session = await staff.new_session()
    invitation = await staff.invite(session)
    guest = house.visitor()
    for _ in range(3):
        async with guest.session.get(f"/j/{invitation}") as response:
            assert response.status == 200
    _, seen = await staff.get(f"/api/sessions/{session}")
    assert (seen["seats"], seen["invitations"][0]["state"]) == ([], "open")


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("/api/sign-in", {"email": "nobody@sunrise.example", "password": "x" * 20}, "sign_in_refused"),
        ("/api/seats", {"invitation": "x" * 32}, "invitation_invalid"),
        ("/api/seats", {"session": "ses_000000000000"}, "not_authenticated"),
        ("/api/seats", {}, "malformed"),
        ("/api/sessions", {}, "not_authenticated"),
        ("/api/sign-in", {"email": "a", "password": "b", "more": 1}, "malformed"),
        ("/api/setup", {"token": "x", "password": PASSWORD}, "setup_link_invalid"),
        ("/api/step-up", {"password": PASSWORD}, "not_authenticated"),
    ],
)
async def test_a_stranger_gets_a_stable_code_and_a_sentence(house: House, path: str, body: object, code: str) -> None:
    status, problem = await house.visitor().post(path, body)
    assert (problem["code"], problem["type"], problem["status"]) == (code, f"urn:sotto:error:{code}", status)
    assert problem["detail"].endswith(".")


async def test_strangers_are_counted_and_not_written_one_by_one(house: House) -> None:
    stranger = house.visitor()
    for _ in range(5):
        await stranger.post("/api/seats", {"invitation": "x" * 32})
    await house.gateway.guard.catch_up(house.gateway.clock.now(), everything=True)
    reader = await house.staff(Role.COMPLIANCE)
    _, found = await reader.get("/api/audit?type=session.admission_refused")
    assert [(each["reason"], each["data"]["count"]) for each in found["events"]] == [("invitation_invalid", 5)]


async def test_a_wrong_role_is_refused_and_the_refusal_is_in_the_log(house: House) -> None:
    reader, staff = await house.staff(Role.COMPLIANCE), await house.staff()
    status, problem = await reader.post("/api/sessions", {})
    assert (status, problem["code"]) == (403, "role_not_permitted")
    _, found = await reader.get("/api/audit?type=access.refused")
    assert (found["events"][0]["id"], found["events"][0]["data"]["action"]) == (problem["event"], "session.create")
    status, problem = await staff.get("/api/audit")
    assert (status, problem["code"]) == (403, "role_not_permitted")


async def test_somebody_elses_session_looks_like_none(house: House) -> None:
    one, other = await house.staff(), await house.staff(Role.SUPERVISOR)
    session = await one.new_session()
    theirs = await other.get(f"/api/sessions/{session}")
    none = await other.get("/api/sessions/ses_000000000000")
    assert {key: theirs[1][key] for key in ("code", "detail")} == {key: none[1][key] for key in ("code", "detail")}
    assert theirs[0] == none[0] == 404


async def test_an_export_needs_a_confirmation_and_then_verifies(house: House) -> None:
    reader = await house.staff(Role.COMPLIANCE)
    async with reader.session.get("/api/audit/export?format=jsonl") as response:
        lines = (await response.read()).splitlines()
        assert (response.status, response.content_type) == (200, "application/jsonl")
    assert [json.loads(line)["seq"] for line in lines] == list(range(len(lines)))
    status, view = await reader.get("/api/audit/checkpoint")
    assert (status, view["checkpoint"].split("\n")[1]) == (200, str(view["size"]))
    status, proof = await reader.get("/api/audit/proof/0")
    assert proof["proof"].startswith("c2sp.org/tlog-proof@v1\nindex 0\n")
    assert json.loads(proof["event"])["type"] == "system.started"


async def test_the_audit_search_filters_and_pages(house: House) -> None:
    reader, staff = await house.staff(Role.COMPLIANCE), await house.staff()
    session = await staff.new_session()
    for _ in range(3):
        await staff.invite(session)
    _, first = await reader.get(f"/api/audit?session={session}&limit=2")
    _, second = await reader.get(f"/api/audit?session={session}&limit=2&before={first['next_before']}")
    seqs = [each["seq"] for each in first["events"] + second["events"]]
    assert seqs == sorted(seqs, reverse=True)
    assert len(seqs) == 4
    for query in ("limit=many", "limit=1&limit=2", "unknown=1", "before=-1", "before=" + "9" * 30):
        status, problem = await reader.get(f"/api/audit?{query}")
        assert (status, problem["code"]) == (400, "malformed")


async def test_the_openapi_document_lists_every_route_and_resolves(house: House) -> None:
    status, document = await house.visitor().get("/api/openapi.json")
    assert status == 200
    assert "/api/sessions/{session}/invitations/{invitation}" in document["paths"]
    text = json.dumps(document)
    names = set(document["components"]["schemas"])
    used = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert used <= names
