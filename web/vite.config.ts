/** How the bundle is made: three pages, hashed assets, nothing inline, nothing remote. */
import { resolve } from "node:path";
import { defineConfig } from "vitest/config";

const page = (name: string): string => resolve(import.meta.dirname, name);

export default defineConfig({
  base: "/",
  build: {
    outDir: "../signaling/static",
    emptyOutDir: true,
    target: "es2023",
    // Inlined assets would be `data:` addresses; the content security policy knows only our own files.
    assetsInlineLimit: 0,
    // The polyfill is a script for browsers that cannot run this client anyway.
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: {
        index: page("index.html"),
        join: page("join.html"),
        staff: page("staff.html"),
      },
    },
  },
  test: {
    include: ["src/**/*.test.{ts,tsx}", "verify/**/*.test.ts"],
    environment: "node",
  },
});
