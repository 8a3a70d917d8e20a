// `npm run -s token`: signs a person in with a code in any browser, and prints an access token for /public-api, which
// acts with that person's role for about an hour. Only the token goes to standard output: TOKEN=$(npm run -s token)
import path from "node:path";

import { AuthError, PublicClientApplication } from "@azure/msal-node";

import { loadEnvFiles } from "../dev/env-files";
import { announcedStandIn } from "../dev/microsoft/announcement";
import { ROOT } from "../dev/root";
import { readTokenSettings } from "./token-settings";

/** The endpoint's errors, as messages for the user. */
const ENDS: Record<string, string> = {
  authorization_declined: "The sign-in was cancelled.",
  expired_token: "The code has expired. Run this again for a new one.",
  device_code_expired: "The code has expired. Run this again for a new one.",
};

function refuse(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function explain(error: unknown): string {
  if (!(error instanceof AuthError)) return error instanceof Error ? error.message : String(error);
  const known = Object.entries(ENDS).find(([code]) => error.errorCode === code || error.errorMessage.includes(code));
  return known?.[1] ?? `Microsoft refused: ${error.errorMessage || error.errorCode}`;
}

// The parent is gone, even after SIGKILL.
process.on("disconnect", () => process.exit(1));

loadEnvFiles(false);
const standInUrl = announcedStandIn(path.resolve(ROOT, process.env.NEO_DATA_DIR ?? ".data"));
const settings = readTokenSettings(process.env, standInUrl !== null);
if (settings.kind === "refused") refuse(settings.message);
if (settings.kind === "demo") {
  process.env.NEO_STAND_IN_URL = standInUrl ?? "";
  // Reroutes fetch to the stand-in, before MSAL first uses it.
  await import("../dev/microsoft/preload.mjs");
}

try {
  const client = new PublicClientApplication({ auth: { clientId: settings.clientId, authority: settings.authority } });
  const result = await client.acquireTokenByDeviceCode({
    scopes: [settings.scope],
    deviceCodeCallback: ({ message }) => process.stderr.write(`${message}\n`),
  });
  if (!result) refuse("Microsoft sent no token.");
  process.stderr.write(
    `Signed in as ${result.account?.username ?? "somebody"}. The token works until ${result.expiresOn?.toISOString() ?? "it expires"}.\n`,
  );
  process.stdout.write(`${result.accessToken}\n`, () => process.exit(0));
} catch (error) {
  refuse(explain(error));
}
