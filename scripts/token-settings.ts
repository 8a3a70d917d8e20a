import { z } from "zod";

import { DEMO_CLIENT } from "../dev/microsoft/directory";

/** Where `npm run token` signs in, or why it cannot. */
export type TokenSettings =
  { kind: "refused"; message: string } | { kind: "entra" | "demo"; clientId: string; authority: string; scope: string };

const LOGIN = "https://login.microsoftonline.com";

/**
 * Reads only the settings that a sign-in needs; a person at a terminal need not know the server's secrets.
 * @param settings environment variables; an empty one counts as unset
 * @param demoRuns whether a demo runs on this machine: without any settings the token is for that one
 */
export function readTokenSettings(
  settings: Readonly<Record<string, string | undefined>>,
  demoRuns: boolean,
): TokenSettings {
  const clientId = settings.AZURE_AD_CLIENT_ID?.trim();
  const tenantId = settings.AZURE_AD_TENANT_ID?.trim();
  if (!clientId && !tenantId) {
    if (demoRuns) return entra("demo", DEMO_CLIENT.id);
    return {
      kind: "refused",
      message:
        "Whom to ask is not known. Set AZURE_AD_CLIENT_ID (and AZURE_AD_TENANT_ID if it is for one organisation), or start the demo with npm start.",
    };
  }
  const wrong = [
    ...(z.guid().safeParse(clientId).success ? [] : ["AZURE_AD_CLIENT_ID"]),
    ...(!tenantId || z.guid().safeParse(tenantId).success ? [] : ["AZURE_AD_TENANT_ID"]),
  ];
  if (!clientId || wrong.length > 0)
    return {
      kind: "refused",
      message: wrong.map((name) => `${name} must be a GUID such as 11111111-2222-3333-4444-555555555555.`).join("\n"),
    };
  return entra("entra", clientId, tenantId);
}

function entra(kind: "entra" | "demo", clientId: string, tenantId?: string): TokenSettings {
  // An unset GUID in a .env file is an empty string.
  const whose = tenantId === undefined || tenantId === "" ? "organizations" : tenantId;
  return { kind, clientId, authority: `${LOGIN}/${whose}`, scope: `api://${clientId}/access` };
}
