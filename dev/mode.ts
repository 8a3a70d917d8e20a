import { readEnv } from "@/lib/config/env";
import { AppError } from "@/lib/errors/app-error";

/** How the product runs on this machine. */
export type Mode =
  /** Nothing is configured: embedded database, Microsoft stand-in, demo data. */
  | { kind: "demo" }
  /** A real Microsoft app, the embedded database. */
  | { kind: "embedded" }
  /** Everything real. */
  | { kind: "real" }
  /** An incomplete configuration; `message` says what is missing. */
  | { kind: "refused"; message: string };

const MICROSOFT = ["AZURE_AD_CLIENT_ID", "AZURE_AD_CLIENT_SECRET"];
/** Settings that imply a real Microsoft app or a real database. */
const REAL = [
  ...MICROSOFT,
  "AZURE_AD_TENANT_ID",
  "TENANTS",
  "TENANT_SIGN_UP",
  "NEXTAUTH_URL",
  "NEXTAUTH_SECRET",
  "DATABASE_URL",
];
/** Settings that are optional with the embedded database; the check uses these values. */
const EMBEDDED_DEFAULTS = {
  DATABASE_URL: "postgresql://embedded",
  NEXTAUTH_URL: "http://localhost",
  NEXTAUTH_SECRET: "a placeholder of more than 32 characters",
};
const DEMO_DEFAULTS = {
  ...EMBEDDED_DEFAULTS,
  AZURE_AD_CLIENT_ID: "00000000-0000-0000-0000-000000000000",
  AZURE_AD_CLIENT_SECRET: "placeholder",
  TENANTS: "00000000-0000-0000-0000-000000000000",
};

type Settings = Readonly<Record<string, string | undefined>>;

/**
 * Decides the mode from the settings. The stand-in never runs with a real database or with any setting meant for a real
 * deployment: a forgotten variable must not let demo accounts in.
 * @param settings environment variables; an empty one counts as unset
 */
export function decideMode(settings: Settings): Mode {
  const isSet = (name: string) => Boolean(settings[name]?.trim());
  const given = REAL.filter(isSet);
  if (given.length === 0) {
    // Settings allowed in a demo (NEO_ENVIRONMENT, LOG_LEVEL) are checked too.
    return check({ ...settings, ...DEMO_DEFAULTS }) ?? { kind: "demo" };
  }
  if (!MICROSOFT.every(isSet)) {
    const problem = check({ ...(isSet("DATABASE_URL") ? {} : EMBEDDED_DEFAULTS), ...withoutBlanks(settings) });
    return {
      kind: "refused",
      message: [
        `${list(given)} ${given.length === 1 ? "is" : "are"} set, but there is no complete Microsoft configuration, and the stand-in for`,
        "Microsoft runs only where nothing real is configured.",
        ...(problem?.kind === "refused" ? [problem.message] : []),
        "Set what is missing, or unset all of them for the demo.",
      ].join("\n"),
    };
  }
  if (isSet("DATABASE_URL")) return check(settings) ?? { kind: "real" };
  return check({ ...EMBEDDED_DEFAULTS, ...withoutBlanks(settings) }) ?? { kind: "embedded" };
}

function withoutBlanks(settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value?.trim()));
}

function check(settings: Settings): { kind: "refused"; message: string } | null {
  try {
    readEnv(settings);
    return null;
  } catch (error) {
    if (error instanceof AppError) return { kind: "refused", message: error.message };
    throw error;
  }
}

function list(names: string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1) ?? ""}`;
}
