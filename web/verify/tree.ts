/** The Merkle tree (RFC 6962), level by level, hashed by the browser itself. */

import { concat, Malformed, type Bytes } from "./bytes";

export const HASH_BYTES = 32;
export const TILE_LEAVES = 256;

/** Questions put to WebCrypto at once: more only fills its queue, fewer leaves the machine waiting. */
const BATCH = 256;

/** The answers to all questions, in order, asked in batches. */
export async function inBatches<Q, A>(
  questions: readonly Q[],
  ask: (question: Q, at: number) => Promise<A>,
): Promise<A[]> {
  const answers: A[] = [];
  for (let start = 0; start < questions.length; start += BATCH) {
    const batch = questions.slice(start, start + BATCH).map((question, at) => ask(question, start + at));
    answers.push(...(await Promise.all(batch)));
  }
  return answers;
}

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export type Progress = (done: number, total: number) => void;

export async function sha256(message: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", message));
}

/** The leaf hashes of these entries, end to end. */
export function leafHashes(lines: readonly Bytes[], progress?: Progress): Promise<Bytes> {
  return hashEach(lines.length, (at) => concat(LEAF, lines[at] ?? new Uint8Array()), progress);
}

async function hashEach(count: number, message: (at: number) => Bytes, progress?: Progress): Promise<Bytes> {
  const hashes = new Uint8Array(count * HASH_BYTES);
  for (let start = 0; start < count; start += BATCH) {
    const size = Math.min(BATCH, count - start);
    const batch = await Promise.all(Array.from({ length: size }, (_, at) => sha256(message(start + at))));
    batch.forEach((hash, at) => {
      hashes.set(hash, (start + at) * HASH_BYTES);
    });
    progress?.(start + size, count);
  }
  return hashes;
}

/** A tree over leaf hashes that lie end to end. Keeps every complete subtree, so that any older root is at hand. */
export class Tree {
  private constructor(private readonly levels: readonly Bytes[]) {}

  static async over(leaves: Bytes): Promise<Tree> {
    const levels = [leaves];
    let below = leaves;
    while (below.length >= 2 * HASH_BYTES) {
      const pairs = below;
      const pair = (at: number): Bytes => concat(NODE, pairs.subarray(2 * at * HASH_BYTES, 2 * (at + 1) * HASH_BYTES));
      below = await hashEach(Math.floor(below.length / (2 * HASH_BYTES)), pair);
      levels.push(below);
    }
    return new Tree(levels);
  }

  /** The root of the first `size` leaves. */
  async root(size: number): Promise<Bytes> {
    let root: Bytes | null = null;
    let end = size;
    for (let level = 0; 2 ** level <= size; level += 1) {
      // Each bit of `size` is one complete subtree; the smallest stands at the right.
      const width = 2 ** level;
      if (Math.floor(size / width) % 2 === 1) {
        end -= width;
        const node = this.node(level, end / width);
        root = root === null ? node : await nodeHash(node, root);
      }
    }
    return root ?? (await sha256(new Uint8Array()));
  }

  private node(level: number, index: number): Bytes {
    const nodes = this.levels[level] ?? new Uint8Array();
    return nodes.slice(index * HASH_BYTES, (index + 1) * HASH_BYTES);
  }
}

function nodeHash(left: Bytes, right: Bytes): Promise<Bytes> {
  return sha256(concat(NODE, left, right));
}

/**
 * The root that an inclusion proof leads to. The path is split by the shape of the tree, as RFC 6962 defines it:
 * from the root down, the sibling of the half that holds the leaf comes last.
 */
export async function rootFromPath(leaf: Bytes, index: number, size: number, path: readonly Bytes[]): Promise<Bytes> {
  if (index >= size) {
    throw new Malformed("proof_wrong");
  }
  const turns: boolean[] = [];
  let start = 0;
  let end = size;
  while (end - start > 1) {
    const middle = start + split(end - start);
    const isRight = index >= middle;
    turns.push(isRight);
    [start, end] = isRight ? [middle, end] : [start, middle];
  }
  if (turns.length !== path.length) {
    throw new Malformed("proof_wrong");
  }
  let node = leaf;
  for (const sibling of path) {
    node = turns.pop() === true ? await nodeHash(sibling, node) : await nodeHash(node, sibling);
  }
  return node;
}

/** The largest power of two below `count`. */
function split(count: number): number {
  let width = 1;
  while (width * 2 < count) {
    width *= 2;
  }
  return width;
}
