/** List "Waiting": who asks to join, since when, and the two answers. */
import type { VNode } from "preact";
import { useId } from "preact/hooks";
import { type CallModel, type SeatAct, requestId } from "../../call/model";
import type { Waiting } from "../../protocol/messages";
import { nameOf } from "../name";
import { useText } from "../text";

interface ListProps {
  readonly model: CallModel;
  /** Without the session's secret nobody can be recognised, so nobody can be admitted. */
  readonly mayAdmit: boolean;
  readonly onAct: (act: SeatAct, seat: string) => void;
}

export function WaitingList({ model, mayAdmit, onAct }: ListProps): VNode {
  const t = useText();
  const id = useId();
  return (
    <section class="card close" aria-labelledby={id}>
      <h2 id={id}>{t("staff-waiting")}</h2>
      {model.waiting.length === 0 ? <p class="soft">{t("staff-waiting-none")}</p> : null}
      <ul class="stack close" aria-labelledby={id}>
        {model.waiting.map((one) => (
          <WaitingItem key={one.seat} one={one} model={model} mayAdmit={mayAdmit} onAct={onAct} />
        ))}
      </ul>
    </section>
  );
}

function WaitingItem({ one, model, mayAdmit, onAct }: ListProps & { readonly one: Waiting }): VNode {
  const t = useText();
  const id = useId();
  const busy = model.pending.has(requestId("admit", one.seat)) || model.pending.has(requestId("deny", one.seat));
  const press = (act: SeatAct): void => {
    if (!busy) onAct(act, one.seat);
  };
  return (
    <li class="stack close" data-seat={one.seat}>
      <div class="row apart">
        <p id={id}>
          <bdi class="label">{nameOf(t, model, one.seat)}</bdi>{" "}
          <span class="soft small">
            {one.role === "participant" ? "" : `${t(`session-role-${one.role}`)} · `}
            {t("since", { time: t.time(one.since) })}
          </span>
        </p>
        <div class="row">
          <button type="button" class="firm" aria-describedby={id} aria-disabled={busy || undefined} disabled={!mayAdmit} onClick={() => { press("admit"); }}>
            {t("staff-admit")}
          </button>
          <button type="button" aria-describedby={id} aria-disabled={busy || undefined} onClick={() => { press("deny"); }}>
            {t("staff-decline")}
          </button>
        </div>
      </div>
      {one.device === "first" ? null : (
        <p class="note care small">
          <span>{t(`staff-device-${one.device}`)}</span>
        </p>
      )}
    </li>
  );
}
