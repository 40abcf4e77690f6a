/** Puts a page on the screen in the language of the person, and lets the language be changed. */
import { type ComponentChildren, type VNode, render } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";
import { LANGUAGES, type Language, type Text, chooseLanguage, loadText } from "../i18n/text";
import { LanguageContext } from "./frame";
import { TextContext } from "./text";

/** Kept for the tab only: nothing about a visit outlives it. */
const CHOSEN = "language";

function firstLanguage(): Language {
  const chosen = LANGUAGES.find((language) => language === sessionStorage.getItem(CHOSEN));
  return chosen ?? chooseLanguage(navigator.languages);
}

function Shell({ first, children }: { readonly first: Text; readonly children: ComponentChildren }): VNode {
  const [text, setText] = useState<Text>(() => first);
  useLayoutEffect(() => {
    document.documentElement.lang = text.language;
  }, [text]);
  const change = (): void => {
    const other = text.language === "en" ? "es" : "en";
    void loadText(other).then((loaded) => {
      sessionStorage.setItem(CHOSEN, other);
      setText(() => loaded);
    });
  };
  return (
    <TextContext.Provider value={text}>
      <LanguageContext.Provider value={change}>{children}</LanguageContext.Provider>
    </TextContext.Provider>
  );
}

/** Render `page` into the document. */
export function start(page: VNode): void {
  const root = document.getElementById("app");
  if (root === null) throw new Error("the document has no #app");
  void loadText(firstLanguage()).then((text) => {
    render(<Shell first={text}>{page}</Shell>, root);
  });
}
