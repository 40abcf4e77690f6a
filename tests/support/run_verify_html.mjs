/**
 * Runs the verifier that stands inside verify.html, without a page: `node run_verify_html.mjs verify.html` answers
 * each line of standard input, {"kind": "export" | "log", "path", "since", "vkey"}, with a line that holds the verdict.
 */
import { readFileSync, readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { createInterface } from "node:readline";
import { runInThisContext } from "node:vm";

const page = readFileSync(process.argv[2], "utf8");
const [, script] = /<script>([^]*)<\/script>/.exec(page);
const verifier = runInThisContext(`${script}; sottoVerify`);

const bytes = (path) => new Uint8Array(readFileSync(path));

function folder(path) {
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  const paths = files.map((file) => join(file.parentPath, file.name));
  return new Map(paths.map((file) => [relative(path, file).split(sep).join("/"), bytes(file)]));
}

async function answer({ kind, path, since, vkey }) {
  const known = { since, vkey };
  try {
    const report =
      kind === "export"
        ? await verifier.verifyPackage(bytes(path), known)
        : await verifier.verifyLog(verifier.belowCopy(folder(path)), known);
    const codes = (reasons) => reasons.map((reason) => reason.code);
    return {
      exit_code: report.exitCode,
      first_bad: report.firstBad,
      reasons: codes(report.reasons),
      warnings: codes(report.warnings),
      size: report.size,
      root: report.root,
    };
  } catch (error) {
    return { exit_code: error.name === "UsageError" ? 3 : -1, error: String(error.stack) };
  }
}

if (process.argv[3] === "--data") {
  process.stdout.write(JSON.stringify(Object.fromEntries(Object.entries(verifier.DATA).map(([type, data]) => [type, Object.keys(data)]))));
} else {
  for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line)))}\n`);
  }
}
