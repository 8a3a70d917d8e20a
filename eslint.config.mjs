import next from "eslint-config-next/core-web-vitals";
import { createTypeScriptImportResolver } from "eslint-import-resolver-typescript";
import importX from "eslint-plugin-import-x";
import tailwind from "eslint-plugin-better-tailwindcss";
import jsxA11y from "eslint-plugin-jsx-a11y";
import { defineConfig, globalIgnores } from "eslint/config";
import ts from "typescript-eslint";

import { house } from "./scripts/lint-rules.mjs";

/**
 * One forbidden import: `regex` on the specifier, or `name` with the names it must not give. Types may always be imported.
 * @typedef {{ regex: string, message: string } | { name: string, importNames: string[], message: string }} Ban
 */

/** @type {Ban[]} */
const DATABASE_CLIENTS = [
  { name: "pg", importNames: ["default", "Pool", "Client"], message: "Only lib/db/client makes database clients." },
  {
    name: "@/lib/generated/prisma/client",
    importNames: ["PrismaClient"],
    message: "Only lib/db/client makes database clients.",
  },
  { regex: "^@prisma/adapter-pg$", message: "Only lib/db/client makes database clients." },
];
/** @type {Ban} */
const OURS = {
  regex: "^(@/(?!lib/text/time-units$)|\\.)",
  message: "The rules of a key's lifecycle are pure: of our modules they import only the units of time.",
};

/**
 * ESLint replaces a rule's options instead of merging them, so each scope lists all its bans.
 * @param {Ban[]} bans
 * @returns {import("eslint").Linter.RulesRecord}
 */
function forbid(...bans) {
  return {
    "@typescript-eslint/no-restricted-imports": [
      "error",
      {
        paths: bans.filter((ban) => "name" in ban).map((ban) => ({ ...ban, allowTypeImports: true })),
        patterns: bans
          .filter((ban) => "regex" in ban)
          .map((ban) => ({ ...ban, allowTypeImports: ban.regex.includes("prisma") })),
      },
    ],
  };
}

/**
 * The storeys of the house, lowest first: a storey imports from itself and from those below it (docs/architecture.md).
 * @type {{ name: string, folders: string[] }[]}
 */
const STOREYS = [
  {
    name: "the ground floor",
    folders: ["lib/text", "lib/errors", "lib/config", "lib/logging", "lib/telemetry", "lib/db", "lib/actor.ts"],
  },
  { name: "http, microsoft and mail", folders: ["lib/http", "lib/microsoft", "lib/mail"] },
  {
    name: "the domain",
    folders: [
      "lib/tenants",
      "lib/audit-log",
      "lib/members",
      "lib/agents",
      "lib/api-keys",
      "lib/applications",
      "lib/usage",
    ],
  },
  { name: "people and programs", folders: ["lib/auth", "lib/public-api", "lib/docs", "lib/command-palette"] },
  { name: "components", folders: ["components"] },
  { name: "the application", folders: ["app", "server", "proxy.ts", "instrumentation.ts", "instrumentation-node.ts"] },
  { name: "what is not shipped", folders: ["dev", "scripts", "tests", "e2e", "bench"] },
];

/** What each folder must not import, as `import-x/no-restricted-paths` wants it. */
const ZONES = [
  ...STOREYS.flatMap(({ folders }, storey) =>
    STOREYS.slice(storey + 1).map((above) => ({
      target: folders.map((folder) => `./${folder}`),
      from: above.folders.map((folder) => `./${folder}`),
      message: `This is above: it is ${above.name}.`,
    })),
  ),
  {
    target: ["./lib/public-api", "./app/public-api"],
    from: "./lib/auth",
    message: "Programs have no cookies and no sessions.",
  },
  { target: "./lib/auth", from: "./lib/public-api", message: "People have no keys and no bearer tokens." },
  ...[
    ["./lib/db", "./lib/http", "./lib/microsoft", "./lib/mail"],
    ["./lib/*/service.ts", "./lib/*/invitations.ts"],
  ].map((from) => ({ target: "./components", from, message: "Components take view models, never services." })),
];

const PRODUCT = ["app/**/*.{ts,tsx}", "components/**/*.{ts,tsx}", "lib/**/*.ts", "server/**/*.ts", "*.ts"];
const TESTS = ["**/*.test.{ts,tsx}", "e2e/**"];
const CONFIG = ["*.config.{ts,mjs}"];

export default defineConfig(
  // These have packages of their own, which need not be installed here.
  globalIgnores([
    "bench/peers/**",
    "tests/clients/**",
    "clients/typescript/dist/**",
    "clients/typescript/src/schema.ts",
    ".next*/**",
    ".data/**",
    ".test-output/**",
    "lib/generated/**",
    "next-env.d.ts",
    "node_modules/**",
  ]),
  next,
  ts.configs.strictTypeChecked,
  ts.configs.stylisticTypeChecked,
  {
    name: "house",
    plugins: { house },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      ...jsxA11y.flatConfigs.strict.rules,
      "house/file-name": "error",
      "house/text-alone": "error",
      eqeqeq: "error",
      "max-lines": ["error", 300],
      "max-lines-per-function": ["error", 80],
      "no-console": "error",
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      // `return send(response)` ends a handler in one line.
      "@typescript-eslint/no-confusing-void-expression": "off",
      // Speaks of what the React Compiler would skip; it is not in use.
      "react-hooks/incompatible-library": "off",
      "import/no-anonymous-default-export": "off",
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
    },
  },
  {
    name: "house/direction",
    files: PRODUCT,
    ignores: [...CONFIG, ...TESTS],
    plugins: { "import-x": importX },
    settings: { "import-x/resolver-next": [createTypeScriptImportResolver()] },
    rules: {
      "import-x/no-cycle": "error",
      "import-x/no-restricted-paths": ["error", { zones: ZONES }],
    },
  },
  {
    name: "house/product",
    files: PRODUCT,
    ignores: [...CONFIG, ...TESTS],
    rules: {
      ...forbid(...DATABASE_CLIENTS),
      "no-restricted-syntax": [
        "error",
        {
          // What Next replaces at build time is no setting, nor is what lets it run without this server.
          selector:
            ":not(MemberExpression[property.name=/^(NEXT_RUNTIME|NODE_ENV|NEO_PLAIN_NEXT)$/]) > MemberExpression[object.name='process'][property.name='env']",
          message: "Settings come from lib/config/env.ts, which checks them.",
        },
        {
          selector:
            "CallExpression[callee.property.name=/^(min|max|length|nonempty)$/] > MemberExpression CallExpression[callee.object.name='z'][callee.property.name='string']",
          message: "Zod measures the length of whatever was sent, even of what is no string: use refine.",
        },
      ],
    },
  },
  {
    name: "house/design",
    files: ["app/**/*.{ts,tsx}", "components/**/*.{ts,tsx}"],
    ignores: TESTS,
    plugins: { "better-tailwindcss": tailwind },
    settings: { "better-tailwindcss": { entryPoint: "app/globals.css" } },
    rules: {
      "better-tailwindcss/no-unknown-classes": "error",
      "better-tailwindcss/no-restricted-classes": [
        "error",
        {
          restrict: [
            { pattern: "^.*\\[(?:#|rgb|hsl|okl|color).*$", message: "Colours are tokens of app/globals.css." },
            {
              pattern: "^(?:.*:)?(?:text|leading|rounded|shadow)-\\[\\d.*$",
              message: "Sizes are tokens of app/globals.css.",
            },
          ],
        },
      ],
    },
  },
  { name: "house/env", files: ["lib/config/env.ts"], rules: { "no-restricted-syntax": "off" } },
  {
    name: "house/db",
    files: ["lib/db/client.ts", "lib/config/database-connection.ts", "lib/db/pool.ts"],
    rules: forbid(),
  },
  {
    name: "house/one-key-writer",
    files: [...PRODUCT, "dev/**", "scripts/**", "prisma/**"],
    ignores: [...TESTS, "tests/support/**", "scripts/screenshots/demo-data.ts", "lib/api-keys/{service,update}.ts"],
    rules: { "house/one-key-writer": "error" },
  },
  // One column, the last use, in one statement.
  {
    name: "house/last-used",
    files: ["lib/api-keys/last-used.ts"],
    rules: { "house/one-key-writer": ["error", "sql"] },
  },
  { name: "house/keys", files: ["lib/api-keys/{format,hash,status}.ts"], rules: forbid(OURS, ...DATABASE_CLIENTS) },
  {
    name: "house/server-only",
    files: ["lib/**/*.ts", "server/**/*.ts"],
    ignores: [
      ...TESTS,
      "**/*.d.ts",
      "lib/actor.ts",
      "lib/config/{env,secret-files,database-connection}.ts",
      "lib/errors/app-error.ts",
      "lib/audit-log/{chain,verify}.ts",
      "lib/api-keys/{format,hash,status}.ts",
    ],
    rules: { "house/server-only-first": "error" },
  },
  {
    name: "house/terminal",
    files: [...TESTS, "dev/**", "scripts/**", "tests/**", "bench/**", "prisma/**", ...CONFIG],
    rules: { "no-console": "off" },
  },
  // Tables and demo data are read by the row.
  {
    name: "house/data",
    files: [...TESTS, "prisma/seed-*.ts"],
    rules: { "max-lines": "off", "max-lines-per-function": "off" },
  },
  {
    name: "house/tests",
    files: TESTS,
    rules: {
      // In a test a non-null assertion fails the test, which is its purpose.
      "@typescript-eslint/no-non-null-assertion": "off",
      // Playwright's fixtures pass values by a function named `use`, which is no React hook.
      "react-hooks/rules-of-hooks": "off",
    },
  },
);
