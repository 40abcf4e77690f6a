/** The rules a linter can hold: types are checked, imports point one way, only effects await. */
import js from "@eslint/js";
import tseslint from "typescript-eslint";

/** Forbid a folder from importing the ones to its left: i18n and ui see everything below, protocol sees nothing. */
const pointsRight = (folder, forbidden) => ({
  files: [`src/${folder}/**/*.{ts,tsx}`],
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: [
          {
            group: forbidden.flatMap((name) => [`**/${name}/**`, `**/${name}`]),
            message: `src/${folder} may not import from ${forbidden.join(", ")}: imports point right (ui -> i18n | call -> api | e2ee -> protocol).`,
          },
        ],
      },
    ],
  },
});

const noAwait = [
  { selector: "AwaitExpression", message: "The pure middle does not wait: effects.ts does." },
  { selector: "NewExpression[callee.name='Promise']", message: "The pure middle does not wait: effects.ts does." },
];

const noDefaultExport = {
  selector: "ExportDefaultDeclaration",
  message: "One name per thing: export it by name.",
};

export default tseslint.config(
  { ignores: ["node_modules/**", "verify/dist/**"] },
  js.configs.recommended,
  {
    files: ["**/*.{ts,tsx}"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/explicit-module-boundary-types": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "no-console": "error",
      eqeqeq: "error",
    },
  },
  {
    files: ["src/**/*.{ts,tsx}"],
    rules: {
      "no-restricted-syntax": [
        "error",
        noDefaultExport,
        {
          selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']",
          message: "Text is text. Trusted Types would refuse it anyway.",
        },
        { selector: "JSXAttribute[name.name='style']", message: "The policy allows no inline style: use a class." },
      ],
      "no-restricted-globals": ["error", { name: "localStorage", message: "It outlives the visit: use sessionStorage." }],
    },
  },
  {
    files: ["src/call/{model,reduce}.ts"],
    rules: { "no-restricted-syntax": ["error", noDefaultExport, ...noAwait] },
  },
  pointsRight("protocol", ["api", "e2ee", "call", "i18n", "ui"]),
  pointsRight("api", ["e2ee", "call", "i18n", "ui"]),
  pointsRight("e2ee", ["api", "call", "i18n", "ui"]),
  pointsRight("call", ["i18n", "ui"]),
  pointsRight("i18n", ["protocol", "api", "e2ee", "call", "ui"]),
  pointsRight("ui/session", ["join", "staff"]),
  pointsRight("ui/waiting", ["join", "session", "staff"]),
  pointsRight("ui/staff", ["join"]),
  {
    files: ["**/*.test.{ts,tsx}"],
    rules: { "no-restricted-imports": "off", "@typescript-eslint/no-non-null-assertion": "off" },
  },
);
