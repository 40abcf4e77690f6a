/** Audit events as a plain table. What an event holds is shown as it is: this view adds and hides nothing. */
import type { VNode } from "preact";
import { useId, useState } from "preact/hooks";
import type { AuditEvent } from "../../api/answers";
import { useText } from "../text";

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function written(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "–";
}

const COLUMNS = ["seq", "time", "type", "outcome", "who", "about", "reason", "details"];

export function AuditTable({ events, labelledBy }: { readonly events: readonly AuditEvent[]; readonly labelledBy: string }): VNode {
  const t = useText();
  return (
    <div class="scroll" role="group" aria-labelledby={labelledBy} tabIndex={0}>
      <table aria-labelledby={labelledBy}>
        <thead>
          <tr>
            {COLUMNS.map((column) => (
              <th key={column} scope="col">
                {t(`compliance-${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {events.map((event) => (
            <Row key={written(event["seq"])} event={event} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ event }: { readonly event: AuditEvent }): VNode {
  const [opened, setOpened] = useState(false);
  const id = useId();
  return (
    <>
      <Cells
        event={event}
        opened={opened}
        controls={id}
        onToggle={() => {
          setOpened(!opened);
        }}
      />
      {opened ? (
        <tr id={id}>
          <td colSpan={COLUMNS.length}>
            <pre class="mono">{JSON.stringify(event, null, 1)}</pre>
          </td>
        </tr>
      ) : null}
    </>
  );
}

interface CellsProps {
  readonly event: AuditEvent;
  readonly opened: boolean;
  readonly controls: string;
  readonly onToggle: () => void;
}

function Cells({ event, opened, controls, onToggle }: CellsProps): VNode {
  const t = useText();
  const outcome = written(event["outcome"]);
  const time = written(event["time"]);
  const who = [member(event["actor"], "role") ?? member(event["actor"], "kind"), member(event["actor"], "id")];
  const about = [event["session"], member(event["subject"], "id"), member(event["target"], "id")];
  return (
    <tr>
      <th scope="row">{written(event["seq"])}</th>
      <td>
        <time dateTime={time} title={time}>
          {t.exactTime(time)}
        </time>
      </td>
      <td>
        <code>{written(event["type"])}</code>
      </td>
      <td>
        <span class={outcome === "success" ? "chip" : "chip marked"}>{t(`compliance-outcome-${outcome}`)}</span>
      </td>
      <td class="mono"><Parts of={who} /></td>
      <td class="mono"><Parts of={about} /></td>
      <td>{typeof event["reason"] === "string" ? <code>{event["reason"]}</code> : "–"}</td>
      <td>
        <button
          type="button"
          class="bare small"
          aria-expanded={opened}
          aria-controls={opened ? controls : undefined}
          aria-label={t("compliance-details-of", { seq: written(event["seq"]) })}
          onClick={onToggle}
        >
          {t("compliance-details")} <span aria-hidden="true">{opened ? "▴" : "▾"}</span>
        </button>
      </td>
    </tr>
  );
}

function Parts({ of }: { readonly of: readonly unknown[] }): VNode {
  const parts = of.filter((part) => typeof part === "string");
  return (
    <>
      {parts.map((part) => (
        <span key={part}>{part}</span>
      ))}
    </>
  );
}
