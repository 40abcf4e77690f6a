/** `/staff#setup=<token>`: a new account chooses a passkey or a password. The link works once. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { SetupOptions } from "../../api/answers";
import { hasPasskeys, makePasskey } from "../../api/passkey";
import { readSetup, setUp } from "../../api/staff";
import { NewPassword } from "../field";
import { Frame, Heading } from "../frame";
import { Refusal } from "../notes";
import { useText } from "../text";
import { useLoad, useTask } from "./desk";
import { Loading } from "./loading";
import { useTitle } from "./title";

interface SetupProps {
  readonly token: string;
  readonly onDone: () => void;
}

export function SetupPage({ token, onDone }: SetupProps): VNode {
  const t = useText();
  const { loaded, reload } = useLoad((signal) => readSetup(token, signal), [token]);
  useTitle(t("staff-setup-title"));
  return (
    <Frame>
      <div class="stack">
        <Heading>{t("staff-setup-title")}</Heading>
        <Loading of={loaded} onAgain={reload} />
      </div>
      {loaded.kind === "ready" ? <Choices token={token} options={loaded.value} onDone={onDone} /> : null}
    </Frame>
  );
}

function Choices({ token, options, onDone }: SetupProps & { readonly options: SetupOptions }): VNode {
  const t = useText();
  const passkeyTask = useTask();
  const passwordTask = useTask();
  const [password, setPassword] = useState("");
  const withPasskey = (): void => {
    passkeyTask.run(async (signal) => {
      const passkey = await makePasskey(options, signal);
      await setUp({ token, passkey: { ...passkey, label: t("staff-passkeys-title") } }, signal);
      onDone();
    });
  };
  const withPassword = (event: Event): void => {
    event.preventDefault();
    passwordTask.run(async (signal) => {
      await setUp({ token, password }, signal);
      onDone();
    });
  };
  return (
    <>
      <p>{t("staff-setup-for", { email: options.email })}</p>
      {hasPasskeys() ? (
        <section class="card" aria-labelledby="with-passkey">
          <h2 id="with-passkey">{t("staff-setup-passkey-title")}</h2>
          <p>{t("staff-setup-passkey-text")}</p>
          <Refusal problem={passkeyTask.problem} />
          <button type="button" class="main" aria-disabled={passkeyTask.busy || undefined} onClick={withPasskey}>
            {t("staff-setup-passkey")}
          </button>
        </section>
      ) : null}
      <section class="card" aria-labelledby="with-password">
        <h2 id="with-password">{t("staff-setup-password-title")}</h2>
        <form onSubmit={withPassword}>
          <input class="unseen" type="email" autocomplete="username" value={options.email} readOnly tabIndex={-1} aria-hidden="true" />
          <NewPassword value={password} onValue={setPassword} />
          <Refusal problem={passwordTask.problem} />
          <button type="submit" class={hasPasskeys() ? "" : "main"} aria-disabled={passwordTask.busy || undefined}>
            {t("staff-setup-password")}
          </button>
        </form>
      </section>
    </>
  );
}
