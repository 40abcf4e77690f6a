/** Signing in: password with an optional code, or a passkey. Nothing says which part did not match. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { Me } from "../../api/answers";
import { hasPasskeys, usePasskey as answerWithPasskey } from "../../api/passkey";
import { signIn, signInOptions, signInWithPasskey } from "../../api/staff";
import { Field } from "../field";
import { Frame, Heading } from "../frame";
import { Note, Refusal } from "../notes";
import { useText } from "../text";
import { useTask } from "./desk";
import { useTitle } from "./title";

interface SignInProps {
  /** What happened before, as a key; null when nothing did. */
  readonly note: string | null;
  readonly onSignedIn: (me: Me) => void;
}

export function SignInPage({ note, onSignedIn }: SignInProps): VNode {
  const t = useText();
  const task = useTask();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  useTitle(t("staff-sign-in-title"));

  const withPassword = (event: Event): void => {
    event.preventDefault();
    task.run(async (signal) => {
      const totp = code.replace(/\s/g, "");
      onSignedIn(await signIn({ email: email.trim(), password, ...(totp === "" ? {} : { totp }) }, signal));
    });
  };
  const withPasskey = (): void => {
    task.run(async (signal) => {
      const answer = await answerWithPasskey(await signInOptions(signal), signal);
      onSignedIn(await signInWithPasskey(answer, signal));
    });
  };
  return (
    <Frame>
      <div class="card narrow">
        <Heading focused={note !== null}>{t("staff-sign-in-title")}</Heading>
        {note === null ? null : <Note tone="done">{t(note)}</Note>}
        <form onSubmit={withPassword}>
          <Field label={t("staff-email")} type="email" autocomplete="username" required value={email} onValue={setEmail} />
          <Field label={t("staff-password")} type="password" autocomplete="current-password" required value={password} onValue={setPassword} />
          <Field label={t("staff-code")} hint={t("staff-code-hint")} inputMode="numeric" autocomplete="one-time-code" value={code} onValue={setCode} />
          <Refusal problem={task.problem} />
          <button type="submit" class="main" aria-disabled={task.busy || undefined}>
            {t("staff-sign-in")}
          </button>
        </form>
        {hasPasskeys() ? (
          <>
            <p class="or soft small">
              <span>{t("staff-or")}</span>
            </p>
            <button type="button" class="whole" onClick={withPasskey}>
              {t("staff-sign-in-passkey")}
            </button>
          </>
        ) : null}
      </div>
    </Frame>
  );
}
