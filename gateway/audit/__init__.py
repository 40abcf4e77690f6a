"""The audit log: canonical entries, Merkle tree, checkpoints, segments, verification, exports."""
