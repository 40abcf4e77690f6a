/** Every sentence is there in both languages, and none of them is left empty or untranslated. */
import { describe, expect, it } from "vitest";
import type { Report } from "./report";
import { TEXTS, type Text } from "./text";

const report = (exitCode: number, firstBad: number | null): Report => ({
  exitCode,
  firstBad,
  reasons: [],
  warnings: [],
  size: 5,
  root: "",
  seenAt: new Map(),
  entries: [],
});

function sentences(text: Text): string[] {
  const reasons = Object.values(text.reasons).map((say) => say({ code: "time_back", name: "x", from: 1, to: 2 }));
  const verdicts = [0, 1, 2].map((code) => text.meaning(report(code, code === 1 ? 3 : null)));
  return [...reasons, ...verdicts, ...text.verdicts, ...text.columns, ...Object.values(text.usage), text.title];
}

describe("the page's words", () => {
  it("are there in both languages", () => {
    const [english, spanish] = [sentences(TEXTS.en), sentences(TEXTS.es)];
    expect(english.every((sentence) => sentence.length > 0)).toBe(true);
    expect(spanish.every((sentence, at) => sentence.length > 0 && sentence !== english[at])).toBe(true);
  });

  it("name the first bad entry", () => {
    expect(TEXTS.en.meaning(report(1, 42))).toBe("The first bad entry is 42.");
    expect(TEXTS.en.meaning(report(1, null))).toBe("This is not what was written.");
  });

  it("speak of one entry as of one", () => {
    const say = TEXTS.en.reasons.unsigned_end;
    expect(say({ code: "unsigned_end", from: 4, to: 4 })).toMatch(/: 4\.$/);
    expect(say({ code: "unsigned_end", from: 4, to: 6 })).toMatch(/: 4 to 6\.$/);
  });
});
