/** Who is signed in decides which views there are; the server decides what they may do. */
import type { VNode } from "preact";
import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import type { Me } from "../../api/answers";
import { Problem } from "../../api/problem";
import { readMe } from "../../api/staff";
import { forgetSeats } from "../../call/kept";
import { Vault } from "../../e2ee/vault";
import { Frame } from "../frame";
import { Note, Refusal } from "../notes";
import { useText } from "../text";
import { AdminHome } from "./admin";
import { CompliancePage } from "./compliance";
import { type Call, type Desk, DeskContext } from "./desk";
import { Nav } from "./nav";
import { type Route, useRoute } from "./route";
import { SecurityPage } from "./security";
import { SessionPage } from "./session";
import { SessionsPage } from "./sessions";
import { SetupPage } from "./setup";
import { SignInPage } from "./sign_in";
import { StepUpDialog } from "./step_up";

type Who = { readonly kind: "asking" } | { readonly kind: "nobody"; readonly say: "" | "signed_out" | "expired" | "setup_done" } | { readonly kind: "failed"; readonly problem: Problem } | { readonly kind: "me"; readonly me: Me };

interface AppProps {
  readonly errand: { readonly setup: string | null; readonly next: string | null };
}

export function StaffApp({ errand }: AppProps): VNode {
  const t = useText();
  const [who, setWho] = useState<Who>({ kind: "asking" });
  const [setup, setSetup] = useState(errand.setup);

  const ask = useCallback((): (() => void) => {
    const control = new AbortController();
    readMe(control.signal).then(
      (me) => {
        setWho({ kind: "me", me });
      },
      (error: unknown) => {
        if (control.signal.aborted) return;
        const problem = error instanceof Problem ? error : new Problem("unexpected", 0);
        setWho(problem.status === 401 ? { kind: "nobody", say: "" } : { kind: "failed", problem });
      },
    );
    return () => {
      control.abort();
    };
  }, []);
  useEffect(ask, [ask]);

  const signOut = useCallback((say: "signed_out" | "expired") => {
    forgetSeats();
    setWho({ kind: "nobody", say });
  }, []);
  useEffect(() => {
    if (who.kind === "me" && errand.next !== null) location.replace(errand.next);
  }, [who.kind, errand.next]);

  if (setup !== null) {
    return (
      <SetupPage
        token={setup}
        onDone={() => {
          setSetup(null);
          setWho({ kind: "nobody", say: "setup_done" });
        }}
      />
    );
  }
  switch (who.kind) {
    case "asking":
      return (
        <Frame>
          <p>{t("staff-loading")}</p>
        </Frame>
      );
    case "failed":
      return (
        <Frame>
          <Refusal problem={who.problem} />
          <div>
            <button type="button" onClick={ask}>
              {t("staff-try-again")}
            </button>
          </div>
        </Frame>
      );
    case "nobody":
      return <SignInPage note={NOTES[who.say]} onSignedIn={(me) => { setWho({ kind: "me", me }); }} />;
    case "me":
      return <DeskProvider key={who.me.id} me={who.me} refresh={ask} onSignedOut={signOut} />;
  }
}

const NOTES = { "": null, "signed_out": "staff-signed-out", "expired": "staff-session-expired", "setup_done": "staff-setup-done" } as const;

interface ProviderProps {
  readonly me: Me;
  readonly refresh: () => void;
  readonly onSignedOut: (because: "signed_out" | "expired") => void;
}

/** A step-up that is being waited for: the dialog answers it. */
interface Pending {
  readonly settle: (confirmed: boolean) => void;
}

function DeskProvider({ me, refresh, onSignedOut }: ProviderProps): VNode {
  const [pending, setPending] = useState<Pending | null>(null);
  const vault = useMemo(() => Vault.open(me.id), [me.id]);

  const confirm = useCallback(
    () =>
      new Promise<boolean>((resolve) => {
        setPending({
          settle: (confirmed) => {
            setPending(null);
            resolve(confirmed);
          },
        });
      }),
    [],
  );
  const act = useCallback(
    async <T,>(call: Call<T>): Promise<T> => {
      const { signal } = new AbortController();
      for (;;) {
        try {
          return await call(signal);
        } catch (error) {
          if (error instanceof Problem && error.code === "not_authenticated") onSignedOut("expired");
          if (!(error instanceof Problem) || error.code !== "step_up_required") throw error;
          if (!(await confirm())) throw new Problem("step_up_cancelled", 0);
        }
      }
    },
    [confirm, onSignedOut],
  );
  const desk = useMemo<Desk>(() => ({ me, vault, act, refresh, signedOut: onSignedOut }), [me, vault, act, refresh, onSignedOut]);
  const route = useRoute();
  return (
    <DeskContext.Provider value={desk}>
      <Frame wide bar={<Nav />}>
        <View key={JSON.stringify(route)} route={route} me={me} />
      </Frame>
      {pending === null ? null : <StepUpDialog me={me} onSettled={pending.settle} />}
    </DeskContext.Provider>
  );
}

function View({ route, me }: { readonly route: Route; readonly me: Me }): VNode {
  const t = useText();
  if (route.page === "security") return <SecurityPage />;
  if (me.role === "admin") return <AdminHome />;
  if (me.role === "compliance") return <CompliancePage />;
  switch (route.page) {
    case "home":
      return <SessionsPage />;
    case "session":
      return <SessionPage id={route.id} />;
    case "compliance":
      return <Note tone="care">{t("problem-role_not_permitted")}</Note>;
  }
}
