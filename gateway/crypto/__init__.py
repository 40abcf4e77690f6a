"""Keys, seals, signatures and the Merkle tree; the only importer of `cryptography`."""
