/** Whom to believe: the keys and the checkpoint that the reader brings, and those that the copy brings itself. */

import { Malformed } from "./bytes";
import { checkNote, LOG_KEY, readKey, readKeys, readNote, signedAt, type Key, type Keys, type Note } from "./note";
import type { Findings } from "./report";

/** What the reader knows from elsewhere. */
export interface Known {
  /** A checkpoint kept elsewhere. */
  readonly since: string | null;
  /** The log's public key; without it the copy's own is believed. */
  readonly vkey: string | null;
}

/** What the reader brought cannot be used. */
export class UsageError extends Error {
  constructor(readonly code: "usage_vkey" | "usage_since" | "usage_nothing") {
    super(code);
    this.name = "UsageError";
  }
}

/** The keys to check with; null (and a finding) where there are none. */
export async function chooseKeys(
  own: string | null,
  known: Known,
  first: number | null,
  findings: Findings,
): Promise<Keys | null> {
  const given = known.vkey === null ? null : await givenKey(known.vkey);
  const fallback: Keys | null = given === null ? null : { log: given, witnesses: [], exporter: null };
  if (own === null) {
    if (fallback === null) {
      findings.missing.push({ code: "file_missing", name: "vkeys.txt" });
    }
    return fallback;
  }
  try {
    const keys = await readKeys(own);
    return { ...keys, log: given ?? keys.log };
  } catch (error) {
    findings.blame(first, codeOf(error), { name: "vkeys.txt" });
    return fallback;
  }
}

async function givenKey(vkey: string): Promise<Key> {
  try {
    const key = await readKey(vkey);
    if (key.kind === LOG_KEY) {
      return key;
    }
  } catch (error) {
    codeOf(error);
  }
  throw new UsageError("usage_vkey");
}

/** The kept checkpoint, once it is known to be this log's; null (and a finding) where it is not. */
export async function keptNote(known: Known, log: Key, findings: Findings): Promise<Note | null> {
  if (known.since === null) {
    findings.missing.push({ code: "nothing_kept" });
    return null;
  }
  try {
    readNote(known.since);
  } catch (error) {
    codeOf(error);
    throw new UsageError("usage_since");
  }
  try {
    return await checkNote(known.since, log);
  } catch (error) {
    codeOf(error);
    findings.blame(0, "kept_other_key");
    return null;
  }
}

/** Every witness that the keys name must have cosigned. */
export async function checkWitnesses(note: Note, witnesses: readonly Key[], findings: Findings): Promise<void> {
  for (const witness of witnesses) {
    try {
      const seen = await signedAt(note, witness);
      if (seen === null) {
        findings.missing.push({ code: "not_cosigned", name: witness.name });
      } else {
        const before = findings.seenAt.get(witness.name) ?? 0n;
        findings.seenAt.set(witness.name, seen > before ? seen : before);
      }
    } catch (error) {
      findings.blame(null, codeOf(error), { name: witness.name });
    }
  }
}

/** The code of malformed bytes; any other error goes on its way. */
export function codeOf(error: unknown): Malformed["code"] {
  if (error instanceof Malformed) {
    return error.code;
  }
  throw error;
}
