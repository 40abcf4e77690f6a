/** Status "Connection": plain words, and a mark that does not need color. */
import type { VNode } from "preact";
import type { CallModel } from "../../call/model";
import { useText } from "../text";

export function ConnectionStatus({ model }: { readonly model: CallModel }): VNode {
  const t = useText();
  const { kind, attempt } = { attempt: 0, ...model.connection };
  const lost = kind === "lost" || (kind === "connecting" && attempt > 0);
  const said = lost ? "connection-lost" : kind === "online" ? "connection-online" : "connection-connecting";
  return (
    <p role="status" aria-label={t("connection-label")} class={lost ? "note care" : "state small soft"}>
      <span>{t(said)}</span>
    </p>
  );
}

/** What the gateway wants everybody to know. */
export function Banner({ model, staff }: { readonly model: CallModel; readonly staff: boolean }): VNode {
  const t = useText();
  const { banner, timeLeft } = model;
  const said = [
    ...(banner === null ? [] : [t(staff ? `staff-notice-${banner}` : `notice-${banner}`)]),
    ...(timeLeft === null ? [] : [t(`notice-${timeLeft}`)]),
  ];
  return (
    <div role="status" class="stack close">
      {said.map((sentence) => (
        <p key={sentence} class="note care">
          <span>{sentence}</span>
        </p>
      ))}
    </div>
  );
}
