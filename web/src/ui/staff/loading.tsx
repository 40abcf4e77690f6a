/** What stands where something is still read, or could not be. */
import type { VNode } from "preact";
import type { Problem } from "../../api/problem";
import { Refusal } from "../notes";
import { useText } from "../text";
import type { Loaded } from "./desk";

/** Whether trying again can help: nobody answered, the server had a problem, or it was too soon. */
function mayPass({ status }: Problem): boolean {
  return status === 0 || status === 429 || status >= 500;
}

interface LoadingProps {
  readonly of: Loaded<unknown>;
  readonly onAgain: () => void;
}

export function Loading({ of, onAgain }: LoadingProps): VNode | null {
  const t = useText();
  switch (of.kind) {
    case "ready":
      return null;
    case "loading":
      return <p>{t("staff-loading")}</p>;
    case "failed":
      return (
        <div class="stack close">
          <Refusal problem={of.problem} />
          {mayPass(of.problem) ? (
            <div>
              <button type="button" onClick={onAgain}>
                {t("staff-try-again")}
              </button>
            </div>
          ) : null}
        </div>
      );
  }
}
