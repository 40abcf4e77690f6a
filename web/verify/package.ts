/** Checks an exported package: manifest, checkpoint, every entry with its proof, and the whole log's leaf hashes. */

import { base64, base64url, hex, isEqual, looseText, Malformed, readBase64url, utf8, type Bytes } from "./bytes";
import { readEntry, type Entry } from "./entry";
import { readCanonical, textIn, type Json } from "./json";
import { splitLines, warnOfTime, type Files } from "./log";
import { checkNote, checkProof, isSigned, type Key, type Note } from "./note";
import { Findings, type Report } from "./report";
import { HASH_BYTES, inBatches, leafHashes, sha256, Tree, type Progress } from "./tree";
import { chooseKeys, checkWitnesses, codeOf, keptNote, type Known } from "./trust";
import { readZip } from "./zip";

const MANIFEST_FILES = ["manifest.json", "manifest.jws"];
const ESSENTIAL = [...MANIFEST_FILES, "vkeys.txt", "checkpoint.txt", "events.jsonl", "tiles/hashes.bin"];
/** Files without which nothing else in a package is vouched for. */
const VOUCHING = ["vkeys.txt", "checkpoint.txt"];
const MANIFEST_TYP = "sotto-export+jws";

interface Manifest {
  readonly count: number;
  readonly files: ReadonlyMap<string, string>;
  readonly origin: string;
  readonly root: string;
  readonly size: number;
}

export async function verifyPackage(blob: Bytes, known: Known, progress?: Progress): Promise<Report> {
  const findings = new Findings();
  try {
    const files = await readZip(blob);
    await new Package(files, findings).check(known, progress);
  } catch (error) {
    findings.blame(null, codeOf(error));
  }
  return findings.report();
}

class Package {
  private readonly manifest: Manifest | null;
  /** The entries that were exported. */
  private readonly seqs: readonly number[];
  /** What is named when nothing in the package is vouched for. */
  private readonly first: number | null;

  constructor(
    private readonly files: Files,
    private readonly findings: Findings,
  ) {
    this.manifest = this.readManifest();
    const names = [...(this.manifest?.files ?? this.files).keys()];
    this.seqs = names
      .map(seqOfProof)
      .filter((seq) => seq !== null)
      .sort((left, right) => left - right);
    this.first = this.seqs[0] ?? null;
  }

  async check(known: Known, progress?: Progress): Promise<void> {
    await this.checkFiles();
    const own = this.text("vkeys.txt");
    const keys = await chooseKeys(own, known, this.first, this.findings);
    if (keys === null) {
      return;
    }
    if (own !== null) {
      await this.checkSignature(keys.exporter);
    }
    const kept = await keptNote(known, keys.log, this.findings);
    const note = await this.checkCheckpoint(keys.log);
    if (note === null) {
      return;
    }
    await checkWitnesses(note, keys.witnesses, this.findings);
    await this.checkEntries(note, keys.log, progress);
    await this.checkTree(note, kept);
  }

  private text(name: string): string | null {
    const content = this.files.get(name);
    return content === undefined ? null : looseText(content);
  }

  private readManifest(): Manifest | null {
    const content = this.text("manifest.json");
    if (content === null) {
      return null;
    }
    try {
      return asManifest(readCanonical(content));
    } catch (error) {
      codeOf(error);
      this.findings.blame(null, "manifest_form", { name: "manifest.json" });
      return null;
    }
  }

  /** Compare every file with the manifest. */
  private async checkFiles(): Promise<void> {
    const named = this.manifest?.files ?? new Map<string, string>();
    for (const name of [...new Set([...named.keys(), ...ESSENTIAL])].sort()) {
      if (!this.files.has(name)) {
        this.findings.missing.push({ code: "file_missing", name });
      }
    }
    if (this.manifest === null) {
      return;
    }
    for (const [name, content] of this.files) {
      if (MANIFEST_FILES.includes(name)) {
        continue;
      }
      const expected = named.get(name);
      if (expected === undefined) {
        this.findings.blame(null, "file_unnamed", { name });
      } else if (hex(await sha256(content)) !== expected) {
        const first = seqOfProof(name) ?? (VOUCHING.includes(name) ? this.first : null);
        this.findings.blame(first, "file_changed", { name });
      }
    }
  }

  /** Check that the exporter signed the manifest: the choice of entries is theirs. */
  private async checkSignature(exporter: Bytes | null): Promise<void> {
    const compact = this.text("manifest.jws");
    const manifest = this.files.get("manifest.json");
    if (compact === null || manifest === undefined) {
      return;
    }
    if (exporter === null) {
      this.findings.blame(this.first, "no_exporter_key", { name: "vkeys.txt" });
      return;
    }
    try {
      await checkJws(compact, manifest, exporter);
    } catch (error) {
      this.findings.blame(this.first, codeOf(error), { name: "manifest.jws" });
    }
  }

  private async checkCheckpoint(log: Key): Promise<Note | null> {
    const text = this.text("checkpoint.txt");
    if (text === null) {
      return null;
    }
    try {
      const note = await checkNote(text, log);
      this.findings.checkpoint = note;
      const { manifest } = this;
      if (
        manifest !== null &&
        (manifest.origin !== note.origin || manifest.size !== note.size || manifest.root !== base64(note.root))
      ) {
        this.findings.blame(this.first, "manifest_checkpoint", { name: "manifest.json" });
      }
      return note;
    } catch (error) {
      this.findings.blame(this.first, codeOf(error), { name: "checkpoint.txt" });
      return null;
    }
  }

  /** Check each entry and its proof, up to the first that is bad. */
  private async checkEntries(note: Note, log: Key, progress?: Progress): Promise<void> {
    const content = this.files.get("events.jsonl");
    if (content === undefined) {
      return;
    }
    if (this.manifest !== null && this.manifest.count !== this.seqs.length) {
      this.findings.blame(null, "manifest_count", { name: "manifest.json" });
    }
    const { whole, rest } = splitLines(content);
    const lines = rest.length > 0 ? [...whole, rest] : whole;
    const leaves = await leafHashes(lines);
    const pairs = this.seqs.slice(0, lines.length);
    const checked = await inBatches(pairs, async (seq, at) => {
      const leaf = leaves.slice(at * HASH_BYTES, (at + 1) * HASH_BYTES);
      const found = await this.checkEntry(seq, lines[at] ?? new Uint8Array(), leaf, note, log).catch(codeOf);
      progress?.(at + 1, pairs.length);
      return found;
    });
    const bad = checked.findIndex((each) => typeof each === "string");
    this.findings.entries.push(...sound(bad < 0 ? checked : checked.slice(0, bad)));
    const [code, seq] = [checked[bad], this.seqs[bad]];
    if (typeof code === "string" && seq !== undefined) {
      this.findings.blame(seq, code, { from: seq });
    } else {
      this.checkCount(lines.length);
    }
    warnOfTime(this.findings.entries, this.findings);
  }

  /** Say what is missing, or more than was exported. */
  private checkCount(count: number): void {
    const next = this.seqs[count];
    if (next !== undefined) {
      this.findings.blame(next, "entry_missing", { from: next });
    } else if (count > this.seqs.length) {
      this.findings.blame((this.seqs.at(-1) ?? -1) + 1, "entry_added");
    }
  }

  /** The entry in a line, once its proof leads to the checkpoint. */
  private async checkEntry(seq: number, line: Bytes, leaf: Bytes, note: Note, log: Key): Promise<Entry> {
    const entry = readEntry(line, seq, log.vkey);
    const proof = this.text(`proofs/${seq}.tlog-proof`);
    if (proof !== null) {
      await checkProof(proof, leaf, seq, note, this.text("checkpoint.txt") ?? "");
    }
    const stored = this.hashes().subarray(seq * HASH_BYTES, (seq + 1) * HASH_BYTES);
    if (stored.length > 0 && !isEqual(stored, leaf)) {
      throw new Malformed("entry_not_stored");
    }
    return entry;
  }

  private hashes(): Bytes {
    return this.files.get("tiles/hashes.bin") ?? new Uint8Array();
  }

  /** Check the leaf hashes of the whole log, and with them that it continues the kept checkpoint. */
  private async checkTree(note: Note, kept: Note | null): Promise<void> {
    const hashes = this.hashes();
    const whole = hashes.slice(0, hashes.length - (hashes.length % HASH_BYTES));
    const tree = await Tree.over(whole);
    const count = whole.length / HASH_BYTES;
    const isWhole = hashes.length === note.size * HASH_BYTES && isEqual(await tree.root(note.size), note.root);
    if (this.files.has("tiles/hashes.bin") && !isWhole) {
      this.findings.blame(null, "hashes_wrong", { name: "tiles/hashes.bin" });
    }
    if (kept === null) {
      return;
    }
    if (kept.size > note.size) {
      this.findings.blame(note.size, "kept_ahead", { from: note.size, to: kept.size - 1 });
    } else if (kept.size === note.size || kept.size <= count) {
      const root = kept.size === note.size ? note.root : await tree.root(kept.size);
      if (!isEqual(root, kept.root)) {
        this.findings.blame(0, "forked", { from: 0, to: kept.size - 1 });
      }
    }
  }
}

function sound(checked: readonly (Entry | string)[]): Entry[] {
  return checked.filter((each) => typeof each !== "string");
}

function seqOfProof(name: string): number | null {
  const found = /^proofs\/(0|[1-9][0-9]{0,14})\.tlog-proof$/.exec(name);
  return found === null ? null : Number(found[1]);
}

function asManifest(value: Json): Manifest {
  const text = ["created_at", "exporter", "kind", "origin", "root"];
  const whole = ["count", "size", "v"];
  if (!(value instanceof Map)) {
    throw new Malformed("manifest_form");
  }
  const files = value.get("files");
  const session = value.get("session");
  const isManifest =
    value.size === text.length + whole.length + 2 &&
    text.every((name) => typeof value.get(name) === "string") &&
    whole.every((name) => typeof value.get(name) === "number") &&
    (session === null || typeof session === "string") &&
    files instanceof Map &&
    value.get("v") === 1 &&
    value.get("kind") === "sotto-export";
  if (!isManifest) {
    throw new Malformed("manifest_form");
  }
  return {
    count: Number(value.get("count")),
    files: new Map([...files.keys()].map((name) => [name, textIn(files, name)])),
    origin: textIn(value, "origin"),
    root: textIn(value, "root"),
    size: Number(value.get("size")),
  };
}

/** Check that `compact` is the signature of `payload` by this key (RFC 7515, Ed25519, its one spelling). */
export async function checkJws(compact: string, payload: Bytes, publicKey: Bytes): Promise<void> {
  const jwk = `{"crv":"Ed25519","kty":"OKP","x":"${base64url(publicKey)}"}`; // RFC 7638 fixes the order.
  const kid = base64url(await sha256(utf8(jwk)));
  const header = `{"alg":"Ed25519","kid":"${kid}","typ":"${MANIFEST_TYP}"}`;
  const signed = `${base64url(utf8(header))}.${base64url(payload)}`;
  if (!compact.startsWith(`${signed}.`)) {
    throw new Malformed("jws_other");
  }
  if (!(await isSigned(readBase64url(compact.slice(signed.length + 1)), utf8(signed), publicKey))) {
    throw new Malformed("jws_signature");
  }
}
