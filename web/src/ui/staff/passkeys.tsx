/** The passkeys of this account: add one, remove one. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { Passkey } from "../../api/answers";
import { hasPasskeys, makePasskey } from "../../api/passkey";
import { addPasskey, passkeyOptions, removePasskey } from "../../api/staff";
import { Field } from "../field";
import { Note, Refusal } from "../notes";
import { useText } from "../text";
import { useDesk, useTask } from "./desk";

export function Passkeys(): VNode {
  const t = useText();
  const { me } = useDesk();
  const [done, setDone] = useState<"staff-passkey-added" | "staff-passkey-removed" | null>(null);
  return (
    <section class="card" aria-labelledby="passkeys">
      <h2 id="passkeys">{t("staff-passkeys-title")}</h2>
      <p class="soft">{t("staff-passkeys-text")}</p>
      {me.passkeys.length === 0 ? (
        <p>{t("staff-passkeys-none")}</p>
      ) : (
        <ul class="stack close" aria-labelledby="passkeys">
          {me.passkeys.map((one) => (
            <Item key={one.id} one={one} onDone={() => { setDone("staff-passkey-removed"); }} />
          ))}
        </ul>
      )}
      <div role="status">{done === null ? null : <Note tone="done">{t(done)}</Note>}</div>
      {hasPasskeys() ? <Add onDone={() => { setDone("staff-passkey-added"); }} /> : <p class="soft">{t("staff-passkeys-unsupported")}</p>}
    </section>
  );
}

function Item({ one, onDone }: { readonly one: Passkey; readonly onDone: () => void }): VNode {
  const t = useText();
  const { act, refresh } = useDesk();
  const task = useTask();
  const remove = (): void => {
    task.run(async () => {
      await act((signal) => removePasskey(one.id, signal));
      onDone();
      refresh();
    });
  };
  return (
    <li class="item">
      <div class="row apart">
        <p id={`passkey-${one.id}`}>
          <bdi class="label">{one.label}</bdi>
          <br />
          <span class="soft small">{t("staff-passkey-since", { time: t.time(one.createdAt) })}</span>
        </p>
        <button type="button" aria-describedby={`passkey-${one.id}`} aria-disabled={task.busy || undefined} onClick={remove}>
          {t("staff-passkey-remove")}
        </button>
      </div>
      <Refusal problem={task.problem} />
    </li>
  );
}

function Add({ onDone }: { readonly onDone: () => void }): VNode {
  const t = useText();
  const { act, refresh } = useDesk();
  const task = useTask();
  const [label, setLabel] = useState("");
  const add = (event: Event): void => {
    event.preventDefault();
    task.run(async () => {
      const options = await act((signal) => passkeyOptions(signal));
      await act(async (signal) => addPasskey({ ...(await makePasskey(options, signal)), label: label.trim() }, signal));
      setLabel("");
      onDone();
      refresh();
    });
  };
  return (
    <form onSubmit={add}>
      <Field label={t("staff-passkey-label")} hint={t("staff-passkey-label-hint")} required maxLength={60} value={label} onValue={setLabel} />
      <Refusal problem={task.problem} />
      <button type="submit" aria-disabled={task.busy || undefined}>
        {t("staff-passkey-add")}
      </button>
    </form>
  );
}
