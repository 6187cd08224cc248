// Scripts are classic ones, since pages that are opened from a folder can load no modules: what one declares at its top
// is there for those after it.
import js from "@eslint/js";
import globals from "globals";

const handedOver = ["TEXTS", "LETTERS"]; // by the build (globals.d.ts)
const shared = [
  "text", "element", "button", "foldCase", "fold", "withoutAccents", "offprint", // offprint.js
  "ownList", "own", "citations", "cite", "paperCard", "finder", "queries", "listRows", "termRows", "record", "paste",
  "suggestions", "facetState", "searchFacets",
  "lostPage", "visits",
];

export default [
  { ignores: ["**/node_modules/**", "static/own/**"] },
  js.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "consistent-return": "error",
      curly: ["error", "multi-line"],
      eqeqeq: "error",
      "max-len": ["error", { code: 150 }],
      "no-implicit-globals": "off",
      "no-shadow": ["error", { hoist: "all" }],
      "no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
      "prefer-template": "error",
      strict: ["error", "global"],
    },
  },
  {
    files: ["**/static/*.js"],
    languageOptions: {
      sourceType: "script",
      ecmaVersion: 2022,
      globals: { ...globals.browser, ...Object.fromEntries([...handedOver, ...shared].map((name) => [name, "readonly"])) },
    },
    rules: {
      // What scripts share may be shadowed by none of them.
      "no-shadow": ["error", { hoist: "all", builtinGlobals: true, allow: Object.keys(globals.browser) }],
      "no-redeclare": ["error", { builtinGlobals: false }],
      "no-unused-vars": ["error", { vars: "local", argsIgnorePattern: "^_" }],
    },
  },
  { files: ["**/static/worker.js"], languageOptions: { globals: globals.serviceworker } },
  { files: ["**/scripts/*.js"], languageOptions: { globals: globals.node } },
];
