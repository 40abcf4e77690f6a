/** What surrounds every page: the bar on top, the demonstration banner, the content, the language. */
import { type ComponentChildren, type VNode, createContext } from "preact";
import { useContext, useEffect, useRef, useState } from "preact/hooks";
import { readAbout } from "../api/seats";
import { useText } from "./text";

export const LanguageContext = createContext<() => void>(() => undefined);

/** The fragment of our addresses has other uses: the focus moves without it. */
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById("content")?.focus();
}

interface FrameProps {
  /** What stands in the bar on top, beside the mark. */
  readonly bar?: ComponentChildren;
  readonly wide?: boolean;
  /** Whether the bar stays in sight while the page scrolls. */
  readonly sticky?: boolean;
  readonly children: ComponentChildren;
}

export function Frame({ bar, wide = false, sticky = false, children }: FrameProps): VNode {
  const t = useText();
  const changeLanguage = useContext(LanguageContext);
  return (
    <>
      <a class="skip" href="#content" onClick={skip}>
        {t("page-skip")}
      </a>
      <header class={sticky ? "head" : "head plain"}>
        <Demonstration />
        <div class="top">
          <Mark />
          {bar}
        </div>
      </header>
      <main id="content" class={wide ? "wide" : ""} tabIndex={-1}>
        {children}
      </main>
      <footer class="foot">
        <button type="button" class="bare" lang={t.language === "en" ? "es" : "en"} onClick={changeLanguage}>
          {t("page-language")}
        </button>
      </footer>
    </>
  );
}

function Mark(): VNode {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <circle class="halo" cx="16" cy="16" r="15" />
      <circle cx="16" cy="16" r="7" />
    </svg>
  );
}

function Demonstration(): VNode | null {
  const t = useText();
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const control = new AbortController();
    readAbout(control.signal).then(
      ({ demonstration }) => {
        setShown(demonstration);
      },
      () => undefined, // The banner is not worth a message; whatever is really wrong shows where it matters.
    );
    return () => {
      control.abort();
    };
  }, []);
  return shown ? <p class="demonstration">{t("demonstration-banner")}</p> : null;
}

/** The heading of a page or step. It takes the focus when the step is new, so that a screen reader says where we are. */
export function Heading({ children, focused = true }: { readonly children: ComponentChildren; readonly focused?: boolean }): VNode {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (focused) heading.current?.focus({ preventScroll: true });
    if (focused) window.scrollTo({ top: 0 });
  }, [focused]);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  );
}
