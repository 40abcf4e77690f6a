/** What is private and what is not, "I understand", and the name. Asking to join is one press. */
import type { VNode } from "preact";
import { useRef, useState } from "preact/hooks";
import type { CallModel } from "../../call/model";
import { isNameShortEnough, tidyName } from "../../e2ee/names";
import { Field } from "../field";
import { Heading } from "../frame";
import { Refused } from "../notes";
import { useText } from "../text";

const PRIVATE = ["join-private-name", "join-private-record", "join-private-who"];
const OPEN = ["join-open-seen", "join-open-service", "join-open-device"];
const KNOW = ["join-know-media", "join-know-limits"];

/** A number that tells guests apart and says nothing about them. */
function guestNumber(): string {
  return String(1000 + ((crypto.getRandomValues(new Uint16Array(1))[0] ?? 0) % 9000));
}

interface BeforeProps {
  readonly model: CallModel;
  readonly onAsk: (name: string) => void;
}

export function Before({ model, onAsk }: BeforeProps): VNode {
  const t = useText();
  const [typed, setTyped] = useState("");
  const [number] = useState(guestNumber);
  const [understood, setUnderstood] = useState(false);
  const [missing, setMissing] = useState(false);
  const box = useRef<HTMLInputElement>(null);
  const guest = t("join-guest", { number });
  const name = tidyName(typed);
  const tooLong = !isNameShortEnough(name);
  const busy = model.stage.kind === "asking";

  const ask = (event: Event): void => {
    event.preventDefault();
    setMissing(!understood);
    if (!understood) box.current?.focus();
    if (understood && !tooLong && !busy) onAsk(name === "" ? guest : name);
  };
  return (
    <div class="card">
      <Heading>{t("join-before-title")}</Heading>
      <Facts title="join-private-title" keys={PRIVATE} />
      <Facts title="join-open-title" keys={OPEN} open />
      <Facts title="join-know-title" keys={KNOW} open />
      <form onSubmit={ask} noValidate>
        <div class="field">
          <label class="check">
            <input
              ref={box}
              type="checkbox"
              checked={understood}
              aria-invalid={missing ? "true" : undefined}
              aria-describedby={missing ? "understand-missing" : undefined}
              onChange={({ currentTarget }) => {
                setUnderstood(currentTarget.checked);
                setMissing(false);
              }}
            />
            {t("join-understand")}
          </label>
          {missing ? (
            <span class="error" id="understand-missing" role="alert">
              {t("join-understand-missing")}
            </span>
          ) : null}
        </div>
        <Field
          label={t("join-name")}
          hint={t("join-name-hint", { guest })}
          error={tooLong ? t("join-name-too-long") : undefined}
          value={typed}
          onValue={setTyped}
          autocomplete="off"
          dir="auto"
        />
        <Refused code={model.refusal} />
        <button type="submit" class="main" aria-disabled={busy || undefined}>
          {t(busy ? "join-asking" : "join-ask")}
        </button>
      </form>
    </div>
  );
}

function Facts({ title, keys, open = false }: { readonly title: string; readonly keys: readonly string[]; readonly open?: boolean }): VNode {
  const t = useText();
  return (
    <section class="stack close" aria-labelledby={title}>
      <h2 id={title}>{t(title)}</h2>
      <ul class={open ? "facts open" : "facts"}>
        {keys.map((key) => (
          <li key={key}>{t(key)}</li>
        ))}
      </ul>
    </section>
  );
}
