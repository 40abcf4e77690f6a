/** Checks a folder that holds a copy of the whole log. */

import { isEqual, looseText, type Bytes } from "./bytes";
import { readEntry, type Entry } from "./entry";
import { checkNote, type Keys, type Note } from "./note";
import { Findings, type Report } from "./report";
import { HASH_BYTES, inBatches, leafHashes, TILE_LEAVES, Tree, type Progress } from "./tree";
import { chooseKeys, checkWitnesses, codeOf, keptNote, type Known } from "./trust";

const NEWLINE = 10;
const CHECKPOINT_END = "\n---\n";
const NAMED_ENTRIES = 10;

export type Files = ReadonlyMap<string, Bytes>;

/** A size at which the root is known from a signature. */
interface Mark {
  readonly note: Note;
  readonly isKept: boolean;
}

export async function verifyLog(files: Files, known: Known, progress?: Progress): Promise<Report> {
  const findings = new Findings();
  const own = files.get("vkeys.txt");
  const keys = await chooseKeys(own === undefined ? null : looseText(own), known, 0, findings);
  if (keys !== null) {
    await new Folder(files, keys, findings).check(known, progress);
  }
  return findings.report();
}

class Folder {
  private readonly broken: ReturnType<typeof codeOf>[] = [];

  constructor(
    private readonly files: Files,
    private readonly keys: Keys,
    private readonly findings: Findings,
  ) {}

  async check(known: Known, progress?: Progress): Promise<void> {
    const own = await this.ownNotes();
    if (own.length === 0 && this.broken.length === 0) {
      this.findings.missing.push({ code: "no_checkpoint" });
    }
    const kept = await keptNote(known, this.keys.log, this.findings);
    const vouched = own.reduce((most, note) => Math.max(most, note.size), 0);
    const lines = this.lines();
    const leaves = await leafHashes(lines, progress);
    const soundTo = this.readEntries(lines, leaves);
    const marks = own.map((note): Mark => ({ note, isKept: false }));
    if (kept !== null) {
      marks.push({ note: kept, isKept: true });
    }
    marks.sort((left, right) => left.note.size - right.note.size || Number(left.isKept) - Number(right.isKept));
    const checkedTo = await this.checkMarks(marks, leaves.subarray(0, soundTo * HASH_BYTES), soundTo === lines.length);
    for (const code of this.broken) {
      // What a broken checkpoint does not vouch for, another one of the copy's own may.
      this.findings.blame(vouched < checkedTo ? vouched : null, code, { name: "checkpoints.txt" });
    }
    const signed = Math.max(vouched, kept?.size ?? 0);
    if (this.findings.bad.every((bad) => bad.first === null) && lines.length > signed) {
      this.findings.missing.push({ code: "unsigned_end", from: signed, to: lines.length - 1 });
    }
  }

  /** The checkpoints of the copy that the log signed; its own witnesses cosign every one at once. */
  private async ownNotes(): Promise<Note[]> {
    const records = this.text("checkpoints.txt").split(CHECKPOINT_END);
    if (records.pop() !== "") {
      this.findings.warnings.push({ code: "unfinished_line", name: "checkpoints.txt" });
    }
    const texts = new Set(records.map((record) => `${record}\n`));
    if (this.files.has("checkpoint.txt")) {
      texts.add(this.text("checkpoint.txt"));
    }
    const checked = await inBatches([...texts], (text) => checkNote(text, this.keys.log).catch(codeOf));
    const notes = checked.filter((each) => typeof each !== "string");
    this.broken.push(...checked.filter((each) => typeof each === "string"));
    const newest = notes.reduce<Note | null>((best, note) => (best && best.size >= note.size ? best : note), null);
    this.findings.checkpoint = newest;
    await inBatches(notes, (note) => checkWitnesses(note, this.keys.witnesses, this.findings));
    return notes;
  }

  private text(name: string): string {
    return looseText(this.files.get(name) ?? new Uint8Array());
  }

  private lines(): Bytes[] {
    const lines: Bytes[] = [];
    for (const name of this.numbered("segments/", ".jsonl")) {
      const { whole, rest } = splitLines(this.files.get(name) ?? new Uint8Array());
      lines.push(...whole);
      if (rest.length > 0) {
        this.findings.warnings.push({ code: "unfinished_line", name });
      }
    }
    return lines;
  }

  private numbered(folder: string, suffix: string): string[] {
    const isNumbered = (name: string): boolean =>
      name.startsWith(folder) &&
      name.endsWith(suffix) &&
      /^[0-9]{6,12}$/.test(name.slice(folder.length, -suffix.length));
    const number = (name: string): number => Number(name.slice(folder.length, -suffix.length));
    return [...this.files.keys()].filter(isNumbered).sort((left, right) => number(left) - number(right));
  }

  /** Read the entries up to the first that is bad; return how many are sound. */
  private readEntries(lines: readonly Bytes[], leaves: Bytes): number {
    const stored = this.storedHashes();
    for (const [place, line] of lines.entries()) {
      try {
        this.findings.entries.push(readEntry(line, place, this.keys.log.vkey));
      } catch (error) {
        this.findings.blame(place, codeOf(error), { from: place });
        break;
      }
      const hash = stored(place);
      if (hash.length > 0 && !isEqual(hash, leaves.subarray(place * HASH_BYTES, (place + 1) * HASH_BYTES))) {
        this.findings.entries.pop();
        this.findings.blame(place, "entry_not_stored", { from: place });
        break;
      }
    }
    warnOfTime(this.findings.entries, this.findings);
    return this.findings.entries.length;
  }

  private storedHashes(): (place: number) => Bytes {
    const prefix = "tiles/";
    const tiles = new Map(
      this.numbered(prefix, ".bin").map((name) => [Number(name.slice(prefix.length, -4)), this.files.get(name)]),
    );
    return (place) => {
      const tile = tiles.get(Math.floor(place / TILE_LEAVES)) ?? new Uint8Array();
      const at = (place % TILE_LEAVES) * HASH_BYTES;
      return tile.slice(at, at + HASH_BYTES);
    };
  }

  /** Compare the roots with the checkpoints, oldest first; return how many entries were compared. */
  private async checkMarks(marks: readonly Mark[], leaves: Bytes, isWhole: boolean): Promise<number> {
    const count = leaves.length / HASH_BYTES;
    const tree = await Tree.over(leaves);
    let good = 0; // Entries before this one add up to every checkpoint so far.
    let vouched = -1; // Entries before this one add up to a checkpoint of the copy's own.
    let fork: number | null = null; // A kept checkpoint of this size does not add up.
    let checked = count;
    const reached = marks.filter((mark) => mark.note.size <= count);
    const roots = await inBatches(reached, (mark) => tree.root(mark.note.size));
    for (const [at, { note, isKept }] of reached.entries()) {
      if (isEqual(roots[at] ?? new Uint8Array(), note.root)) {
        vouched = isKept ? vouched : note.size;
        good = fork === null ? note.size : good;
      } else if (isKept) {
        fork = note.size;
      } else {
        this.findings.blame(good, "entries_not_adding_up", { from: good, to: note.size - 1 });
        checked = note.size;
        break;
      }
    }
    const last = marks.at(-1);
    if (last !== undefined && last.note.size > count && isWhole && checked === count) {
      const code = last.isKept ? "kept_ahead" : "entries_cut_off";
      this.findings.blame(count, code, { from: count, to: last.note.size - 1 });
    }
    if (fork !== null) {
      // Two signed histories contradict each other only where the copy's own checkpoints add up.
      const to = fork - 1;
      if (vouched >= fork) {
        this.findings.blame(0, "forked", { from: 0, to });
      } else {
        this.findings.blame(good, "kept_not_adding_up", { from: good, to });
      }
    }
    return checked;
  }
}

/** The lines of a file, and what follows the last newline. */
export function splitLines(content: Bytes): { whole: Bytes[]; rest: Bytes } {
  const whole: Bytes[] = [];
  let start = 0;
  for (let end = content.indexOf(NEWLINE); end >= 0; end = content.indexOf(NEWLINE, start)) {
    whole.push(content.slice(start, end));
    start = end + 1;
  }
  return { whole, rest: content.slice(start) };
}

/** Time that goes back is odd, no more: the order of entries is the truth, and time is a claim. */
export function warnOfTime(entries: readonly Entry[], findings: Findings): void {
  const back = entries.filter((entry, at) => entry.time < (entries[at - 1]?.time ?? ""));
  for (const entry of back.slice(0, NAMED_ENTRIES)) {
    findings.warnings.push({ code: "time_back", from: entry.seq });
  }
}

/** Files of a chosen folder by their path below the copy, whether the copy itself or the data folder was chosen. */
export function belowCopy(files: Files): Files {
  const paths = [...files.keys()];
  const marker = paths.find((path) => /(^|\/)segments\/[0-9]{6,12}\.jsonl$/.test(path));
  const prefix = marker === undefined ? commonFolder(paths) : marker.slice(0, marker.lastIndexOf("segments/"));
  const below = [...files].filter(([path]) => path.startsWith(prefix));
  return new Map(below.map(([path, content]) => [path.slice(prefix.length), content]));
}

function commonFolder(paths: readonly string[]): string {
  const [first = ""] = paths;
  const folder = first.slice(0, first.indexOf("/") + 1);
  return paths.every((path) => path.startsWith(folder)) ? folder : "";
}
