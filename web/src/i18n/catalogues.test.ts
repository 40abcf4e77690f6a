/** What holds for the texts: the same keys everywhere, nothing unused, and short enough words for participants. */
import { readFileSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { FluentResource } from "@fluent/bundle";
import { describe, expect, it } from "vitest";
import { LANGUAGES, type Language, chooseLanguage, makeText } from "./text";

const SOURCE = resolve(import.meta.dirname, "..");
const raw = (language: Language): string => readFileSync(resolve(import.meta.dirname, `${language}.ftl`), "utf8");
const keysOf = (language: Language): string[] => new FluentResource(raw(language)).body.map(({ id }) => id);

const keys = keysOf("en");
const forParticipants = keys.filter((key) => !/^(staff|compliance)-/.test(key));

/** Every value a text is placed with, so that it can be read as a person reads it. */
const PLACED = { name: "Sam", guest: "Guest 4821", number: "4821", time: "10:42", left: 2, count: 3, seconds: 30, email: "a@example.org", role: "Guest", size: 3, age: "3 s", root: "abc", seq: "3" };
const read = (language: Language, key: string): string => makeText(language, raw(language))(key, PLACED).replace(/[\u2066-\u2069]/g, "");

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = resolve(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.tsx?$/.test(entry.name) && !entry.name.includes(".test.") ? [readFileSync(path, "utf8")] : [];
  });
}

describe("the catalogues", () => {
  it.each(LANGUAGES)("%s parses without junk and repeats no key", (language) => {
    const written = raw(language).match(/^[a-z][a-zA-Z0-9_-]* =/gm) ?? [];
    expect(keysOf(language)).toHaveLength(written.length);
    expect(new Set(keysOf(language)).size).toBe(written.length);
  });

  it("have the same keys, in the same order", () => {
    expect(keysOf("es")).toEqual(keys);
  });

  it("place the same values in each language", () => {
    const placed = (language: Language): string[] => [...new Set(raw(language).match(/\$[a-z]+/g) ?? [])].sort();
    expect(placed("es")).toEqual(placed("en"));
    expect(placed("en").every((name) => name.slice(1) in PLACED)).toBe(true);
  });

  it.each(LANGUAGES)("%s leaves no text empty and no value open", (language) => {
    for (const key of keys) expect(read(language, key), key).not.toMatch(/^$|\{/);
  });

  it("are used: every key stands in the source, alone or as the start of a template", () => {
    const all = sources(SOURCE).join("\n");
    const templates = [...all.matchAll(/`([a-z]+-[a-z_-]*)\$\{[^}]*\}([a-z-]*)`/g)].map(([, start = "", end = ""]) => new RegExp(`^${start}.+${end}$`));
    const unused = keys.filter((key) => !all.includes(`"${key}"`) && !templates.some((template) => template.test(key)));
    expect(unused).toEqual([]);
  });

  it("have every key that the source names", () => {
    const named = [...sources(SOURCE).join("\n").matchAll(/\bt\("([a-z][a-zA-Z0-9_-]*)"/g)].map(([, key = ""]) => key);
    expect(named.filter((key) => !keys.includes(key))).toEqual([]);
  });
});

describe("every code that the gateway may answer", () => {
  /** What only a broken program can cause: people get one sentence for all of them. */
  const OURS = new Set(["malformed", "protocol_violated", "too_big", "method_not_allowed", "content_type_not_json", "origin_not_allowed"]);
  const table = readFileSync(resolve(SOURCE, "../../signaling/problems.py"), "utf8");
  const codes = [...table.matchAll(/^\s+"([a-z0-9_]+)": Problem\(/gm)].map(([, code = ""]) => code);

  it("is found in the gateway's table", () => {
    expect(codes.length).toBeGreaterThan(30);
  });

  it.each(codes.filter((code) => !OURS.has(code)))("%s has a sentence", (code) => {
    expect(keys).toContain(`problem-${code}`);
  });
});

/** Syllables as US readability formulas count them: groups of vowels, without a silent e. */
function syllablesEN(word: string): number {
  const plain = word.toLowerCase().replace(/[^a-z]/g, "");
  const groups = plain.replace(/(?:[^laeiouy]es|[^aeiouytd]ed|[^laeiouy]e)$/, "").match(/[aeiouy]{1,2}/g)?.length ?? 0;
  return Math.max(1, groups);
}

function syllablesES(word: string): number {
  // Two weak vowels, or a weak one beside a strong one, are one syllable; an accented weak vowel stands alone.
  return Math.max(1, word.toLowerCase().match(/[iu]?[aeoáéóíú][iuy]?(?![aeo])|[iuü][iu]?|[aeoáéóíú]/g)?.length ?? 0);
}

function count(text: string, syllables: (word: string) => number): { words: number; sentences: number; syllables: number } {
  const words = text.match(/[\p{L}\p{N}’'-]*\p{L}[\p{L}\p{N}’'-]*/gu) ?? [];
  const sentences = text.split(/[.!?…]+(?:\s|$)/).filter((part) => /\p{L}/u.test(part)).length;
  return { words: words.length, sentences: Math.max(1, sentences), syllables: words.reduce((sum, word) => sum + syllables(word), 0) };
}

/** Flesch-Kincaid: the US school grade that can read a text. */
function gradeEN(text: string): number {
  const of = count(text, syllablesEN);
  return (0.39 * of.words) / of.sentences + (11.8 * of.syllables) / of.words - 15.59;
}

/** Fernández Huerta: 70 and more is what sixth graders read. */
function easeES(text: string): number {
  const of = count(text, syllablesES);
  return 206.84 - (60 * of.syllables) / of.words - (1.02 * of.words) / of.sentences;
}

describe("how hard the participants' texts are to read", () => {
  const long = forParticipants.filter((key) => count(read("en", key), syllablesEN).words >= 8);

  it("knows easy from hard", () => {
    expect(gradeEN("The cat sat on the mat. It was warm.")).toBeLessThan(2);
    expect(gradeEN("Confidentiality obligations notwithstanding, organizational administrators occasionally necessitate disclosure.")).toBeGreaterThan(12);
    expect(easeES("El gato está en la casa. Hace calor.")).toBeGreaterThan(85);
    expect(easeES("La confidencialidad institucional constituye una responsabilidad administrativa irrenunciable.")).toBeLessThan(40);
  });

  it("is grade 6 at most over all of them", () => {
    expect(gradeEN(long.map((key) => read("en", key)).join("\n"))).toBeLessThanOrEqual(6);
    expect(easeES(long.map((key) => read("es", key)).join("\n"))).toBeGreaterThanOrEqual(70);
  });

  it.each(long)("%s is grade 6 at most", (key) => {
    expect(gradeEN(read("en", key)), read("en", key)).toBeLessThanOrEqual(6);
    expect(easeES(read("es", key)), read("es", key)).toBeGreaterThanOrEqual(70);
  });

  it("has no sentence of more than 20 words", () => {
    for (const language of LANGUAGES) {
      for (const key of forParticipants) {
        for (const sentence of read(language, key).split(/[.!?]\s/)) expect(sentence.split(/\s+/).length, sentence).toBeLessThanOrEqual(20);
      }
    }
  });
});

describe("the language", () => {
  it.each([
    [["es-MX", "en"], "es"],
    [["fr", "es"], "es"],
    [["en-US", "es"], "en"],
    [["fr"], "en"],
    [[], "en"],
  ] as const)("of %j is %s", (wanted, chosen) => {
    expect(chooseLanguage(wanted)).toBe(chosen);
  });

  it("wraps typed values in isolation marks, and nothing else", () => {
    expect(makeText("en", raw("en"))("waiting-name", { name: "نور" })).toBe("We call you \u2068نور\u2069.");
    expect(makeText("en", raw("en"))("waiting-since", { time: "10:42" })).toBe("You have been here since 10:42.");
  });
});
