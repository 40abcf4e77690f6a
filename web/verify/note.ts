/** Keys and checkpoints (C2SP signed-note, tlog-checkpoint, tlog-cosignature, tlog-proof), checked with WebCrypto. */

import {
  base64,
  concat,
  hex,
  isEqual,
  Malformed,
  readBase64,
  readBase64url,
  utf8,
  type Bytes,
} from "./bytes";
import { HASH_BYTES, rootFromPath, sha256 } from "./tree";

export const LOG_KEY = 0x01;
export const WITNESS_KEY = 0x04;

const KEY_BYTES = 32;
const KEY_ID_BYTES = 4;
const TIME_BYTES = 8;
const SIGNATURE_BYTES = 64;
const NAME = /^[!-*,-~]+$/;
const SIGNATURE_LINE = /^— ([^ +\n]+) ([^ \n]+)$/;
const SIZE = /^(0|[1-9][0-9]{0,14})$/;

export interface Key {
  readonly name: string;
  readonly kind: number;
  readonly id: Bytes;
  readonly public: Bytes;
  /** The key as it is published. */
  readonly vkey: string;
}

export interface Keys {
  readonly log: Key;
  readonly witnesses: readonly Key[];
  readonly exporter: Bytes | null;
}

export interface Note {
  readonly origin: string;
  readonly size: number;
  readonly root: Bytes;
  readonly body: string;
  readonly signatures: readonly { readonly name: string; readonly id: Bytes; readonly blob: Bytes }[];
}

export async function readKey(vkey: string): Promise<Key> {
  const [name, id, ...rest] = vkey.split("+");
  const raw = readBase64(rest.join("+")); // Base64 has plus signs of its own; names have none.
  const kind = raw[0];
  if (name === undefined || kind === undefined || !NAME.test(name) || raw.length !== 1 + KEY_BYTES) {
    throw new Malformed("key_form");
  }
  const digest = await sha256(concat(utf8(`${name}\n`), raw));
  const own = digest.slice(0, KEY_ID_BYTES);
  if (id !== hex(own)) {
    throw new Malformed("key_form");
  }
  return { name, kind, id: own, public: raw.slice(1), vkey };
}

/** The keys in a vkeys.txt: the log's first, then witnesses, and in a package the exporter's. */
export async function readKeys(text: string): Promise<Keys> {
  const lines = (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
  const exporters = lines.filter((line) => line.startsWith("export ")).map((line) => readBase64url(line.slice(7)));
  const [log, ...others] = await Promise.all(lines.filter((line) => !line.startsWith("export ")).map(readKey));
  if (log?.kind !== LOG_KEY || exporters.length > 1 || exporters.some((key) => key.length !== KEY_BYTES)) {
    throw new Malformed("keys_form");
  }
  return { log, witnesses: others.filter((key) => key.kind === WITNESS_KEY), exporter: exporters[0] ?? null };
}

/** The parts of a checkpoint, not yet believed. */
export function readNote(text: string): Note {
  const gap = text.indexOf("\n\n");
  const [origin = "", size = "", root = "", ...more] = text.slice(0, Math.max(gap, 0)).split("\n");
  const tail = text.slice(gap + 2);
  if (gap < 0 || more.length > 0 || !tail.endsWith("\n") || !NAME.test(origin) || !SIZE.test(size)) {
    throw new Malformed("checkpoint_form");
  }
  const hash = readBase64(root);
  if (hash.length !== HASH_BYTES) {
    throw new Malformed("checkpoint_form");
  }
  const signatures = tail.slice(0, -1).split("\n").map(readSignature);
  return { origin, size: Number(size), root: hash, body: text.slice(0, gap + 1), signatures };
}

function readSignature(line: string): Note["signatures"][number] {
  const found = SIGNATURE_LINE.exec(line);
  const blob = readBase64(found?.[2] ?? "");
  if (found?.[1] === undefined || blob.length <= KEY_ID_BYTES) {
    throw new Malformed("checkpoint_form");
  }
  return { name: found[1], id: blob.slice(0, KEY_ID_BYTES), blob: blob.slice(KEY_ID_BYTES) };
}

/** A checkpoint that the log signed; throws `Malformed` where it is none, or another key's. */
export async function checkNote(text: string, log: Key): Promise<Note> {
  const note = readNote(text);
  if (note.origin !== log.name) {
    throw new Malformed("checkpoint_origin");
  }
  if ((await signedAt(note, log)) === null) {
    throw new Malformed("checkpoint_unsigned");
  }
  return note;
}

/** When this key signed (0 for a log, which tells no time), or null where it did not; throws where it did wrongly. */
export async function signedAt(note: Note, key: Key): Promise<bigint | null> {
  let latest: bigint | null = null;
  for (const line of note.signatures) {
    if (line.name !== key.name || !isEqual(line.id, key.id)) {
      continue;
    }
    const timeBytes = key.kind === WITNESS_KEY ? TIME_BYTES : 0;
    if (line.blob.length !== timeBytes + SIGNATURE_BYTES) {
      throw new Malformed("checkpoint_signature");
    }
    const time = timeBytes > 0 ? new DataView(line.blob.buffer).getBigUint64(0) : 0n;
    const signed = timeBytes > 0 ? `cosignature/v1\ntime ${time.toString()}\n${note.body}` : note.body;
    if (!(await isSigned(line.blob.slice(timeBytes), utf8(signed), key.public))) {
      throw new Malformed("checkpoint_signature");
    }
    latest = latest === null || time > latest ? time : latest;
  }
  return latest;
}

/** This browser cannot check Ed25519 signatures. */
export class Unsupported extends Error {}

export async function isSigned(signature: Bytes, message: Bytes, publicKey: Bytes): Promise<boolean> {
  try {
    const key = await crypto.subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", key, signature, message);
  } catch (error) {
    if (error instanceof DOMException && error.name !== "NotSupportedError") {
      return false; // Bytes that are no key sign nothing.
    }
    throw new Unsupported("Ed25519", { cause: error });
  }
}

/** Check a tlog-proof of a leaf against a checkpoint that is already believed. */
export async function checkProof(
  text: string,
  leaf: Bytes,
  seq: number,
  note: Note,
  checkpoint: string,
): Promise<void> {
  const gap = text.indexOf("\n\n");
  const [header, index, ...path] = text.slice(0, gap < 0 ? text.length : gap).split("\n");
  if (header !== "c2sp.org/tlog-proof@v1" || index !== `index ${seq}`) {
    throw new Malformed("proof_other");
  }
  if (gap < 0 || text.slice(gap + 2) !== checkpoint) {
    throw new Malformed("proof_checkpoint");
  }
  const hashes = path.map(readBase64);
  if (hashes.some((hash) => hash.length !== HASH_BYTES)) {
    throw new Malformed("proof_wrong");
  }
  if (!isEqual(await rootFromPath(leaf, seq, note.size, hashes), note.root)) {
    throw new Malformed("proof_wrong");
  }
}

export function rootText(note: Note): string {
  return base64(note.root);
}
