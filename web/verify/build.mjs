/** Makes verify.html: one file with its script and style inside, which its own policy names by their hashes. */
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { build } from "vite";

const here = import.meta.dirname;
const target = resolve(here, "../../signaling/static/verify.html");

const bundles = await build({
  configFile: false,
  root: here,
  publicDir: false,
  logLevel: "warn",
  build: {
    write: false,
    minify: false, // Whoever doubts this page should be able to read it.
    target: "es2023",
    lib: { entry: resolve(here, "page.ts"), name: "sottoVerify", formats: ["iife"] },
  },
});
const [bundle] = Array.isArray(bundles) ? bundles : [bundles];
const script = `\n${bundle.output[0].code}`;
if (/<\/script|<!--/i.test(script)) {
  throw new Error("the script would end the element it stands in");
}
const style = `\n${await readFile(resolve(here, "page.css"), "utf8")}`;

const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
const policy = [
  "default-src 'none'",
  `script-src ${hash(script)}`,
  `style-src ${hash(style)}`,
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

const parts = { policy, style, script };
const page = await readFile(resolve(here, "page.html"), "utf8");
await writeFile(
  target,
  page.replaceAll(/\{\{(policy|style|script)\}\}/g, (_, name) => parts[name]),
);
