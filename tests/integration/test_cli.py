"""The commands as an operator runs them: what they make, what they say, how they end."""

import hashlib
import json
import re
import signal
import ssl
import stat
import urllib.request
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from signaling.cli.main import COMMANDS, main
from tests.support.postgres import free_port
from tests.support.process import EMAIL, PASSWORD, Service, change, serving, sotto


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# init


def test_init_makes_everything_for_its_owner_alone_and_says_what_to_do_next(tmp_path: Path) -> None:
    folder = tmp_path / "sunrise"
    answer = sotto("init", folder, "--name", "Sunrise Peer Center", "--origin", "https://sotto.sunrise.example")
    assert (answer.code, answer.err) == (0, "")
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*")}
    keys = {f"keys/{key}.key" for key in ("log", "witness", "export", "storage")}
    assert names == {"sotto.toml", "sotto.db", "audit", "keys", "backup-identity.txt", *keys}
    assert mode(folder) == mode(folder / "keys") == mode(folder / "audit") == 0o700
    assert {mode(path) for path in folder.rglob("*") if path.is_file()} == {0o600}
    assert len({(folder / key).read_text(encoding="ascii") for key in keys}) == 4
    identity = (folder / "backup-identity.txt").read_text(encoding="utf-8")
    recipient = re.findall(r"public key: (age1\S+)", identity)[0]
    assert f'recipient = "{recipient}"' in (folder / "sotto.toml").read_text(encoding="utf-8")
    assert "MOVE" in answer.out
    last = answer.out.splitlines()[-2:]
    assert last[0].strip().startswith(f"sotto admin create --config {folder}/sotto.toml")
    assert identity.splitlines()[-1] not in answer.out


def test_init_refuses_a_folder_that_is_not_empty_and_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    answer = sotto("init", tmp_path)
    assert (answer.code, answer.out) == (1, "")
    assert re.fullmatch(r"sotto: \S+ is not an empty folder; .+ \(folder_not_empty\)\n", answer.err)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_init_with_what_cannot_be_used_leaves_nothing(tmp_path: Path) -> None:
    answer = sotto("init", tmp_path / "d", "--origin", "http://sotto.example.org", "--name", "x" * 81)
    assert answer.code == 2
    assert len(answer.err.splitlines()) == 2
    assert not (tmp_path / "d").exists()


def test_init_takes_any_name(tmp_path: Path) -> None:
    name = 'Haus "Zuflucht" \\ Zürich 🌅'
    assert sotto("init", tmp_path / "d", "--name", name).code == 0
    shown = sotto("check-config", "--data", tmp_path / "d", "--json").json
    assert shown["organization.name"] == name
    assert re.fullmatch(r"org_hauszufluchtzrich[0-9a-f]{6}", shown["organization.id"])


# check-config and doctor


def test_check_config_shows_what_is_in_force_and_no_secret(deployment: Path) -> None:
    answer = sotto("check-config", "--data", deployment)
    assert answer.code == 0
    lines = dict(line.split(" = ", 1) for line in answer.out.splitlines())
    assert lines["audit.log_key_file"] == "set"
    assert lines["store.password_file"] == "not set"
    assert lines["sessions.max_minutes"] == "90"
    for key in (deployment / "keys").iterdir():
        assert key.read_text(encoding="ascii").strip() not in answer.out


def test_a_command_takes_config_or_data_but_not_both(deployment: Path) -> None:
    config = deployment / "sotto.toml"
    assert sotto("check-config", "--config", config).out == sotto("check-config", "--data", deployment).out
    assert sotto("check-config", env={"SOTTO_CONFIG": str(config)}).code == 0
    assert sotto("check-config", "--data", deployment, env={"SOTTO_CONFIG": "/nowhere"}).code == 0
    assert sotto("check-config", "--data", deployment, "--config", config).code == 2
    assert sotto("check-config").code == 2


def test_doctor_finds_a_healthy_deployment_healthy(deployment: Path) -> None:
    with serving(deployment) as service:
        answer = sotto("doctor", "--data", deployment, "--json")
        assert service.stop(signal.SIGINT) == 0
    results = {each["name"]: each["result"] for each in answer.json}
    assert "fail" not in {**results, "web": "ok"}.values()
    assert results["service"] == results["log"] == results["database"] == results["kept-checkpoint"] == "ok"
    assert results["backup"] == results["backup-identity"] == "warn"


def test_doctor_names_what_is_wrong_and_fails(deployment: Path) -> None:
    (deployment / "keys" / "log.key").write_bytes((deployment / "keys" / "witness.key").read_bytes())
    deployment.chmod(0o755)
    answer = sotto("doctor", "--data", deployment)
    assert answer.code == 1
    assert re.search(r"^fail keys: two settings hold the same key; .+", answer.out, re.MULTILINE)
    assert re.search(r"^warn folder: .+chmod 700", answer.out, re.MULTILINE)
    assert re.search(r"^fail log: .+`sotto audit verify`", answer.out, re.MULTILINE)  # Signed with another key.
    assert re.search(r"^warn service: does not answer; .+", answer.out, re.MULTILINE)


# admin


def test_accounts_are_made_closed_and_reset_while_the_service_runs(deployment: Path) -> None:
    with serving(deployment) as service:
        made = sotto("admin", "create", "--data", deployment, "--email", "New@Sunrise.Example", "--role", "compliance")
        assert made.code == 0
        link = made.out.splitlines()[-1]
        assert link.startswith(f"{service.url}/staff#setup=")
        token = link.partition("#setup=")[2]
        assert service.post("/api/setup", {"token": token, "password": PASSWORD})[0] == 204
        again = sotto("admin", "create", "--data", deployment, "--email", "new@sunrise.example", "--role", "admin")
        assert (again.code, again.err.count("\n")) == (1, 1)
        assert again.err.endswith("(email_taken)\n")
        service.sign_in("new@sunrise.example")
        assert sotto("admin", "disable", "--data", deployment, "--email", "new@sunrise.example").code == 0
        assert service.get("/api/me")[0] == 401
        assert service.post("/api/sign-in", {"email": "new@sunrise.example", "password": PASSWORD})[0] == 401
        reset = sotto("admin", "reset", "--data", deployment, "--email", "new@sunrise.example", "--json")
        fresh = reset.json["link"].partition("#setup=")[2]
        assert service.post("/api/setup", {"token": token, "password": PASSWORD})[0] == 403
        assert service.post("/api/setup", {"token": fresh, "password": PASSWORD})[0] == 204
        assert token not in service.printed
        assert fresh not in service.printed


def test_an_unknown_account_or_role_is_one_sentence(deployment: Path) -> None:
    unknown = sotto("admin", "reset", "--data", deployment, "--email", "nobody@sunrise.example")
    assert (unknown.code, unknown.out) == (1, "")
    assert re.fullmatch(r"sotto: There is no such account\. .+ \(account_unknown\)\n", unknown.err)
    assert sotto("admin", "create", "--data", deployment, "--email", EMAIL, "--role", "nurse").code == 2


# serve


def test_a_service_says_that_it_is_ready_and_drains_when_told(deployment: Path) -> None:
    with serving(deployment) as service:
        assert service.get("/livez") == (200, {"ok": True, "failing": []})
        assert service.get("/readyz") == (200, {"ok": True, "failing": []})
        service.process.send_signal(signal.SIGTERM)
        while (answer := service.get("/readyz")[1]) == {"ok": True, "failing": []}:
            pass  # The signal is on its way; once it is there, two seconds are left to look.
        assert answer == {"ok": False, "failing": ["draining"]}
        assert service.get("/ws")[1]["code"] == "shutting_down"
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(5) == 0
    events = log_types(deployment)
    assert events[-1] == "system.stopped"


def log_types(folder: Path) -> list[str]:
    out = folder.with_name(f"{folder.name}.jsonl")
    out.unlink(missing_ok=True)
    out.with_name(f"{out.name}.checkpoint").unlink(missing_ok=True)
    assert sotto("audit", "export", "--data", folder, "--format", "jsonl", "--out", out).code == 0
    return [json.loads(line)["type"] for line in out.read_text(encoding="utf-8").splitlines()]


def test_strangers_learn_nothing_from_the_probes(deployment: Path) -> None:
    with serving(deployment) as service:
        request = urllib.request.Request(f"{service.url}/readyz", headers={"X-Forwarded-For": "203.0.113.9"})  # noqa: S310
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
            assert json.loads(answer.read()) == {"ok": True}


def test_metrics_have_a_port_of_their_own_and_name_nobody(deployment: Path) -> None:
    port = free_port()
    path = deployment / "sotto.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("# metrics_port = 0", f"metrics_port = {port}"), encoding="utf-8"
    )
    with serving(deployment) as service:
        service.sign_in()
        session = service.post("/api/sessions")[1]["id"]
        service.get(f"/api/sessions/{session}")
        service.get("/j/a-link-somebody-was-given-in-confidence")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
            text = answer.read().decode()
        assert service.get("/metrics")[0] == 404
    assert 'sotto_requests_total{route="/api/sessions/{session}",status="200"} 1.0' in text
    assert 'sotto_requests_total{route="/j/{invitation}",status="200"} 1.0' in text
    assert re.search(r"^sotto_audit_append_seconds_count [1-9]", text, re.MULTILINE)
    assert re.search(r"^sotto_audit_entries [1-9]", text, re.MULTILINE)
    assert re.search(r"^sotto_loop_lag_seconds 0\.", text, re.MULTILINE)
    for private in (session, "confidence", EMAIL, "127.0.0.1", "usr_", "ses_"):
        assert private not in text


# demo


def test_a_demo_is_made_once_and_reused_with_its_accounts(tmp_path: Path) -> None:
    folder, port = tmp_path / "demo", free_port()
    with serving(folder, "--port", port, command="demo") as service:
        assert service.url == f"http://localhost:{port}"
        facts = json.loads((folder / "demo.json").read_text(encoding="utf-8"))
        assert mode(folder / "demo.json") == 0o600
        assert set(facts) == {"url", "data_dir", "accounts"}
        assert (facts["url"], facts["data_dir"]) == (service.url, str(folder))
        assert set(facts["accounts"]) == {"specialist", "supervisor", "compliance", "admin"}
        assert service.get("/api/about")[1]["demonstration"] is True
        for role, account in facts["accounts"].items():
            assert account["email"] == f"{role}@demo.example"
            assert account["password"] in service.printed
            service.sign_in(**account)
            assert service.get("/api/me")[1]["role"] == role
        assert service.stop(signal.SIGINT) == 0
    other = free_port()
    with serving(folder, "--port", other, command="demo") as service:
        again = json.loads((folder / "demo.json").read_text(encoding="utf-8"))
        assert again == {**facts, "url": f"http://localhost:{other}"}
        service.sign_in(**facts["accounts"]["admin"])
        assert service.stop(signal.SIGINT) == 0
    assert sotto("audit", "verify", "--data", folder).code == 0


def test_a_real_deployment_is_not_run_as_a_demo(deployment: Path) -> None:
    answer = sotto("demo", "--data", deployment, "--port", free_port())
    assert answer.code == 1
    assert answer.err.endswith("(demo_real_folder)\n")


def test_a_demo_in_the_local_network_has_a_certificate_and_says_its_fingerprint(tmp_path: Path) -> None:
    with serving(tmp_path / "lan", "--port", free_port(), "--lan", "127.0.0.1", command="demo") as service:
        certificate = tmp_path / "lan" / "demo-certificate.pem"
        assert service.url.startswith("https://127.0.0.1:")
        assert fetched(service, certificate) == {"ok": True, "failing": []}
        shown = re.findall(r"^  ((?:[0-9A-F]{2}:){31}[0-9A-F]{2})$", service.printed, re.MULTILINE)
        der = ssl.PEM_cert_to_DER_cert(certificate.read_text(encoding="ascii"))
        assert shown == [hashlib.sha256(der).digest().hex(":").upper()]
        assert mode(tmp_path / "lan" / "demo-certificate.key") == 0o600


def fetched(service: Service, certificate: Path) -> object:
    context = ssl.create_default_context(cafile=str(certificate))
    with urllib.request.urlopen(f"{service.url}/readyz", timeout=5, context=context) as answer:  # noqa: S310
        return json.loads(answer.read())


# audit


def test_the_log_is_verified_live_as_a_copy_and_as_a_package(deployment: Path, tmp_path: Path) -> None:
    with serving(deployment) as service:
        live = sotto("audit", "verify", "--data", deployment, "--json")
        assert (live.code, live.json["verdict"]) == (0, "intact")
        package = tmp_path / "log.zip"
        assert sotto("audit", "export", "--data", deployment, "--out", package).code == 0
        refused = sotto("audit", "export", "--data", deployment, "--out", package)
        assert (refused.code, refused.err.count("\n")) == (1, 1)
        assert sotto("audit", "verify", package).code == 0
        assert service.stop(signal.SIGINT) == 0
    assert sotto("audit", "verify", deployment / "audit", "--since", f"{deployment}.checkpoint").code == 0
    package.with_name("log.zip.checkpoint").rename(tmp_path / "elsewhere")
    assert sotto("audit", "verify", package).code == 2
    assert sotto("audit", "verify", package, "--since", tmp_path / "elsewhere").code == 0
    assert {"audit.verified", "audit.exported"} <= set(log_types(deployment))


def test_what_cannot_be_verified_is_wrong_usage(deployment: Path, tmp_path: Path) -> None:
    for arguments in (
        ("--data", tmp_path / "nowhere"),
        (tmp_path / "nowhere.zip",),
        ("--no-such-option",),
        (),
        ("--data", deployment, "--since", tmp_path / "nowhere"),
    ):
        assert sotto("audit", "verify", *arguments).code == 3


def test_one_session_is_exported_alone(deployment: Path, tmp_path: Path) -> None:
    with serving(deployment) as service:
        service.sign_in()
        first, _ = (service.post("/api/sessions")[1]["id"] for _ in range(2))
        out = tmp_path / "one.jsonl"
        arguments = ("audit", "export", "--data", deployment, "--session", first, "--format", "jsonl", "--out", out)
        assert sotto(*arguments).code == 0
        events = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
        assert {event["session"] for event in events} == {first}
        unknown = sotto("audit", "export", "--data", deployment, "--session", "ses_0", "--out", tmp_path / "none.zip")
        assert (unknown.code, unknown.err.endswith("(not_found)\n")) == (1, True)
        assert not (tmp_path / "none.zip").exists()


# All of them


@pytest.mark.parametrize(
    "command", [*COMMANDS, "admin create", "admin disable", "admin reset", "audit verify", "audit export"]
)
def test_every_command_explains_itself(command: str) -> None:
    name, *rest = command.split()
    found = main.get_command(click.Context(main), name)
    assert found is not None
    answer = CliRunner().invoke(found, [*rest, "--help"])
    assert answer.exit_code == 0
    assert answer.output.startswith("Usage: ")
    assert len(answer.output.splitlines()) > 5


def test_the_program_names_its_commands_and_its_version() -> None:
    listed = sotto("--help").out
    assert all(re.search(rf"^  {command} ", listed, re.MULTILINE) for command in COMMANDS)
    assert re.fullmatch(r"sotto, version \d+\.\d+\.\d+\n", sotto("--version").out)
    assert sotto("record").code == 2


def test_another_origin_is_the_same_log(deployment: Path) -> None:
    change(deployment, r'(?m)^origin = "http://localhost', 'origin = "http://127.0.0.1')
    verdict = sotto("audit", "verify", "--data", deployment)
    assert verdict.code == 0, verdict.err
