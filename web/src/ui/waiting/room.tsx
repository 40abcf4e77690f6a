/** The waiting room: status "Waiting", calm, with nothing left to do. */
import type { VNode } from "preact";
import { useId } from "preact/hooks";
import type { CallModel } from "../../call/model";
import { Heading } from "../frame";
import { useText } from "../text";

interface RoomProps {
  readonly model: CallModel;
  readonly since: string;
  readonly onLeave: () => void;
}

export function WaitingRoom({ model, since, onLeave }: RoomProps): VNode {
  const t = useText();
  const id = useId();
  return (
    <div class="card">
      <svg class="breath" viewBox="0 0 100 100" aria-hidden="true">
        <circle class="outer" cx="50" cy="50" r="48" />
        <circle class="middle" cx="50" cy="50" r="34" />
        <circle cx="50" cy="50" r="18" />
      </svg>
      <div role="status" aria-labelledby={id} class="stack close">
        <div id={id}>
          <Heading>{t("waiting-title")}</Heading>
        </div>
        <p class="lead">{t("waiting-told")}</p>
        <p>{t("waiting-stay")}</p>
        <p class="soft">
          {t("waiting-since", { time: t.time(since) })} {model.askedAs === null ? "" : t("waiting-name", { name: model.askedAs })}
        </p>
      </div>
      <div>
        <button type="button" onClick={onLeave}>
          {t("waiting-leave")}
        </button>
      </div>
    </div>
  );
}
