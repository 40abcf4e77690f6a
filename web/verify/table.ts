/** The entries as a table that a person can look through. */

import type { Entry } from "./entry";
import type { Text } from "./text";

/** Rows shown at once: a log of a year would make a page that no phone can hold. */
const ROWS_AT_ONCE = 500;

export function entryTable(entries: readonly Entry[], text: Text): HTMLElement {
  const table = make("table");
  table.append(make("caption", text.entries));
  const head = table.createTHead().insertRow();
  for (const column of text.columns) {
    const cell = make("th", column);
    cell.scope = "col";
    head.append(cell);
  }
  const body = table.createTBody();
  const more = make("button", text.more);
  more.type = "button";
  const grow = (): void => {
    addRows(body, entries.slice(body.rows.length, body.rows.length + ROWS_AT_ONCE));
    more.hidden = body.rows.length >= entries.length;
  };
  more.addEventListener("click", grow);
  grow();
  const box = make("div");
  box.append(scrollable(table, text.entries), more);
  return box;
}

function addRows(body: HTMLTableSectionElement, entries: readonly Entry[]): void {
  for (const entry of entries) {
    const row = body.insertRow();
    for (const cell of [String(entry.seq), forPeople(entry.time), entry.type, entry.outcome]) {
      row.insertCell().textContent = cell;
    }
  }
}

/** Wide on a phone: whoever uses a keyboard must be able to move it. */
function scrollable(content: HTMLElement, name: string): HTMLElement {
  const scroll = make("div");
  scroll.className = "scroll";
  scroll.tabIndex = 0;
  scroll.role = "region";
  scroll.ariaLabel = name;
  scroll.append(content);
  return scroll;
}

/** An instant without its fractions. */
export function forPeople(instant: string): string {
  return instant.slice(0, 19).replace("T", " ");
}

export function make<K extends keyof HTMLElementTagNameMap>(tag: K, content = ""): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  element.textContent = content;
  return element;
}
