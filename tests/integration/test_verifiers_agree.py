"""Two verifiers, written twice, give one verdict: on every attack of the design, on hundreds of random changes, and on
entries that only somebody with the log's own key could have written."""

import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from gateway.audit import verify
from tests.support.attacks import FOLDER_ATTACKS, OTHER_SEED, PACKAGE_ATTACKS, flip, pack, sign_manifest, unpack
from tests.support.second_verifier import Question, ask
from tests.support.written_log import WrittenLog, day, signer, started, written

SIZE: Final = 300
LOG: Final = written(SIZE, every=48)
ATTACKED: Final = written(SIZE)
SMALL: Final = written(60)
OTHER: Final = written(SIZE, every=48, log=signer(seed=OTHER_SEED))
FORK: Final = written(SIZE, every=48)
CHANGES = 170
"""Random changes to each kind of copy; the long run makes more of them, from another seed."""
SEED = 20261122
LINES: Final = json.loads(Path("tests/vectors/audit/lines.json").read_text("utf-8"))["cases"]

Verdict = tuple[int, int | None, bool]
"""Exit code, first bad entry, and whether time was seen to go back."""


def first(question: Question) -> Verdict:
    known: dict[str, Any] = {"since": question.since, "log_vkey": question.vkey}
    try:
        if question.kind == "export":
            report = verify.verify_export(question.path.read_bytes(), **known)
        else:
            report = verify.verify_directory(question.path, **known)
    except verify.UsageError:
        return verify.USAGE, None, False
    return report.exit_code, report.first_bad, any("time goes back" in each for each in report.warnings)


def second(said: dict[str, Any]) -> Verdict:
    assert said["exit_code"] >= 0, said
    return said["exit_code"], said.get("first_bad"), "time_back" in said.get("warnings", [])


def assert_both_agree(questions: list[Question]) -> list[Verdict]:
    verdicts = [first(each) for each in questions]
    answers = ask(questions)
    told = {each.name: (one, second(two), two) for each, one, two in zip(questions, verdicts, answers, strict=True)}
    assert {name: each for name, each in told.items() if each[0] != each[1]} == {}
    return verdicts


def test_on_every_attack_on_a_folder(tmp_path: Path) -> None:
    questions = []
    for number, attack in enumerate(FOLDER_ATTACKS):
        folder = ATTACKED.write(tmp_path / str(number))
        attack.change(folder, ATTACKED)
        kept = Question(f"{attack.name}, with a kept checkpoint", "log", folder, ATTACKED.checkpoints[-1])
        questions += [kept, replace(kept, name=attack.name, since=None)]
    verdicts = assert_both_agree(questions)
    assert [verdict[:2] for verdict in verdicts[::2]] == [
        (verify.TAMPERED, attack.first_bad) for attack in FOLDER_ATTACKS
    ]


def test_on_every_attack_on_a_package(tmp_path: Path) -> None:
    questions = []
    for number, attack in enumerate(PACKAGE_ATTACKS):
        files = unpack(ATTACKED.export())
        attack.change(files, ATTACKED)
        path = tmp_path / f"{number}.zip"
        path.write_bytes(pack(files))
        questions.append(Question(attack.name, "export", path, ATTACKED.checkpoints[-1]))
    verdicts = assert_both_agree(questions)
    assert [verdict[:2] for verdict in verdicts] == [(verify.TAMPERED, attack.first_bad) for attack in PACKAGE_ATTACKS]


def test_on_untouched_copies(tmp_path: Path) -> None:
    folder = LOG.write(tmp_path / "audit")
    package = tmp_path / "x.zip"
    package.write_bytes(SMALL.export())
    questions = [
        Question(f"{kind} {number}", kind, path, since, log.log.vkey if number % 2 else None)
        for kind, path, log in (("log", folder, LOG), ("export", package, SMALL))
        for number, since in enumerate(log.checkpoints)
    ]
    assert set(assert_both_agree(questions)) == {(verify.INTACT, None, False)}


# --- Random changes ---------------------------------------------------------------------------------------------------

Edit = Callable[[random.Random, bytes], bytes]


def _lines(change: Callable[[random.Random, list[bytes]], object]) -> Edit:
    def edit(chance: random.Random, content: bytes) -> bytes:
        lines = content.splitlines(keepends=True)
        if len(lines) > 1:
            change(chance, lines)
        return b"".join(lines)

    return edit


def _swap(chance: random.Random, lines: list[bytes]) -> None:
    one, two = chance.sample(range(len(lines)), 2)
    lines[one], lines[two] = lines[two], lines[one]


EDITS: Final[tuple[Edit, ...]] = (
    lambda chance, content: flip(content, chance.randrange(len(content)), chance.randrange(8)) if content else b"x",
    lambda chance, content: content[: chance.randrange(len(content) + 1)],
    lambda chance, content: content + chance.choice([b"\n", b"x", b"---\n", b"{}\n", content]),
    lambda chance, content: content.replace(b"org_test", b"org_tesu", chance.randrange(1, 4)),
    lambda chance, content: content.replace(b"localhost", b"elsewhere", chance.randrange(1, 4)),
    _lines(lambda chance, lines: lines.pop(chance.randrange(len(lines)))),
    _lines(lambda chance, lines: lines.insert(chance.randrange(len(lines)), chance.choice(lines))),
    _lines(_swap),
)


def _known(chance: random.Random, log: WrittenLog) -> tuple[str | None, str | None]:
    """Return what a reader may bring: usually a checkpoint of this log and no key, sometimes something else."""
    older = chance.choice(log.checkpoints)
    odd = [OTHER.checkpoints[-1], chance.choice(FORK.checkpoints), _ahead(log), older + "x"]
    since = chance.choice(odd) if chance.random() < 0.3 else chance.choice([log.checkpoints[-1], older, None])
    return since, chance.choice([None] * 8 + [log.log.vkey, OTHER.log.vkey])


def _ahead(log: WrittenLog) -> str:
    """Return a checkpoint of the same log, one entry later."""
    later = WrittenLog(log.log, log.witness, list(log.lines), [], log.frontier)
    later.append(next(day()))
    return later.sign()


def test_on_random_changes_to_folders(tmp_path: Path) -> None:
    chance = random.Random(SEED)  # noqa: S311  (the same changes every time)
    questions = []
    for number in range(CHANGES):
        folder = LOG.write(tmp_path / str(number))
        for _ in range(chance.randrange(1, 3)):
            path = chance.choice(sorted(each for each in folder.rglob("*") if each.is_file()))
            if chance.random() < 0.05:
                path.unlink()
            else:
                path.write_bytes(chance.choice(EDITS)(chance, path.read_bytes()))
        questions.append(Question(str(number), "log", folder, *_known(chance, LOG)))
    verdicts = assert_both_agree(questions)
    assert {verdict[0] for verdict in verdicts} == {0, 1, 2, 3}


def test_on_random_changes_to_packages(tmp_path: Path) -> None:
    chance = random.Random(SEED + 1)  # noqa: S311
    whole, part = SMALL.export(), SMALL.export(range(20, 40))
    questions = []
    for number in range(CHANGES):
        files = unpack(chance.choice([whole, part]))
        for _ in range(chance.randrange(1, 3)):
            # Proofs are most of the files, and no more interesting than the others.
            proofs = [name for name in files if name.startswith("proofs/")]
            name = chance.choice([name for name in files if name not in proofs] + proofs[:3])
            if chance.random() < 0.1:
                del files[name]
            else:
                files[name] = chance.choice(EDITS)(chance, files[name])
        helped = {"manifest.json", "manifest.jws"} <= files.keys() and chance.random() < 0.5
        if helped:
            _sign_again(files, chance)
        blob = pack(files)
        if chance.random() < 0.2:
            blob = flip(blob, chance.randrange(len(blob)), chance.randrange(8))
        path = tmp_path / f"{number}.zip"
        path.write_bytes(blob)
        questions.append(Question(str(number), "export", path, *_known(chance, SMALL)))
    verdicts = assert_both_agree(questions)
    assert {verdict[0] for verdict in verdicts} >= {1, 2, 3}


def _sign_again(files: dict[str, bytes], chance: random.Random) -> None:
    """Let the exporter, or somebody else, vouch for what is there now, if there still is a manifest."""
    try:
        sign_manifest(files, **({"seed": OTHER_SEED} if chance.random() < 0.2 else {}))
    except ValueError:
        return


def test_on_every_bit_around_the_headers_of_an_archive(tmp_path: Path) -> None:
    blob = written(3).export()
    chance = random.Random(1)  # noqa: S311
    names = [at for at in range(len(blob) - 4) if blob[at : at + 2] == b"PK"]
    spots = [min(at + chance.randrange(46), len(blob) - 1) for at in names for _ in range(6)]
    questions = []
    for number, at in enumerate(spots):
        path = tmp_path / f"{number}.zip"
        path.write_bytes(flip(blob, at, chance.randrange(8)))
        questions.append(Question(f"{at}", "export", path))
    assert_both_agree(questions)


# --- What only the log's own key could have signed --------------------------------------------------------------------


def log_with(line: bytes, seq: int) -> WrittenLog:
    """Return a log, honestly signed, whose entry `seq` is this line."""
    log = WrittenLog()
    log.append(started(log))
    for event in day():
        if len(log.lines) == seq:
            log.append_line(line)
        log.append(event)
    log.sign()
    return log


def test_on_lines_of_every_form_that_were_signed(tmp_path: Path) -> None:
    lines = {case["name"]: case["text"].encode() for case in LINES}
    lines |= {f"{kind} with {name}": line for kind in verify.DATA_MEMBERS for name, line in _data_variants(kind)}
    questions = []
    for number, (name, line) in enumerate(lines.items()):
        log = log_with(line, 7)
        questions.append(Question(name, "log", log.write(tmp_path / str(number)), log.checkpoints[-1]))
    verdicts = dict(zip(lines, assert_both_agree(questions), strict=True))
    for case in LINES:
        assert verdicts[case["name"]][:2] == ((0, None) if case["expect"] == "ok" else (1, 7)), case["name"]
    for name, verdict in verdicts.items():
        if " with " in name:
            assert verdict[:2] == ((0, None) if name.endswith("right data") else (1, 7)), name


VALUES: Final = {
    "text": '"x"',
    "text?": "null",
    "texts": '["x"]',
    "int": "5",
    "int?": "null",
    "bool": "true",
}


def _data_variants(kind: str) -> list[tuple[str, bytes]]:
    """Return lines of one type: the right data, and for each member a value of a form that no member has."""
    forms = dict(each.split(":") for each in verify.DATA_MEMBERS[kind].split())
    if kind == "system.started":
        return []  # Its key is part of what is checked; the other tests hold a right one.
    template = next(case["text"] for case in LINES if case["name"] == "an entry")
    before, _, rest = template.partition('"data":')
    after = rest[rest.index("}") + 1 :].replace("session.admitted", kind)

    def line(**changes: str) -> bytes:
        data = ",".join(f'"{name}":{ {**{n: VALUES[f] for n, f in forms.items()}, **changes}[name] }' for name in forms)
        return f'{before}"data":{{{data}}}{after}'.encode()

    wrong = [(f"a wrong {name}", line(**{name: "{}"})) for name in forms]
    nulls = [(f"no {name}", line(**{name: "null"})) for name, form in forms.items() if not form.endswith("?")]
    return [("right data", line()), *wrong, *nulls]
