/** The last page: what happened, in one sentence, and one next step. */
import type { VNode } from "preact";
import type { Cause } from "../../call/model";
import { Heading } from "../frame";
import { useText } from "../text";

interface OverProps {
  readonly cause: Cause;
  /** Take the seat again with the same link. */
  readonly onAgain: () => void;
  /** Where staff sign in, and come back from. */
  readonly signInAt?: string;
  /** Whether this is the whole page, or a part of one that has its own heading. */
  readonly whole?: boolean;
}

export function Over({ cause, onAgain, signInAt, whole = true }: OverProps): VNode {
  const t = useText();
  const button = `over-${cause}-button`;
  const press = (): void => {
    if (cause === "outdated") location.reload();
    else onAgain();
  };
  return (
    <div class="card">
      {whole ? <Heading>{t(`over-${cause}-title`)}</Heading> : <h2>{t(`over-${cause}-title`)}</h2>}
      <p class="lead">{t(`over-${cause}-text`)}</p>
      <p>{t(`over-${cause}-next`)}</p>
      {!t.has(button) ? null : cause === "sign_in_needed" && signInAt !== undefined ? (
        <a class="button main" href={signInAt}>
          {t(button)}
        </a>
      ) : (
        <button type="button" class="main" onClick={press}>
          {t(button)}
        </button>
      )}
    </div>
  );
}
