/** Sentences by key, in the language of the person. Knows nothing of the pages that show them. */
import { FluentBundle, FluentResource, type FluentVariable } from "@fluent/bundle";

export const LANGUAGES = ["en", "es"] as const;
export type Language = (typeof LANGUAGES)[number];

export type Arguments = Readonly<Record<string, FluentVariable>>;

/** Looks up a sentence. */
export interface Text {
  readonly language: Language;
  (key: string, args?: Arguments): string;
  readonly has: (key: string) => boolean;
  /** A time of day, or date and time when it is not today. */
  readonly time: (instant: string) => string;
  readonly dateTime: (instant: string) => string;
  /** To the second, for the log. */
  readonly exactTime: (instant: string) => string;
}

const CATALOGUES: Readonly<Record<Language, () => Promise<{ default: string }>>> = {
  en: () => import("./en.ftl?raw"),
  es: () => import("./es.ftl?raw"),
};

/** The first language of the person that we speak. */
export function chooseLanguage(wanted: readonly string[]): Language {
  const spoken = wanted.map((tag) => tag.split("-")[0]?.toLowerCase());
  return spoken.map((tag) => LANGUAGES.find((language) => language === tag)).find((found) => found !== undefined) ?? "en";
}

export async function loadText(language: Language): Promise<Text> {
  return makeText(language, (await CATALOGUES[language]()).default);
}

/** Values that somebody typed are wrapped in isolation marks, so that a name cannot turn the text around it. */
const TYPED = ["name", "email"];

function isolated(args: Arguments | undefined): Arguments | undefined {
  if (args === undefined) return undefined;
  return Object.fromEntries(Object.entries(args).map(([key, value]) => [key, TYPED.includes(key) && typeof value === "string" ? `\u2068${value}\u2069` : value]));
}

export function makeText(language: Language, catalogue: string): Text {
  const bundle = new FluentBundle(language, { useIsolating: false });
  bundle.addResource(new FluentResource(catalogue));
  const timeOnly = new Intl.DateTimeFormat(language, { timeStyle: "short" });
  const dateAndTime = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  const exact = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" });

  const find = (key: string, args?: Arguments): string => {
    const pattern = bundle.getMessage(key)?.value;
    // A test compares the keys in the source with the catalogues: a missing one never ships.
    return pattern === undefined || pattern === null ? key : bundle.formatPattern(pattern, isolated(args));
  };
  return Object.assign(find, {
    language,
    has: (key: string) => bundle.hasMessage(key),
    time: (instant: string) => {
      const at = new Date(instant);
      return (at.toDateString() === new Date().toDateString() ? timeOnly : dateAndTime).format(at);
    },
    dateTime: (instant: string) => dateAndTime.format(new Date(instant)),
    exactTime: (instant: string) => exact.format(new Date(instant)),
  });
}
