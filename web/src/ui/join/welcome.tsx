/** The first page behind a link. "Continue" takes the seat; reading the page does not. */
import type { VNode } from "preact";
import { Heading } from "../frame";
import { useText } from "../text";

interface WelcomeProps {
  readonly busy: boolean;
  readonly lost: boolean;
  readonly onContinue: () => void;
}

export function Welcome({ busy, lost, onContinue }: WelcomeProps): VNode {
  const t = useText();
  const press = (): void => {
    if (!busy) onContinue();
  };
  return (
    <>
      <div class="card">
        <Heading focused={false}>{t("join-title")}</Heading>
        <p class="lead">{t("join-intro")}</p>
        <p>{t("join-steps")}</p>
        <button type="button" class="main" aria-disabled={busy || undefined} onClick={press}>
          {t(busy ? "join-entering" : "join-continue")}
        </button>
        <p role="status" class={lost ? "note care" : "unseen"}>
          {lost ? <span>{t("connection-lost")}</span> : null}
        </p>
      </div>
      <SafetyHint />
    </>
  );
}

/** How to leave fast, and what that cannot do. */
export function SafetyHint(): VNode {
  const t = useText();
  return (
    <section class="stack close small soft" aria-labelledby="safety">
      <h2 id="safety">{t("exit-hint-title")}</h2>
      <p>
        {t("exit-hint")} {t("exit-hint-limits")}
      </p>
      <p>{t("exit-danger")}</p>
    </section>
  );
}
