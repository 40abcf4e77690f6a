/** What was found, and the verdict that follows from it. */

import { rootText, type Note } from "./note";
import type { Entry } from "./entry";
import type { MalformedCode } from "./bytes";

export const INTACT = 0;
export const TAMPERED = 1;
export const INCOMPLETE = 2;

/** What is wrong, missing or odd; the sentence for it is in `text.ts`. */
export type ReasonCode =
  | MalformedCode
  | "file_changed"
  | "file_unnamed"
  | "file_missing"
  | "manifest_count"
  | "manifest_checkpoint"
  | "no_exporter_key"
  | "entry_missing"
  | "entry_added"
  | "hashes_wrong"
  | "entries_not_adding_up"
  | "entries_cut_off"
  | "kept_ahead"
  | "kept_not_adding_up"
  | "kept_other_key"
  | "forked"
  | "not_cosigned"
  | "no_checkpoint"
  | "nothing_kept"
  | "unsigned_end"
  | "unfinished_line"
  | "time_back";

export interface Reason {
  readonly code: ReasonCode;
  /** A file or a key. */
  readonly name?: string;
  /** A range of entries, where the code speaks of one; `to` is the last of them. */
  readonly from?: number;
  readonly to?: number;
}

export interface Bad extends Reason {
  /** The first entry that is not what was signed; null when no single entry is to blame. */
  readonly first: number | null;
}

export interface Report {
  readonly exitCode: number;
  readonly firstBad: number | null;
  readonly reasons: readonly (Bad | Reason)[];
  readonly warnings: readonly Reason[];
  readonly size: number;
  readonly root: string;
  readonly seenAt: ReadonlyMap<string, bigint>;
  /** The entries that could be read, for people to look at. */
  readonly entries: readonly Entry[];
}

/** Collects what is found. */
export class Findings {
  readonly bad: Bad[] = [];
  readonly missing: Reason[] = [];
  readonly warnings: Reason[] = [];
  readonly seenAt = new Map<string, bigint>();
  readonly entries: Entry[] = [];
  checkpoint: Note | null = null;

  blame(first: number | null, code: ReasonCode, more: Omit<Reason, "code"> = {}): void {
    this.bad.push({ first, code, ...more });
  }

  /** The verdict: the first bad entry first, and what no single entry is to blame for last. */
  report(): Report {
    const order = (bad: Bad): number => bad.first ?? Number.POSITIVE_INFINITY;
    const bad = [...this.bad].sort((left, right) => Math.sign(order(left) - order(right)) || 0);
    return {
      exitCode: bad.length > 0 ? TAMPERED : this.missing.length > 0 ? INCOMPLETE : INTACT,
      firstBad: bad[0]?.first ?? null,
      reasons: [...bad, ...this.missing],
      warnings: this.warnings,
      size: this.checkpoint?.size ?? 0,
      root: this.checkpoint === null ? "" : rootText(this.checkpoint),
      seenAt: this.seenAt,
      entries: this.entries,
    };
  }
}
