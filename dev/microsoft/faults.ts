import type { IncomingMessage, ServerResponse } from "node:http";

import { WITHOUT_CONSENT } from "./directory";
import { readBody, sendJson } from "./responses";

/** How Graph behaves; tests change it at runtime (`POST /stand-in/faults`). */
export interface GraphFaults {
  /** Entra tenants that have not consented to the application. */
  graphWithoutConsent: readonly string[];
  /** Every request gets a 429 with this `Retry-After`, in seconds; 0 for none. */
  graphRetryAfter: number;
  /** Graph alone drops every connection; sign-in works. */
  graphDown: boolean;
  /** Graph alone accepts requests but never responds. */
  graphSilent: boolean;
  /** Object ids of deleted accounts, and of disabled ones. */
  deletedAccounts: readonly string[];
  disabledAccounts: readonly string[];
}

/** Faults to inject, at the start or at runtime (`POST /stand-in/faults`). */
export interface StandInFaults extends GraphFaults {
  /** ID tokens name an issuer other than their tenant's. */
  badIssuer: boolean;
  /** The age in seconds of the sign-in that is reused unless the application asks for a new one; negative in the future. */
  signInAge: number;
  /** An earlier sign-in is reused even so. */
  ignoresPrompt: boolean;
  /** Tokens lack auth_time, as where the registration lacks the optional claim. */
  noAuthTime: boolean;
  /** Every connection is dropped without a response, as when Microsoft is unreachable. */
  down: boolean;
}

export const NO_FAULTS: StandInFaults = {
  badIssuer: false,
  signInAge: 0,
  ignoresPrompt: false,
  noAuthTime: false,
  down: false,
  graphWithoutConsent: WITHOUT_CONSENT,
  graphRetryAfter: 0,
  graphDown: false,
  graphSilent: false,
  deletedAccounts: [],
  disabledAccounts: [],
};

/** Changes faults on POST; returns all of them either way. */
export async function setFaults(faults: StandInFaults, req: IncomingMessage, res: ServerResponse): Promise<void> {
  if (req.method === "POST") {
    // A page on another site can post a form here, but JSON needs a preflight, which gets no CORS response.
    if (!req.headers["content-type"]?.startsWith("application/json"))
      return sendJson(res, 415, { error: "application/json only" });
    const wanted = JSON.parse(await readBody(req)) as Partial<Record<keyof StandInFaults, unknown>>;
    for (const name of ["badIssuer", "down", "graphDown", "graphSilent", "ignoresPrompt", "noAuthTime"] as const)
      if (typeof wanted[name] === "boolean") faults[name] = wanted[name];
    for (const name of ["graphWithoutConsent", "deletedAccounts", "disabledAccounts"] as const)
      if (Array.isArray(wanted[name])) faults[name] = wanted[name].map(String);
    for (const name of ["graphRetryAfter", "signInAge"] as const)
      if (typeof wanted[name] === "number") faults[name] = wanted[name];
  }
  sendJson(res, 200, faults);
}
