// The table of `npm run test:attack`: every named attack, and the tests that try it.

/** Tests of a spec in e2e/. */
interface Tests {
  /** Below e2e/. */
  readonly file: string;
  /** Title fragments that select tests; all tests of the file when omitted. */
  readonly titles?: readonly string[];
}

/** A named attack. It is repelled when at least one test of it ran and all that ran passed. */
export interface Attack {
  readonly name: string;
  /** Title prefixes of its own tests in e2e/attack/. */
  readonly own: readonly string[];
  /** Further tests elsewhere in e2e/. */
  readonly also?: readonly Tests[];
}

const table = (title: string): Tests => ({ file: "access-table.spec.ts", titles: [title] });

export const ATTACKS: readonly Attack[] = [
  {
    name: "Cross-tenant ids at every page, action and endpoint",
    own: ["another organisation's ids find nothing"],
    also: [table("from the other organisation"), table("the people search")],
  },
  { name: "Mass assignment of tenantId, role, userId, __proto__", own: ["mass assignment"] },
  { name: "Stale role, by cookie", own: ["a session cookie is refused"] },
  { name: "Stale role, by access token", own: ["an access token is refused"] },
  {
    name: "CSRF by foreign, missing and look-alike Origin",
    own: ["a server action call with a foreign"],
    also: [table("a sign-in or sign-out posted from another site"), table("and for no forged call")],
  },
  { name: "CSRF by form: multipart, urlencoded, text/plain", own: ["a form post to a server action"] },
  { name: "CSRF in a real browser, cross-site and same-site", own: ["pages of another site and another port"] },
  {
    name: "Forged server actions: other pages, wrong ids",
    own: ["a server action called at another page's URL", "unknown server action ids"],
    also: [table("and forged")],
  },
  { name: "Replayed server actions", own: ["replayed server actions"] },
  { name: "Malformed server action arguments", own: ["malformed server action arguments"] },
  {
    name: "x-middleware-subrequest and other internal fields",
    own: ["x-middleware-subrequest and Next's other internal fields"],
    also: [
      { file: "headers.spec.ts", titles: ["x-middleware-subrequest"] },
      { file: "wire.spec.ts", titles: ["fields that are Next's own"] },
    ],
  },
  { name: ".rsc, ?_rsc, prefetch and segment addresses", own: [".rsc, ?_rsc, prefetch and segment"] },
  { name: "Guarded pages by another method", own: ["guarded pages requested with another method"] },
  {
    name: "Request smuggling: CL+TE, two lengths, NUL",
    own: ["a hidden second request"],
    also: [{ file: "wire.spec.ts", titles: ["a bad chunk is refused with 400", "leaves the connection in order"] }],
  },
  {
    name: "Two Authorization fields",
    own: [],
    also: [{ file: "wire.spec.ts", titles: ["two Authorization fields are refused", "with a broken Authorization"] }],
  },
  {
    name: "Header fields of a mebibyte",
    own: ["header fields of a mebibyte"],
    also: [{ file: "wire.spec.ts", titles: ["a header of a mebibyte"] }],
  },
  { name: "Slow heads and slow bodies", own: ["slow heads and slow bodies"] },
  { name: "Flood of malformed keys", own: ["a flood of malformed keys"] },
  { name: "Flood of unknown keys", own: ["a flood of unknown, well-formed keys"] },
  { name: "Flood of new keys: throttle", own: ["a flood of new keys from an admin"] },
  { name: "Flood of new keys: cap", own: ["more keys than the limit"] },
  {
    name: "XSS through every name",
    own: ["markup in any name"],
    also: [{ file: "headers.spec.ts", titles: ["an injected script"] }],
  },
  { name: "Text direction in every name", own: ["text direction and invisible characters"] },
  { name: "CSV formulas", own: ["formulas in names"] },
  {
    name: "Open redirect",
    own: ["an open redirect through callbackUrl"],
    also: [table("is refused everywhere")],
  },
  { name: "Session fixation", own: ["a session id planted before the sign-in"] },
  { name: "Forged session cookies", own: ["forged session cookies"] },
  {
    name: "Copied cookie after sign-out",
    own: ["a cookie copied before the sign-out"],
    also: [{ file: "sign-in.spec.ts", titles: ["after signing out, a copied cookie"] }],
  },
  { name: "Timing of unknown against known keys", own: ["response times"] },
  {
    name: "Plaintext canary",
    own: ["the plaintext of keys"],
    also: [{ file: "key-plaintext.spec.ts" }],
  },
  { name: "Packages with known vulnerabilities", own: ["packages with a known vulnerability"] },
];

const OWN_FOLDER = "attack/";

/** Whether a test belongs to an attack. @param file below e2e/ */
function belongs({ own, also = [] }: Attack, file: string, title: string): boolean {
  if (file.startsWith(OWN_FOLDER)) return own.some((start) => title.startsWith(start));
  return also.some((tests) => tests.file === file && (tests.titles?.some((part) => title.includes(part)) ?? true));
}

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/** Playwright's arguments that run exactly the tests of the table. */
export function playwrightArguments(attacks: readonly Attack[] = ATTACKS): string[] {
  const others = attacks.flatMap(({ also = [] }) => also);
  const patterns = others.flatMap(({ file, titles = [""] }) =>
    titles.map((title) => `(^| )${escaped(file)} .*${escaped(title)}`),
  );
  const files = [...new Set(others.map(({ file }) => file))];
  return [
    "e2e/attack/",
    ...files.map((file) => `e2e/${escaped(file)}$`),
    "--grep",
    [OWN_FOLDER, ...patterns].join("|"),
  ];
}

/** An attack's outcome. */
export interface Outcome {
  readonly name: string;
  readonly held: boolean;
  /** Whether any of its tests ran. */
  readonly ran: boolean;
  /** Number of attempts: as the tests report, and one for each test that reports none. */
  readonly tried: number;
  readonly notes: readonly string[];
}

interface Annotation {
  readonly type: string;
  readonly description?: string;
}
interface Suite {
  readonly suites?: readonly Suite[];
  readonly specs?: readonly {
    readonly title: string;
    readonly file: string;
    readonly tests: readonly { readonly status: string; readonly annotations: readonly Annotation[] }[];
  }[];
}

/**
 * Reads each attack's outcome.
 * @param report Playwright's JSON report, or null when it wrote none
 * @returns a row for each attack, and one more for each test of e2e/attack/ that the table does not name
 */
export function attackOutcomes(report: unknown, attacks: readonly Attack[] = ATTACKS): Outcome[] {
  const specsOf = ({ suites = [], specs = [] }: Suite): NonNullable<Suite["specs"]>[number][] => [
    ...specs,
    ...suites.flatMap(specsOf),
  ];
  const specs = report === null ? [] : specsOf(report as Suite);
  const outcome = (name: string, found: typeof specs): Outcome => {
    const tests = found.flatMap((spec) => spec.tests);
    const said = (annotations: readonly Annotation[], type: string) =>
      annotations.filter((one) => one.type === type).map(({ description = "" }) => description);
    return {
      name,
      ran: tests.length > 0,
      held: tests.length > 0 && tests.every(({ status }) => status === "expected"),
      tried: tests.reduce((sum, { annotations }) => sum + Number(said(annotations, "tried")[0] ?? 1), 0),
      notes: tests.flatMap(({ annotations }) => said(annotations, "note")),
    };
  };
  const unnamed = specs.filter(
    ({ file, title }) => file.startsWith(OWN_FOLDER) && !attacks.some((attack) => belongs(attack, file, title)),
  );
  return [
    ...attacks.map((attack) =>
      outcome(
        attack.name,
        specs.filter(({ file, title }) => belongs(attack, file, title)),
      ),
    ),
    ...unnamed.map((spec) => ({ ...outcome(`not in the table: ${spec.title}`, [spec]), held: false })),
  ];
}

/** The printed table, one line per attack. */
export function attackLines(outcomes: readonly Outcome[]): string[] {
  const width = Math.max(...outcomes.map(({ name }) => name.length));
  return outcomes.map(
    ({ name, held, tried, notes }) =>
      `${held ? "✓" : "✗"} ${name.padEnd(width)}  ${String(tried).padStart(6)} tried  ${held ? "held" : "FAILED"}${notes.map((note) => ` (${note})`).join("")}`,
  );
}
