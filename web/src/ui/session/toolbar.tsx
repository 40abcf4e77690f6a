/** Toolbar "Session": one tab stop after another, and the arrow keys go from button to button. */
import type { ComponentChildren, VNode } from "preact";
import { useText } from "../text";

export function Toolbar({ children }: { readonly children: ComponentChildren }): VNode {
  const t = useText();
  const move = (event: KeyboardEvent & { readonly currentTarget: HTMLDivElement }): void => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    const buttons = [...event.currentTarget.querySelectorAll("button")];
    const at = buttons.findIndex((button) => button === document.activeElement);
    if (at < 0) return;
    buttons[(at + step + buttons.length) % buttons.length]?.focus();
    event.preventDefault();
  };
  return (
    <div role="toolbar" aria-label={t("session-toolbar")} onKeyDown={move}>
      {children}
    </div>
  );
}
