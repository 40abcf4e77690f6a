/** Dialog "Confirm that it is you": a passkey where one is enrolled, else the password and the code. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { Me } from "../../api/answers";
import { usePasskey as answerWithPasskey } from "../../api/passkey";
import { confirmStepUp, stepUpOptions } from "../../api/staff";
import { Dialog } from "../dialog";
import { Field } from "../field";
import { Refusal } from "../notes";
import { useText } from "../text";
import { useTask } from "./desk";

interface StepUpProps {
  readonly me: Me;
  readonly onSettled: (confirmed: boolean) => void;
}

export function StepUpDialog({ me, onSettled }: StepUpProps): VNode {
  const t = useText();
  const task = useTask();
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const byPasskey = me.passkeys.length > 0;
  const cancel = (): void => {
    onSettled(false);
  };
  const confirm = (event: Event): void => {
    event.preventDefault();
    task.run(async (signal) => {
      if (byPasskey) {
        await confirmStepUp({ passkey: await answerWithPasskey(await stepUpOptions(signal), signal) }, signal);
      } else {
        const totp = code.replace(/\s/g, "");
        await confirmStepUp({ password, ...(totp === "" ? {} : { totp }) }, signal);
      }
      onSettled(true);
    });
  };
  return (
    <Dialog title={t("staff-confirm-title")} onClose={cancel}>
      <p>{t(byPasskey ? "staff-confirm-passkey" : "staff-confirm-why")}</p>
      <form onSubmit={confirm}>
        {byPasskey ? null : (
          <Field label={t("staff-password")} type="password" autocomplete="current-password" required value={password} onValue={setPassword} />
        )}
        {byPasskey || !me.totp ? null : (
          <Field label={t("staff-code")} inputMode="numeric" autocomplete="one-time-code" required value={code} onValue={setCode} />
        )}
        <Refusal problem={task.problem} />
        <div class="row">
          <button type="submit" class="main" aria-disabled={task.busy || undefined}>
            {t("staff-confirm")}
          </button>
          <button type="button" onClick={cancel}>
            {t("staff-cancel")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
