/** The code app: enrol with a key, confirm with a code, remove. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { TOTPEnrolment } from "../../api/answers";
import { confirmTOTP, enrolTOTP, removeTOTP } from "../../api/staff";
import { Field } from "../field";
import { CopyButton, Note, Refusal } from "../notes";
import { useText } from "../text";
import { useDesk, useTask } from "./desk";

export function CodeApp(): VNode {
  const t = useText();
  const { me, act, refresh } = useDesk();
  const task = useTask();
  const [enrolment, setEnrolment] = useState<TOTPEnrolment | null>(null);
  const [done, setDone] = useState<"staff-totp-added" | "staff-totp-removed" | null>(null);
  const begin = (): void => {
    setDone(null);
    task.run(async () => {
      setEnrolment(await act((signal) => enrolTOTP(signal)));
    });
  };
  const remove = (): void => {
    task.run(async () => {
      await act((signal) => removeTOTP(signal));
      setDone("staff-totp-removed");
      refresh();
    });
  };
  const confirmed = (): void => {
    setEnrolment(null);
    setDone("staff-totp-added");
    refresh();
  };
  return (
    <section class="card" aria-labelledby="totp">
      <h2 id="totp">{t("staff-totp-title")}</h2>
      <p class="soft">{t(me.totp ? "staff-totp-on" : "staff-totp-off")}</p>
      <div role="status">{done === null ? null : <Note tone="done">{t(done)}</Note>}</div>
      <Refusal problem={task.problem} />
      {enrolment === null ? (
        <button type="button" aria-disabled={task.busy || undefined} onClick={me.totp ? remove : begin}>
          {t(me.totp ? "staff-totp-remove" : "staff-totp-begin")}
        </button>
      ) : (
        <Enrol enrolment={enrolment} onConfirmed={confirmed} />
      )}
    </section>
  );
}

function Enrol({ enrolment, onConfirmed }: { readonly enrolment: TOTPEnrolment; readonly onConfirmed: () => void }): VNode {
  const t = useText();
  const { act } = useDesk();
  const task = useTask();
  const [code, setCode] = useState("");
  const confirm = (event: Event): void => {
    event.preventDefault();
    task.run(async () => {
      await act((signal) => confirmTOTP(code.replace(/\s/g, ""), signal));
      onConfirmed();
    });
  };
  return (
    <form onSubmit={confirm}>
      <Field label={t("staff-totp-secret")} hint={t("staff-totp-secret-hint")} value={enrolment.secret} onValue={() => undefined} readOnly spellcheck={false} />
      <div class="row">
        <CopyButton value={enrolment.secret} label={t("staff-totp-copy")} />
        <a href={enrolment.uri}>{t("staff-totp-open")}</a>
      </div>
      <Field label={t("staff-totp-code")} inputMode="numeric" autocomplete="one-time-code" required value={code} onValue={setCode} />
      <Refusal problem={task.problem} />
      <button type="submit" class="main" aria-disabled={task.busy || undefined}>
        {t("staff-totp-confirm")}
      </button>
    </form>
  );
}
