/** Our own sign-in: password, code app, passkeys, and the way out on every device. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { changePassword, signOut } from "../../api/staff";
import { NewPassword } from "../field";
import { Heading } from "../frame";
import { Note, Refusal } from "../notes";
import { useText } from "../text";
import { useDesk, useTask } from "./desk";
import { Passkeys } from "./passkeys";
import { useTitle } from "./title";
import { CodeApp } from "./totp";

export function SecurityPage(): VNode {
  const t = useText();
  useTitle(t("staff-security-title"));
  return (
    <div class="stack">
      <Heading focused={false}>{t("staff-security-title")}</Heading>
      <div class="columns even">
        <div class="stack">
          <Password />
          <SignOut />
        </div>
        <div class="stack">
          <Passkeys />
          <CodeApp />
        </div>
      </div>
    </div>
  );
}

function Password(): VNode {
  const t = useText();
  const { act, me } = useDesk();
  const task = useTask();
  const [password, setPassword] = useState("");
  const [done, setDone] = useState(false);
  const change = (event: Event): void => {
    event.preventDefault();
    setDone(false);
    task.run(async () => {
      await act((signal) => changePassword(password, signal));
      setPassword("");
      setDone(true);
    });
  };
  return (
    <section class="card" aria-labelledby="password">
      <h2 id="password">{t("staff-security-password-title")}</h2>
      <form onSubmit={change}>
        <input class="unseen" type="text" autocomplete="username" value={me.name} readOnly tabIndex={-1} aria-hidden="true" />
        <NewPassword value={password} onValue={setPassword} />
        <Refusal problem={task.problem} />
        <div role="status">{done ? <Note tone="done">{t("staff-security-changed")}</Note> : null}</div>
        <button type="submit" aria-disabled={task.busy || undefined}>
          {t("staff-security-change")}
        </button>
      </form>
    </section>
  );
}

function SignOut(): VNode {
  const t = useText();
  const { signedOut } = useDesk();
  const task = useTask();
  const leave = (everywhere: boolean): void => {
    task.run(async (signal) => {
      await signOut(everywhere, signal);
      signedOut("signed_out");
    });
  };
  return (
    <section class="card" aria-labelledby="sign-out">
      <h2 id="sign-out">{t("staff-sign-out-title")}</h2>
      <p class="soft">{t("staff-sign-out-text")}</p>
      <Refusal problem={task.problem} />
      <div class="row">
        <button
          type="button"
          onClick={() => {
            leave(true);
          }}
        >
          {t("staff-sign-out-everywhere")}
        </button>
      </div>
    </section>
  );
}
