"""The tree against outside vectors, against the naive definition, and against proofs of the wrong thing."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.errors import IntegrityError
from gateway.crypto import merkle

VECTORS: dict[str, Any] = json.loads(Path("tests/vectors/audit/tree.json").read_text("utf-8"))
MOST = 70
"""Sizes up to this are tried exhaustively: every shape of a tree of seven levels is among them."""

LEAVES = [merkle.leaf_hash(f"entry {n}".encode()) for n in range(1200)]


def naive_root(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word by word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return merkle.node_hash(naive_root(leaves[:k]), naive_root(leaves[k:]))


def vector_leaves() -> list[bytes]:
    return [merkle.leaf_hash(bytes.fromhex(each)) for each in VECTORS["leaves"]]


def test_roots_are_those_of_the_reference_implementation() -> None:
    leaves = vector_leaves()
    assert [merkle.root_of(leaves[:size]).hex() for size in range(len(leaves) + 1)] == VECTORS["roots"]


@pytest.mark.parametrize("case", VECTORS["inclusion"], ids=str)
def test_inclusion_proofs_are_those_of_the_reference_implementation(case: dict[str, Any]) -> None:
    path = merkle.Tree.from_leaves(vector_leaves()).inclusion_proof(case["index"], case["size"])
    assert [each.hex() for each in path] == case["path"]


@pytest.mark.parametrize("case", VECTORS["consistency"], ids=str)
def test_consistency_proofs_are_those_of_the_reference_implementation(case: dict[str, Any]) -> None:
    path = merkle.Tree.from_leaves(vector_leaves()).consistency_proof(case["old"], case["new"])
    assert [each.hex() for each in path] == case["path"]


@given(size=st.integers(0, 600))
def test_the_frontier_always_has_the_naive_root(size: int) -> None:
    frontier = merkle.Frontier()
    for leaf in LEAVES[:size]:
        frontier = frontier.append(leaf)
    assert frontier.size == size
    assert frontier.root() == naive_root(LEAVES[:size]) == merkle.Tree.from_leaves(LEAVES[:size]).root(size)


@given(size=st.integers(0, 300), more=st.integers(0, 20))
def test_a_stored_frontier_grows_on_as_if_it_had_not_been_stored(size: int, more: int) -> None:
    frontier = merkle.Frontier()
    for leaf in LEAVES[:size]:
        frontier = frontier.append(leaf)
    frontier = merkle.Frontier.decode(size, frontier.encode())
    for leaf in LEAVES[size : size + more]:
        frontier = frontier.append(leaf)
    assert frontier.root() == naive_root(LEAVES[: size + more])


@pytest.mark.parametrize(("size", "blob"), [(1, b""), (0, bytes(32)), (3, bytes(32)), (2, bytes(33)), (-1, b"")])
def test_bytes_that_are_no_frontier_of_that_size_are_refused(size: int, blob: bytes) -> None:
    with pytest.raises(IntegrityError):
        merkle.Frontier.decode(size, blob)


def test_every_inclusion_proof_verifies_and_proves_nothing_else() -> None:
    tree = merkle.Tree.from_leaves(LEAVES)
    for size in range(1, MOST + 1):
        root = tree.root(size)
        for index in range(size):
            path = tree.inclusion_proof(index, size)
            good: dict[str, Any] = {"index": index, "size": size, "path": path, "root": root}
            merkle.verify_inclusion(LEAVES[index], **good)
            paths = [[*path, path[-1] if path else bytes(32)]]
            paths += [path[:-1], [bytes(32), *path[1:]]] if path else []
            paths += [path[::-1]] if len(path) > 1 else []
            wrong: list[dict[str, Any]] = [{"index": index + 1}, {"index": -1}, {"size": index}, {"root": bytes(32)}]
            wrong += [{"path": each} for each in paths]
            for change in wrong:
                with pytest.raises(IntegrityError):
                    merkle.verify_inclusion(LEAVES[index], **{**good, **change})
            with pytest.raises(IntegrityError):
                merkle.verify_inclusion(LEAVES[index + 1], **good)


def test_every_consistency_proof_verifies_and_proves_nothing_else() -> None:
    tree = merkle.Tree.from_leaves(LEAVES)
    roots = [tree.root(size) for size in range(MOST + 2)]
    for new in range(MOST + 1):
        for old in range(new + 1):
            path = tree.consistency_proof(old, new)
            good: dict[str, Any] = {
                "old": old,
                "new": new,
                "old_root": roots[old],
                "new_root": roots[new],
                "path": path,
            }
            merkle.verify_consistency(**good)
            paths = [[*path, bytes(32)], *([path[:-1], [bytes(32), *path[1:]], []] if path else [])]
            wrong: list[dict[str, Any]] = [{"old_root": roots[MOST + 1]}, {"old": -1}, {"old": new + 1}]
            wrong += [{"new_root": bytes(32)}] if old else []
            wrong += [{"path": each} for each in paths]
            for change in wrong:
                with pytest.raises(IntegrityError):
                    merkle.verify_consistency(**{**good, **change})


@given(size=st.integers(1, 1200), data=st.data())
def test_proofs_need_only_the_tiles_that_are_named(size: int, data: st.DataObject) -> None:
    whole = merkle.Tree.from_leaves(LEAVES)
    roots = [whole.node(merkle.TILE_LEVEL, number) for number in range(size // merkle.TILE_LEAVES)]

    def only(numbers: set[int]) -> merkle.Tree:
        tile = merkle.TILE_LEAVES
        return merkle.Tree(roots, {n: LEAVES[n * tile : min((n + 1) * tile, size)] for n in numbers})

    index = data.draw(st.integers(0, size - 1))
    assert only(merkle.tiles_for_inclusion(index, size)).inclusion_proof(index, size) == whole.inclusion_proof(
        index, size
    )
    old = data.draw(st.integers(0, size))
    assert only(merkle.tiles_for_consistency(old, size)).consistency_proof(old, size) == whole.consistency_proof(
        old, size
    )


@pytest.mark.parametrize(("index", "size"), [(-1, 5), (5, 5), (0, 0)])
def test_there_is_no_proof_of_a_leaf_outside_the_tree(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        merkle.Tree.from_leaves(LEAVES).inclusion_proof(index, size)


@pytest.mark.parametrize(("old", "new"), [(-1, 5), (6, 5)])
def test_there_is_no_proof_that_a_tree_shrank(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="no consistency"):
        merkle.Tree.from_leaves(LEAVES).consistency_proof(old, new)


def test_a_tree_says_so_when_it_was_not_given_the_hashes() -> None:
    with pytest.raises(LookupError):
        merkle.Tree([], {}).inclusion_proof(0, 2)
