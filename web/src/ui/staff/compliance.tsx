/** The log as the compliance role reads it: filters, events newest first, the checkpoint, the export. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { AuditEvent, Checkpoint } from "../../api/answers";
import { exportAudit, readAudit, readCheckpoint } from "../../api/staff";
import { Field } from "../field";
import { Heading } from "../frame";
import { CopyButton, Note, Refusal } from "../notes";
import { useText } from "../text";
import { AuditTable } from "./audit_table";
import { useDesk, useLoad, useTask } from "./desk";
import { Loading } from "./loading";
import { Select } from "./select";
import { useTitle } from "./title";

const OUTCOMES = ["any", "success", "refused", "failure", "pending"] as const;
const PAGE = 50;

interface Filter {
  readonly session: string;
  readonly type: string;
  readonly outcome: (typeof OUTCOMES)[number];
}
const EVERYTHING: Filter = { session: "", type: "", outcome: "any" };

export function CompliancePage(): VNode {
  const t = useText();
  useTitle(t("compliance-title"));
  const [filter, setFilter] = useState(EVERYTHING);
  return (
    <div class="stack">
      <Heading focused={false}>{t("compliance-title")}</Heading>
      <Note>{t("compliance-viewing")}</Note>
      <div class="columns even">
        <CheckpointCard />
        <ExportCard session={filter.session} />
      </div>
      <Filters filter={filter} onFilter={setFilter} />
      <Events key={JSON.stringify(filter)} filter={filter} />
    </div>
  );
}

function Filters({ filter, onFilter }: { readonly filter: Filter; readonly onFilter: (filter: Filter) => void }): VNode {
  const t = useText();
  const [draft, setDraft] = useState(filter);
  const show = (event: Event): void => {
    event.preventDefault();
    onFilter({ ...draft, session: draft.session.trim(), type: draft.type.trim() });
  };
  const clear = (): void => {
    setDraft(EVERYTHING);
    onFilter(EVERYTHING);
  };
  return (
    <form class="filters" role="search" aria-label={t("compliance-filters")} onSubmit={show}>
      <Field label={t("compliance-session")} value={draft.session} placeholder="ses_…" spellcheck={false} onValue={(session) => { setDraft({ ...draft, session }); }} />
      <Field label={t("compliance-type")} value={draft.type} placeholder="session.admitted" spellcheck={false} onValue={(type) => { setDraft({ ...draft, type }); }} />
      <Select label={t("compliance-outcome")} value={draft.outcome} options={OUTCOMES} nameOf={(one) => t(`compliance-outcome-${one}`)} onValue={(outcome) => { setDraft({ ...draft, outcome }); }} />
      <button type="submit">{t("compliance-show")}</button>
      <button type="button" class="bare" onClick={clear}>
        {t("compliance-clear")}
      </button>
    </form>
  );
}

function Events({ filter }: { readonly filter: Filter }): VNode {
  const t = useText();
  const { act } = useDesk();
  const task = useTask();
  const [older, setOlder] = useState<{ readonly events: readonly AuditEvent[]; readonly next: number | null } | null>(null);
  const query = { session: filter.session, type: filter.type, outcome: filter.outcome === "any" ? "" : filter.outcome, limit: PAGE };
  const { loaded, reload } = useLoad((signal) => act(() => readAudit(query, signal)), []);
  if (loaded.kind !== "ready") return <Loading of={loaded} onAgain={reload} />;
  const events = [...loaded.value.events, ...(older?.events ?? [])];
  const next = older === null ? loaded.value.nextBefore : older.next;
  const more = (before: number): void => {
    task.run(async () => {
      const page = await act((signal) => readAudit({ ...query, before }, signal));
      setOlder({ events: [...(older?.events ?? []), ...page.events], next: page.nextBefore });
    });
  };
  return (
    <section class="stack close" aria-labelledby="events">
      <h2 id="events">{t("compliance-events")}</h2>
      {events.length === 0 ? <p class="soft">{t("compliance-none")}</p> : <AuditTable events={events} labelledBy="events" />}
      <Refusal problem={task.problem} />
      {next === null ? null : (
        <p>
          <button type="button" aria-disabled={task.busy || undefined} onClick={() => { more(next); }}>
            {t("compliance-more")}
          </button>
        </p>
      )}
    </section>
  );
}

function CheckpointCard(): VNode {
  const t = useText();
  const { act } = useDesk();
  const { loaded, reload } = useLoad((signal) => act(() => readCheckpoint(signal)), []);
  const isNone = loaded.kind === "failed" && loaded.problem.code === "not_found";
  return (
    <section class="card close" aria-labelledby="checkpoint">
      <h2 id="checkpoint">{t("compliance-checkpoint")}</h2>
      {isNone ? <p>{t("compliance-checkpoint-none")}</p> : <Loading of={loaded} onAgain={reload} />}
      {loaded.kind === "ready" ? <CheckpointLine of={loaded.value} /> : null}
      <p class="soft small">{t("compliance-keep")}</p>
    </section>
  );
}

function CheckpointLine({ of }: { readonly of: Checkpoint }): VNode {
  const t = useText();
  const age = ageOf(t.language, of.ageSeconds);
  return (
    <>
      <p>{t("compliance-checkpoint-line", { size: of.size, age, root: `${of.root.slice(0, 12)}…` })}</p>
      <details>
        <summary>{t("compliance-checkpoint-text")}</summary>
        <pre class="mono">{of.checkpoint}</pre>
      </details>
      <div class="row">
        <CopyButton value={of.checkpoint} label={t("compliance-copy")} />
      </div>
    </>
  );
}

/** A time span in its largest whole unit. */
function ageOf(language: string, seconds: number): string {
  const [value, unit] = seconds < 120 ? [seconds, "second"] : seconds < 7200 ? [Math.round(seconds / 60), "minute"] : [Math.round(seconds / 3600), "hour"];
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(value);
}

function ExportCard({ session }: { readonly session: string }): VNode {
  const t = useText();
  const { act } = useDesk();
  const task = useTask();
  const [done, setDone] = useState(false);
  const make = (): void => {
    setDone(false);
    task.run(async () => {
      const blob = await act((signal) => exportAudit(session === "" ? undefined : session, signal));
      save(blob, `audit-${session === "" ? "all" : session}.zip`);
      setDone(true);
    });
  };
  return (
    <section class="card close" aria-labelledby="export">
      <h2 id="export">{t("compliance-export-title")}</h2>
      <p class="soft small">{t("compliance-export-text")}</p>
      <Refusal problem={task.problem} />
      <div role="status">{done ? <Note tone="done">{t("compliance-exported")}</Note> : null}</div>
      <div class="row">
        <button type="button" class="firm" aria-disabled={task.busy || undefined} onClick={make}>
          {t("compliance-export")}
        </button>
      </div>
    </section>
  );
}

/** Hand a file to the browser's downloads. */
function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The download has its own reference by the next turn; keeping ours would keep the bytes in memory.
  setTimeout(() => {
    URL.revokeObjectURL(link.href);
  }, 1000);
}
