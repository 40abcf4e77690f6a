/**
 * Leaving at once: button "Leave now, quietly", or the Shift key three times.
 *
 * Everything happens in one task, the visible part first. The browser's own history and the network's logs remain;
 * the help text says so.
 */
import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { forgetAll } from "../call/kept";
import { useText } from "./text";

const PRESSES = 3;
/** Three presses that belong together; a longer pause starts over. */
const PATIENCE_MS = 5000;
const NOWHERE = "about:blank";

/** Empty the screen, tell the gateway that we left, forget everything, and be somewhere else. */
export function exitNow(onExit: () => void): void {
  document.documentElement.classList.add("gone");
  onExit();
  document.body.replaceChildren();
  document.title = "";
  document.querySelector("link[rel=icon]")?.remove();
  forgetAll();
  // `replace`: the way back does not lead here.
  location.replace(NOWHERE);
}

export function QuickExit({ onExit }: { readonly onExit: () => void }): VNode {
  const t = useText();
  const [pressed, setPressed] = useState(0);

  useEffect(() => {
    const control = new AbortController();
    let count = 0;
    let patience: ReturnType<typeof setTimeout> | undefined;
    const start = (): void => {
      count = 0;
      setPressed(0);
    };
    document.addEventListener(
      "keyup",
      ({ key }) => {
        clearTimeout(patience);
        // Shift that helped to write a capital letter is followed by that letter's own keyup in between.
        count = key === "Shift" ? count + 1 : 0;
        if (count >= PRESSES) {
          exitNow(onExit);
          return;
        }
        setPressed(count);
        patience = setTimeout(start, PATIENCE_MS);
      },
      { signal: control.signal },
    );
    // A page that comes back from the browser's memory starts counting again.
    window.addEventListener("pageshow", start, { signal: control.signal });
    return () => {
      control.abort();
      clearTimeout(patience);
    };
  }, [onExit]);

  return (
    <>
      <button
        type="button"
        class="leave"
        onClick={() => {
          exitNow(onExit);
        }}
      >
        {t("exit-button")}
      </button>
      <span role="status" class="exit-more small">
        {pressed === 0 ? null : (
          <>
            <span class="lights" aria-hidden="true">
              {Array.from({ length: PRESSES }, (_, at) => (
                <i key={at} class={at < pressed ? "lit" : ""} />
              ))}
            </span>
            {t("exit-more", { left: PRESSES - pressed })}
          </>
        )}
      </span>
    </>
  );
}
