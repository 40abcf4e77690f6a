/** Checkpoints, proofs, trees and signatures against the vectors that the other verifier is held to. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { base64, concat, hex, Malformed, readBase64, readBase64url, utf8, type Bytes } from "./bytes";
import { checkNote, checkProof, readKey, readKeys, readNote, signedAt } from "./note";
import { checkJws } from "./package";
import { leafHashes, rootFromPath, Tree } from "./tree";

interface Case {
  readonly name: string;
  readonly expect: string;
}
interface TreeVectors {
  readonly leaves: readonly string[];
  readonly roots: readonly string[];
  readonly inclusion: readonly { readonly index: number; readonly size: number; readonly path: readonly string[] }[];
}
interface CheckpointVectors {
  readonly vkey: string;
  readonly witness_vkey: string;
  readonly leaves: readonly string[];
  readonly checkpoint: string;
  readonly cosigned: string;
  readonly cosigned_at: number;
  readonly proof: string;
  readonly cases: readonly (Case & { readonly text: string })[];
}
interface JwsVectors {
  readonly public: string;
  readonly payload: string;
  readonly cases: readonly (Case & { readonly compact: string })[];
}

function vectors(name: string): unknown {
  return JSON.parse(readFileSync(resolve(import.meta.dirname, `../../tests/vectors/audit/${name}.json`), "utf8"));
}

const tree = vectors("tree") as TreeVectors;
const checkpoint = vectors("checkpoint") as CheckpointVectors;
const jws = vectors("jws") as JwsVectors;

async function outcome(check: Promise<unknown>): Promise<string> {
  try {
    await check;
  } catch (error) {
    return error instanceof Malformed ? error.code : String(error);
  }
  return "ok";
}

const unhex = (text: string): Bytes => Uint8Array.from(text.match(/../g) ?? [], (byte) => parseInt(byte, 16));

describe("the tree", () => {
  it("has the roots of the reference implementation", async () => {
    const grown = await Tree.over(await leafHashes(tree.leaves.map(unhex)));
    const roots = await Promise.all(tree.roots.map((_, size) => grown.root(size)));
    expect(roots.map(hex)).toEqual(tree.roots);
  });

  it.each(tree.inclusion)("proves leaf $index of $size", async ({ index, size, path }) => {
    const leaf = await leafHashes([unhex(tree.leaves[index]!)]);
    expect(hex(await rootFromPath(leaf, index, size, path.map(unhex)))).toBe(tree.roots[size]);
    expect(await outcome(rootFromPath(leaf, index, size, [...path.map(unhex), leaf]))).toBe("proof_wrong");
    expect(await outcome(rootFromPath(leaf, size, size, path.map(unhex)))).toBe("proof_wrong");
  });
});

describe("a checkpoint", () => {
  const codes: Readonly<Record<string, readonly string[]>> = {
    ok: ["ok"],
    unsigned: ["checkpoint_unsigned"],
    other_log: ["checkpoint_origin"],
    wrong_signature: ["checkpoint_signature"],
    malformed: ["checkpoint_form", "base64"],
  };

  it.each(checkpoint.cases)("$name", async ({ text, expect: expected }) => {
    const log = await readKey(checkpoint.vkey);
    expect(codes[expected]).toContain(await outcome(checkNote(text, log)));
  });

  it("tells when a witness saw it", async () => {
    const witness = await readKey(checkpoint.witness_vkey);
    expect(await signedAt(readNote(checkpoint.cosigned), witness)).toBe(BigInt(checkpoint.cosigned_at));
    expect(await signedAt(readNote(checkpoint.checkpoint), witness)).toBeNull();
  });

  it("is reached by the proof of a leaf, and of no other", async () => {
    const note = readNote(checkpoint.checkpoint);
    const leaf = (at: number): Promise<Bytes> => leafHashes([utf8(checkpoint.leaves[at]!)]);
    const check = async (at: number, seq: number, proof: string, text = checkpoint.checkpoint): Promise<string> =>
      outcome(checkProof(proof, await leaf(at), seq, note, text));
    expect(await check(3, 3, checkpoint.proof)).toBe("ok");
    expect(await check(2, 3, checkpoint.proof)).toBe("proof_wrong");
    expect(await check(3, 2, checkpoint.proof)).toBe("proof_other");
    expect(await check(3, 3, checkpoint.proof, checkpoint.cosigned)).toBe("proof_checkpoint");
    expect(await check(3, 3, checkpoint.proof.replace(/\n0\+Cm.*/, "\nYQ=="))).toBe("proof_wrong");
  });
});

describe("keys", () => {
  it.each(["", "x", "a+b+c", checkpoint.vkey.replace("ec5ded59", "ec5ded58"), checkpoint.vkey.slice(0, -4)])(
    "are refused when they are none: %s",
    async (vkey) => {
      expect(["key_form", "base64"]).toContain(await outcome(readKey(vkey)));
    },
  );

  it("begin with the log's", async () => {
    expect((await readKeys(`${checkpoint.vkey}\n${checkpoint.witness_vkey}\n`)).witnesses).toHaveLength(1);
    expect(await outcome(readKeys(`${checkpoint.witness_vkey}\n${checkpoint.vkey}\n`))).toBe("keys_form");
    expect(await outcome(readKeys(`${checkpoint.vkey}\nexport AA\n`))).toBe("keys_form");
  });
});

describe("a signature of a manifest", () => {
  it.each(jws.cases)("$name", async ({ compact, expect: expected }) => {
    const said = await outcome(checkJws(compact, utf8(jws.payload), readBase64url(jws.public)));
    expect(said === "ok").toBe(expected === "ok");
  });
});

describe("base64", () => {
  it("has one spelling", () => {
    const bytes = concat(Uint8Array.from({ length: 300 }, (_, at) => at % 256));
    expect(readBase64(base64(bytes))).toEqual(bytes);
    for (const text of ["YR==", "YQ", "Y Q==", "YQ==\n", "é"]) {
      expect(() => readBase64(text)).toThrow(Malformed);
    }
    for (const text of ["YQ==", "a+b/", "YR"]) {
      expect(() => readBase64url(text)).toThrow(Malformed);
    }
  });
});
