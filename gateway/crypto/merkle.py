"""The Merkle tree of the audit log (RFC 6962, section 2; proofs verified as in RFC 9162, section 2.1).

`Frontier` grows the tree one leaf at a time and always knows its root; `Tree` makes proofs from
stored hashes. Every complete subtree is named by `(level, index)`: level 0 are the leaves, and
the node `(level, index)` covers the leaves from `index << level` on, `1 << level` of them.

Pure: never reads a database, a file or a clock.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Self

from gateway.core.errors import IntegrityError

HASH_BYTES: Final = 32

TILE_LEVEL: Final = 8
"""A tile is a complete subtree of this level (C2SP tlog-tiles)."""

TILE_LEAVES: Final = 1 << TILE_LEVEL

EMPTY_ROOT: Final = sha256().digest()
"""The root of a tree without leaves."""


def leaf_hash(line: bytes) -> bytes:
    """Return the hash of one leaf; the prefix keeps a leaf from passing for a node."""
    return sha256(b"\x00" + line).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes."""
    frontier = Frontier()
    for leaf in leaves:
        frontier = frontier.append(leaf)
    return frontier.root()


@dataclass(frozen=True, slots=True)
class Frontier:
    """The compact range of a tree: the roots of its complete subtrees, largest first.

    `encode` is what `audit_head` stores. Its form never changes: 32 bytes a hash, one hash for
    each bit that is set in `size`, nothing else.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def append(self, leaf: bytes) -> Self:
        """Return the frontier of the tree with one more leaf hash."""
        hashes, node, size = list(self.hashes), leaf, self.size
        while size & 1:  # Each trailing one is a complete subtree as large as `node`.
            node = node_hash(hashes.pop(), node)
            size >>= 1
        return type(self)(self.size + 1, (*hashes, node))

    def root(self) -> bytes:
        """Return the root of the whole tree."""
        return _fold(self.hashes) if self.hashes else EMPTY_ROOT

    def encode(self) -> bytes:
        """Return the bytes of the hashes, for storing beside `size`."""
        return b"".join(self.hashes)

    @classmethod
    def decode(cls, size: int, blob: bytes) -> Self:
        """Return the frontier that `encode` gave for a tree of `size` leaves.

        Raises:
            IntegrityError: the bytes cannot be a frontier of that size.
        """
        if size < 0 or len(blob) != HASH_BYTES * size.bit_count():
            raise IntegrityError(f"a frontier of {size} entries cannot have {len(blob)} bytes")
        starts = range(0, len(blob), HASH_BYTES)
        return cls(size, tuple(blob[start : start + HASH_BYTES] for start in starts))


class Tree:
    """Makes roots and proofs from stored hashes; computes each subtree at most once.

    Give it the roots of all full tiles, and the leaf hashes of only the tiles that
    `tiles_for_inclusion` or `tiles_for_consistency` name; or every leaf, with `from_leaves`.
    """

    def __init__(self, tile_roots: Sequence[bytes], leaves: Mapping[int, Sequence[bytes]]) -> None:
        self._tile_roots = tile_roots
        self._leaves = leaves  # By tile number; only the newest tile may be short.
        self._known: dict[tuple[int, int], bytes] = {}

    @classmethod
    def from_leaves(cls, leaves: Sequence[bytes]) -> Self:
        """Return the tree over these leaf hashes."""
        starts = range(0, len(leaves), TILE_LEAVES)
        tiles = {number: leaves[start : start + TILE_LEAVES] for number, start in enumerate(starts)}
        full = len(leaves) // TILE_LEAVES
        return cls([root_of(tiles[number]) for number in range(full)], tiles)

    def node(self, level: int, index: int) -> bytes:
        """Return the root of one complete subtree.

        Raises:
            LookupError: the tree was not given the hashes this takes.
        """
        if level == TILE_LEVEL:
            return self._tile_roots[index]
        if level == 0:
            return self._leaves[index // TILE_LEAVES][index % TILE_LEAVES]
        found = self._known.get((level, index))
        if found is None:
            left, right = self.node(level - 1, 2 * index), self.node(level - 1, 2 * index + 1)
            found = self._known[level, index] = node_hash(left, right)
        return found

    def root(self, size: int) -> bytes:
        """Return the root of the first `size` leaves."""
        return self._range(0, size) if size else EMPTY_ROOT

    def inclusion_proof(self, index: int, size: int) -> list[bytes]:
        """Return the audit path of leaf `index` in the first `size` leaves, lowest hash first."""
        if not 0 <= index < size:
            raise ValueError(f"no leaf {index} in a tree of {size}")
        path, start, end = [], 0, size
        while end - start > 1:
            middle = start + _split(end - start)
            if index < middle:
                path.append(self._range(middle, end))
                end = middle
            else:
                path.append(self._range(start, middle))
                start = middle
        return path[::-1]

    def consistency_proof(self, old: int, new: int) -> list[bytes]:
        """Return the proof that the first `old` leaves were not changed in the first `new`."""
        if not 0 <= old <= new:
            raise ValueError(f"no consistency from {old} to {new}")
        if old in (0, new):
            return []  # An empty tree is a prefix of every tree, and a tree of itself.
        path, start, end = [], 0, new
        while old != end:
            middle = start + _split(end - start)
            if old <= middle:
                path.append(self._range(middle, end))
                end = middle
            else:
                path.append(self._range(start, middle))
                start = middle
        if start:  # Otherwise the last subtree is the old tree itself: the verifier has its root.
            path.append(self._range(start, end))
        return path[::-1]

    def _range(self, start: int, end: int) -> bytes:
        """Return the hash of leaves `start` to `end`, where RFC 6962 makes that one subtree."""
        hashes = []
        while start < end:
            # Inside one subtree of the tree, `start` is aligned to every complete part that fits.
            level = (end - start).bit_length() - 1
            hashes.append(self.node(level, start >> level))
            start += 1 << level
        return _fold(hashes)


def tiles_for_inclusion(index: int, size: int) -> set[int]:
    """Return the numbers of the tiles whose leaf hashes an inclusion proof takes."""
    return {index // TILE_LEAVES} | _ragged_tile(size)


def tiles_for_consistency(old: int, new: int) -> set[int]:
    """Return the numbers of the tiles whose leaf hashes a consistency proof takes."""
    return _ragged_tile(old) | _ragged_tile(new)


def verify_inclusion(leaf: bytes, *, index: int, size: int, path: Sequence[bytes], root: bytes) -> None:
    """Check that `leaf` is the leaf `index` of the tree of `size` leaves with that root.

    Raises:
        IntegrityError: it is not, or the path proves nothing.
    """
    if not 0 <= index < size:
        raise IntegrityError(f"entry {index} is outside a log of {size} entries")
    position, last, node = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            raise IntegrityError("the inclusion proof is too long")
        if position & 1 or position == last:
            node = node_hash(sibling, node)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        position, last = position >> 1, last >> 1
    if last != 0:
        raise IntegrityError("the inclusion proof is too short")
    if node != root:
        raise IntegrityError(f"entry {index} is not what the log holds there")


def verify_consistency(*, old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> None:
    """Check that the tree of `new` leaves only added to the tree of `old` leaves.

    Raises:
        IntegrityError: it did not, or the path proves nothing.
    """
    if not 0 <= old <= new:
        raise IntegrityError(f"a log of {new} entries cannot continue one of {old}")
    if old in (0, new):
        expected = new_root if old == new else EMPTY_ROOT
        if path or old_root != expected:
            raise IntegrityError(f"two different logs of {old} entries")
        return
    if not _reaches(old, new, old_root, new_root, path):
        raise IntegrityError(f"the log of {new} entries does not continue the one of {old}")


def _reaches(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Walk both trees at once, as RFC 9162, section 2.1.4.2, steps 2 to 7."""
    hashes = list(path) if old & (old - 1) else [old_root, *path]
    if not path:
        return False
    position, last = old - 1, new - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    older = newer = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            older, newer = node_hash(sibling, older), node_hash(sibling, newer)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            newer = node_hash(newer, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and older == old_root and newer == new_root


def _fold(hashes: Sequence[bytes]) -> bytes:
    """Return the root over complete subtrees that stand side by side, largest first."""
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


def _split(count: int) -> int:
    """Return the largest power of two below `count`, where RFC 6962 divides a tree."""
    return 1 << ((count - 1).bit_length() - 1)


def _ragged_tile(size: int) -> set[int]:
    """Return the number of the newest tile if it is not full."""
    return {size // TILE_LEAVES} if size % TILE_LEAVES else set()
