/**
 * The staff member's desk: who is signed in, and the one way to do something that the server may want confirmed.
 *
 * `act` runs a call; when the server asks for a step-up it opens the dialog, waits for it, and runs the call again.
 */
import { createContext } from "preact";
import { useCallback, useContext, useEffect, useRef, useState } from "preact/hooks";
import type { Me } from "../../api/answers";
import { Problem } from "../../api/problem";
import type { Vault } from "../../e2ee/vault";

export type Call<T> = (signal: AbortSignal) => Promise<T>;

export interface Desk {
  readonly me: Me;
  readonly vault: Promise<Vault>;
  /** An act that was begun is not stopped by leaving its page: the signal it gets never aborts. */
  readonly act: <T>(call: Call<T>) => Promise<T>;
  /** Read again who we are, after our own security settings changed. */
  readonly refresh: () => void;
  readonly signedOut: (because: "signed_out" | "expired") => void;
}

export const DeskContext = createContext<Desk | null>(null);

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (desk === null) throw new Error("a staff view was rendered without a sign-in");
  return desk;
}

export interface Task {
  readonly busy: boolean;
  readonly problem: Problem | null;
  /** Run, unless something runs already. What goes wrong is shown by whoever shows `problem`. */
  readonly run: (work: Call<void>) => void;
}

/** Something that a press starts: one at a time, stopped when its page goes away. */
export function useTask(): Task {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const control = useRef<AbortController | null>(null);
  useEffect(() => () => control.current?.abort(), []);
  const run = useCallback((work: Call<void>): void => {
    if (control.current !== null) return;
    const mine = new AbortController();
    control.current = mine;
    setBusy(true);
    setProblem(null);
    const finish = (found: Problem | null): void => {
      control.current = null;
      if (mine.signal.aborted) return;
      setBusy(false);
      setProblem(found);
    };
    work(mine.signal).then(
      () => {
        finish(null);
      },
      (error: unknown) => {
        finish(error instanceof Problem ? error : Object.assign(new Problem("unexpected", 0), { cause: error }));
      },
    );
  }, []);
  return { busy, problem, run };
}

export type Loaded<T> = { readonly kind: "loading" } | { readonly kind: "ready"; readonly value: T } | { readonly kind: "failed"; readonly problem: Problem };

/**
 * Read something when a page opens, and again when `reload` is called.
 *
 * What was read stays while it is read again, and when that fails: a short outage takes nothing off the screen.
 */
export function useLoad<T>(call: Call<T>, on: readonly unknown[]): { readonly loaded: Loaded<T>; readonly reload: () => void } {
  const [loaded, setLoaded] = useState<Loaded<T>>({ kind: "loading" });
  const [round, setRound] = useState(0);
  useEffect(() => {
    const control = new AbortController();
    call(control.signal).then(
      (value) => {
        if (!control.signal.aborted) setLoaded({ kind: "ready", value });
      },
      (error: unknown) => {
        if (control.signal.aborted) return;
        const problem = error instanceof Problem ? error : new Problem("unexpected", 0);
        setLoaded((last) => (last.kind === "ready" ? last : { kind: "failed", problem }));
      },
    );
    return () => {
      control.abort();
    };
  }, [round, ...on]);
  const reload = useCallback(() => {
    setRound((last) => last + 1);
  }, []);
  return { loaded, reload };
}
