/** One session on the host's page: its links on one side, the people on the other. */
import type { VNode } from "preact";
import { useCallback, useEffect, useState } from "preact/hooks";
import type { Session } from "../../api/answers";
import { endSession, readSession } from "../../api/staff";
import { keptSeat } from "../../call/kept";
import { LinkSecret } from "../../e2ee/link_secret";
import type { SessionKeys, Vault } from "../../e2ee/vault";
import { Dialog } from "../dialog";
import { Heading } from "../frame";
import { Note, Refusal } from "../notes";
import { useText } from "../text";
import { useDesk, useLoad, useTask } from "./desk";
import { Loading } from "./loading";
import { HostSeat } from "./host_seat";
import { Links } from "./links";
import { hrefOf } from "./route";
import { useTitle } from "./title";

/** A session that starts later than this is looked at without opening its waiting room. */
const EARLY_MS = 15 * 60_000;

interface Opened {
  readonly session: Session;
  readonly keys: SessionKeys | null;
}

/** A session without any link has no secret yet, wherever it was made: the first browser that opens it makes one. */
async function openKeys(vault: Vault, session: Session): Promise<SessionKeys | null> {
  const kept = await vault.get(session.id);
  if (kept !== null || session.invitations.length > 0 || session.state === "ended") return kept;
  const made: SessionKeys = { secret: LinkSecret.make(), invitations: {} };
  await vault.put(session.id, made);
  return made;
}

export function SessionPage({ id }: { readonly id: string }): VNode {
  const t = useText();
  useTitle(t("staff-session-title"));
  const { act, vault } = useDesk();
  const { loaded, reload } = useLoad<Opened>(async (signal) => {
    const session = await act(() => readSession(id, signal));
    return { session, keys: await openKeys(await vault, session) };
  }, [id]);
  return (
    <div class="stack">
      <p>
        <a class="back" href={hrefOf({ page: "home" })}>← {t("staff-session-back")}</a>
      </p>
      <Loading of={loaded} onAgain={reload} />
      {loaded.kind === "ready" ? <Room {...loaded.value} reload={reload} /> : null}
    </div>
  );
}

function Room({ session, keys, reload }: Opened & { readonly reload: () => void }): VNode {
  const t = useText();
  const ended = session.state === "ended";
  const early = session.plannedStart !== null && session.state === "planned" && Date.parse(session.plannedStart) - Date.now() > EARLY_MS;
  // A browser without the key is worse than the one that has it: it does not take the seat away unasked.
  const [entered, setEntered] = useState(!early && (keys !== null || keptSeat(session.id) !== null));
  const enter = useCallback(() => {
    setEntered(true);
  }, []);
  return (
    <>
      <div class="row apart">
        <div class="row">
          <Heading focused={false}>{t(`staff-kind-${session.kind}`)}</Heading>
          <span class={session.state === "open" ? "chip good" : "chip"}>{t(`staff-state-${session.state}`)}</span>
        </div>
      </div>
      {ended ? <Note>{t("staff-session-over")}</Note> : null}
      {keys === null && !ended ? <Note tone="care">{t("staff-session-key-missing")}</Note> : null}
      {ended ? null : (
        <div class="columns">
          {!session.mine ? null : entered ? (
            <HostSeat session={session} secret={keys?.secret ?? null} onChange={reload} tools={<EndButton session={session} onEnded={reload} />} />
          ) : (
            <Later session={session} early={early} onEnter={enter} onEnded={reload} />
          )}
          <Links session={session} keys={keys} onChange={reload} />
        </div>
      )}
    </>
  );
}

interface LaterProps {
  readonly session: Session;
  readonly early: boolean;
  readonly onEnter: () => void;
  readonly onEnded: () => void;
}

function Later({ session, early, onEnter, onEnded }: LaterProps): VNode {
  const t = useText();
  return (
    <div class="card">
      <p>{early ? t("staff-session-not-yet", { time: t.dateTime(session.plannedStart ?? session.createdAt) }) : t("staff-session-other-browser")}</p>
      <div class="row">
        <button type="button" class={early ? "main" : ""} onClick={onEnter}>
          {t("staff-session-enter")}
        </button>
        <EndButton session={session} onEnded={onEnded} />
      </div>
    </div>
  );
}

function EndButton({ session, onEnded }: { readonly session: Session; readonly onEnded: () => void }): VNode | null {
  const t = useText();
  const { act, vault } = useDesk();
  const task = useTask();
  const [asked, setAsked] = useState(false);
  useEffect(() => {
    if (task.problem !== null) setAsked(true);
  }, [task.problem]);
  if (!session.mine) return null;
  const close = (): void => {
    setAsked(false);
  };
  const end = (): void => {
    task.run(async () => {
      setAsked(false);
      await act((signal) => endSession(session.id, signal));
      await (await vault).drop(session.id);
      onEnded();
    });
  };
  return (
    <>
      <button type="button" class="grave" onClick={() => { setAsked(true); }}>
        {t("staff-end")}
      </button>
      {asked ? (
        <Dialog title={t("staff-end-sure")} onClose={close}>
          <p>{t("staff-end-more")}</p>
          <Refusal problem={task.problem} />
          <div class="row">
            <button type="button" class="grave" onClick={end}>
              {t("staff-end-yes")}
            </button>
            <button type="button" onClick={close}>
              {t("staff-cancel")}
            </button>
          </div>
        </Dialog>
      ) : null}
    </>
  );
}
