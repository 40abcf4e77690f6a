/** The sentences of the chosen language, within reach of every view. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Text } from "../i18n/text";

export const TextContext = createContext<Text | null>(null);

export function useText(): Text {
  const text = useContext(TextContext);
  if (text === null) throw new Error("a view was rendered outside of start()");
  return text;
}
