/** Notes, refusals, and the copy button: short things that many pages say. */
import type { ComponentChildren, VNode } from "preact";
import { useEffect, useId, useState } from "preact/hooks";
import type { Problem } from "../api/problem";
import type { Text } from "../i18n/text";
import { useText } from "./text";

/** The sentence for a refusal. What only a broken program can cause has one sentence for all. */
export function sentenceFor(t: Text, code: string, more: { readonly reason?: string; readonly retryAfterS?: number } = {}): string {
  const precise = `problem-${code}-${more.reason ?? ""}`;
  if (more.reason !== undefined && t.has(precise)) return t(precise);
  return t.has(`problem-${code}`) ? t(`problem-${code}`, { seconds: more.retryAfterS ?? 0 }) : t("problem-unexpected");
}

/** Why an act over HTTP was refused. */
export function Refusal({ problem }: { readonly problem: Problem | null }): VNode {
  return <Refused code={problem?.code ?? null} more={problem?.more ?? {}} />;
}

/** Why something was refused. The region is always there, so that a screen reader hears what is put into it. */
export function Refused({ code, more = {} }: { readonly code: string | null; readonly more?: Problem["more"] }): VNode {
  const t = useText();
  return (
    <div role="alert">
      {code === null ? null : (
        <p class="note alarm">
          <span>{sentenceFor(t, code, more)}</span>
        </p>
      )}
    </div>
  );
}

interface NoteProps {
  readonly tone?: "care" | "alarm" | "done";
  readonly children: ComponentChildren;
}

export function Note({ tone, children }: NoteProps): VNode {
  return (
    <div class={tone === undefined ? "note" : `note ${tone}`}>
      <div>{children}</div>
    </div>
  );
}

interface CopyProps {
  readonly value: string;
  readonly label: string;
  readonly describedBy?: string;
  readonly tone?: "main" | "firm";
}

/** Copies a value and says so, without moving the focus. */
export function CopyButton({ value, label, describedBy, tone = "firm" }: CopyProps): VNode {
  const t = useText();
  const [said, setSaid] = useState<"copied" | "copy-failed" | null>(null);
  const id = useId();
  useEffect(() => {
    if (said === null) return undefined;
    const timer = setTimeout(() => {
      setSaid(null);
    }, 4000);
    return () => {
      clearTimeout(timer);
    };
  }, [said]);
  const copy = (): void => {
    navigator.clipboard.writeText(value).then(
      () => {
        setSaid("copied");
      },
      () => {
        setSaid("copy-failed");
      },
    );
  };
  return (
    <>
      <button type="button" class={tone} onClick={copy} aria-describedby={describedBy}>
        {label}
      </button>
      <span role="status" id={id} class={said === "copied" ? "chip good" : ""}>
        {said === null ? "" : t(said)}
      </span>
    </>
  );
}
