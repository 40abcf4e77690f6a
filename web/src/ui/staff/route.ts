/** Which staff view the address names. Views live behind the fragment, so that one page serves them all. */
import { useEffect, useState } from "preact/hooks";

export type Route =
  | { readonly page: "home" }
  | { readonly page: "session"; readonly id: string }
  | { readonly page: "security" }
  | { readonly page: "compliance" };

export function readRoute(hash: string): Route {
  const session = /^#session=(ses_[0-9A-Z]{12})$/.exec(hash)?.[1];
  if (session !== undefined) return { page: "session", id: session };
  if (hash === "#security") return { page: "security" };
  if (hash === "#compliance") return { page: "compliance" };
  return { page: "home" };
}

export function hrefOf(route: Route): string {
  switch (route.page) {
    case "home":
      return "/staff#";
    case "session":
      return `/staff#session=${route.id}`;
    case "security":
    case "compliance":
      return `/staff#${route.page}`;
  }
}

export function go(route: Route): void {
  location.hash = hrefOf(route).slice("/staff#".length);
}

export function useRoute(): Route {
  const [route, setRoute] = useState(() => readRoute(location.hash));
  useEffect(() => {
    const control = new AbortController();
    window.addEventListener("hashchange", () => { setRoute(readRoute(location.hash)); }, { signal: control.signal });
    return () => {
      control.abort();
    };
  }, []);
  return route;
}

const SETUP = /^#setup=([A-Za-z0-9_-]{16,128})$/;
const NEXT = /^#next=(\/j\/[A-Za-z0-9_-]{32})$/;

/** Whether a fragment brings a one-time setup token, or a participant link to go back to after signing in. */
export function isErrand(hash: string): boolean {
  return SETUP.test(hash) || NEXT.test(hash);
}

/** What the fragment brings, taken out of the address bar. */
export function takeErrand(): { readonly setup: string | null; readonly next: string | null } {
  const setup = SETUP.exec(location.hash)?.[1] ?? null;
  const next = NEXT.exec(location.hash)?.[1] ?? null;
  if (setup !== null || next !== null) history.replaceState(null, "", location.pathname);
  return { setup, next };
}
