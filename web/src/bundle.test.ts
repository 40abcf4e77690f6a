/** What is served: small on the way to the waiting room, nothing inline, nothing remote. */
import { resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { type Rolldown, build } from "vite";
import { beforeAll, expect, it } from "vitest";

type Output = Rolldown.OutputChunk | Rolldown.OutputAsset;

let output: readonly Output[] = [];

beforeAll(async () => {
  const root = resolve(import.meta.dirname, "..");
  const made = await build({ root, configFile: resolve(root, "vite.config.ts"), mode: "production", logLevel: "error", build: { write: false, emptyOutDir: false } });
  output = (made as Rolldown.RolldownOutput).output;
}, 60_000);

const contentOf = (file: Output): string => (file.type === "chunk" ? file.code : String(file.source));
const gzipped = (files: readonly Output[]): number => files.reduce((sum, file) => sum + gzipSync(contentOf(file)).length, 0);

/** A chunk, what it imports, and one language. */
function onTheWay(names: readonly string[], seen = new Set<string>()): ReadonlySet<string> {
  for (const name of names) {
    const file = output.find(({ fileName }) => fileName === name);
    if (file?.type !== "chunk" || seen.has(name)) continue;
    seen.add(name);
    onTheWay([...file.imports, ...file.dynamicImports.filter((chunk) => !chunk.includes("/en-"))], seen);
  }
  return seen;
}

it("is at most 60 kB of script to the waiting room, whatever the language", () => {
  const join = output.find((file) => file.type === "chunk" && file.isEntry && file.name === "join");
  const files = [...onTheWay([join?.fileName ?? ""])].map((name) => output.find(({ fileName }) => fileName === name)).filter((file) => file !== undefined);
  expect(files.map(({ fileName }) => fileName).join(" ")).toMatch(/join-.*es-|es-.*join-/);
  expect(gzipped(files)).toBeLessThan(60_000);
  const styles = output.filter(({ fileName }) => fileName.endsWith(".css"));
  expect(gzipped([...files, ...styles])).toBeLessThan(120_000);
});

it("has pages without inline script or style, and without anything from elsewhere", () => {
  const pages = output.filter(({ fileName }) => fileName.endsWith(".html"));
  expect(pages.map(({ fileName }) => fileName).sort()).toEqual(["index.html", "join.html", "staff.html"]);
  for (const page of pages) {
    const html = contentOf(page);
    expect(html).not.toMatch(/<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)/);
    for (const [, address = ""] of html.matchAll(/(?:src|href)="([^"]*)"/g)) expect(address).toMatch(/^\/assets\/[\w-]+\.\w+$/);
  }
});

it("asks no other host for anything, and turns no text into code or markup", () => {
  for (const file of output.filter(({ fileName }) => /\.(js|css)$/.test(fileName))) {
    const content = contentOf(file).replaceAll(/http:\/\/www\.w3\.org\/[\w/]+/g, "");
    expect(content, file.fileName).not.toMatch(/https?:\/\/|\beval\(|new Function\(|document\.write/);
  }
});
