/** The page: takes files, shows the verdict in plain words. Knows the DOM; everything it says stands in `text.ts`. */

import { looseText, type Bytes } from "./bytes";
import { belowCopy, verifyLog } from "./log";
import { Unsupported } from "./note";
import { verifyPackage } from "./package";
import type { Reason, Report } from "./report";
import { entryTable, forPeople, make } from "./table";
import { TEXTS, type Language, type Text } from "./text";
import type { Progress } from "./tree";
import { UsageError, type Known } from "./trust";

export { DATA } from "./entry";
export { belowCopy, verifyLog, verifyPackage };

const CLASSES = ["is-intact", "is-changed", "is-incomplete"];

/** What was chosen so far. */
interface Chosen {
  copy: { readonly kind: "package" | "folder"; readonly files: readonly File[] } | null;
  checkpoint: File | null;
}

class Page {
  private readonly chosen: Chosen = { copy: null, checkpoint: null };
  private language: Language = navigator.language.startsWith("es") ? "es" : "en";
  /** Counts what was asked, so that a slow answer to an old question is not shown. */
  private asked = 0;

  start(): void {
    this.translate();
    one("language").addEventListener("click", () => {
      this.language = this.language === "en" ? "es" : "en";
      this.translate();
      void this.check();
    });
    for (const kind of ["package", "folder"] as const) {
      const chooser = input(kind);
      chooser.addEventListener("change", () => {
        this.chooseCopy(kind, [...(chooser.files ?? [])]);
        void this.check();
      });
    }
    const checkpoint = input("checkpoint");
    checkpoint.addEventListener("change", () => {
      this.chosen.checkpoint = checkpoint.files?.[0] ?? null;
      void this.check();
    });
    one("key").addEventListener("change", () => void this.check());
    one("form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.check();
    });
    this.acceptDrops();
  }

  private get text(): Text {
    return TEXTS[this.language];
  }

  private translate(): void {
    document.documentElement.lang = this.language;
    document.title = this.text.title;
    for (const element of document.querySelectorAll<HTMLElement>("[data-text]")) {
      const sentence = this.text[element.dataset["text"] as keyof Text];
      element.textContent = typeof sentence === "string" ? sentence : "";
    }
    one("language").lang = this.language === "en" ? "es" : "en";
  }

  private acceptDrops(): void {
    addEventListener("dragover", (event) => {
      event.preventDefault();
      document.body.classList.add("is-over");
    });
    addEventListener("dragleave", () => {
      document.body.classList.remove("is-over");
    });
    addEventListener("drop", (event) => {
      event.preventDefault();
      document.body.classList.remove("is-over");
      for (const file of event.dataTransfer?.files ?? []) {
        if (file.name.endsWith(".zip")) {
          this.chooseCopy("package", [file]);
        } else {
          this.chosen.checkpoint = file;
        }
      }
      void this.check();
    });
  }

  private chooseCopy(kind: "package" | "folder", files: readonly File[]): void {
    this.chosen.copy = files.length > 0 ? { kind, files } : null;
    input(kind === "package" ? "folder" : "package").value = "";
  }

  private async check(): Promise<void> {
    const question = (this.asked += 1);
    const { copy } = this.chosen;
    if (copy === null) {
      return;
    }
    const progress = this.showProgress();
    try {
      const known = await this.known();
      const report =
        copy.kind === "package"
          ? await verifyPackage(await read(copy.files[0]), known, progress)
          : await verifyLog(belowCopy(await readFolder(copy.files)), known, progress);
      if (question === this.asked) {
        this.show(report);
      }
    } catch (error) {
      if (question === this.asked) {
        this.explain(error);
      }
    }
  }

  private async known(): Promise<Known> {
    const vkey = input("key").value.trim();
    const { checkpoint } = this.chosen;
    return { since: checkpoint === null ? null : looseText(await read(checkpoint)), vkey: vkey === "" ? null : vkey };
  }

  private showProgress(): Progress {
    one("result").hidden = true;
    const bar = make("progress");
    bar.setAttribute("aria-label", this.text.working);
    one("status").replaceChildren(make("p", this.text.working), bar);
    return (done, total) => {
      [bar.max, bar.value] = [total, done];
    };
  }

  private explain(error: unknown): void {
    const sentence =
      error instanceof UsageError
        ? this.text.usage[error.code]
        : error instanceof Unsupported
          ? this.text.unsupported
          : this.text.unreadable;
    one("result").hidden = true;
    one("status").replaceChildren(make("p", sentence));
  }

  private show(report: Report): void {
    const { text } = this;
    const verdict = text.verdicts[report.exitCode as 0 | 1 | 2];
    one("status").replaceChildren(make("h2", verdict), make("p", text.meaning(report)));
    const result = one("result");
    result.className = CLASSES[report.exitCode] ?? "";
    one("status").className = result.className;
    result.replaceChildren(
      ...this.list(text.also, report.reasons),
      ...this.list(text.noticed, report.warnings),
      ...(report.root === "" ? [] : [this.facts(report)]),
      ...(report.entries.length === 0 ? [] : [entryTable(report.entries, text)]),
    );
    result.hidden = false;
  }

  private list(title: string, reasons: readonly Reason[]): HTMLElement[] {
    if (reasons.length === 0) {
      return [];
    }
    const list = make("ul");
    const sentences = new Set(reasons.map((reason) => this.text.reasons[reason.code](reason)));
    list.append(...[...sentences].map((sentence) => make("li", sentence)));
    return [make("h3", title), list];
  }

  private facts(report: Report): HTMLElement {
    const { facts } = this.text;
    const list = make("dl");
    list.append(make("dt", facts.size), make("dd", String(report.size)));
    list.append(make("dt", facts.root), make("dd", report.root));
    for (const [name, seconds] of report.seenAt) {
      list.append(make("dt", facts.seen), make("dd", `${name}, ${instant(seconds)}`));
    }
    return list;
  }
}

function instant(seconds: bigint): string {
  const date = new Date(Number(seconds) * 1000);
  // A witness's key can sign any number; not each of them is a date.
  return Number.isNaN(date.getTime()) ? `${seconds.toString()} s` : `${forPeople(date.toISOString())} UTC`;
}

async function read(file: File | undefined): Promise<Bytes> {
  return new Uint8Array((await file?.arrayBuffer()) ?? new ArrayBuffer(0));
}

async function readFolder(files: readonly File[]): Promise<Map<string, Bytes>> {
  const contents = await Promise.all(files.map(read));
  return new Map(files.map((file, at) => [file.webkitRelativePath, contents[at] ?? new Uint8Array()]));
}

function one(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) {
    throw new Error(`no element ${id}`);
  }
  return element;
}

function input(id: string): HTMLInputElement {
  return one(id) as HTMLInputElement;
}

// The same program checks files in a test, where there is no page.
if (typeof document !== "undefined") {
  new Page().start();
}
