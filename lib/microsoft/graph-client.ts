import "server-only";

import { AuthError, ConfidentialClientApplication } from "@azure/msal-node";

import { z } from "zod";

import { env } from "@/lib/config/env";
import { processWide } from "@/lib/config/process-wide";
import { log } from "@/lib/logging/log";

/** Why Graph failed: no admin of the tenant has consented, it throttles requests, or it is unreachable. */
type GraphProblem = "no-consent" | "throttled" | "unavailable";

/** Why there is no response. */
export interface GraphFailure {
  readonly ok: false;
  readonly problem: GraphProblem;
  /** What happened, for the operator: a status, or an error's message. */
  readonly cause: string;
  /** How long Graph must not be called, in milliseconds, where it throttles requests. */
  readonly retryAfterMs?: number;
}

/** A Graph response or failure. Never thrown: no page depends on Graph. */
export type GraphResult<Data> = { readonly ok: true; readonly data: Data } | GraphFailure;

/** Pages work without Graph; a flag or a search waits at most this long. */
const TIMEOUT_MS = 4_000;

/** The pause after a 429 without Retry-After, and the longest pause accepted. */
const PAUSE_MS = 10_000;
const PAUSE_MAX_MS = 10 * 60_000;

/** Tenants kept in memory; with open sign-up there may be any number. */
const MAX_TENANTS = 500;

const SCOPE = "https://graph.microsoft.com/.default";
const GRAPH = "https://graph.microsoft.com/v1.0";

/** A tenant's MSAL application with its token cache, and until when Graph throttles it. */
interface TenantAccess {
  readonly application: ConfidentialClientApplication;
  pausedUntil: number;
}

const tenants = processWide("Graph tenants", () => new Map<string, TenantAccess>());

function accessOf(tid: string): TenantAccess {
  const known = tenants.get(tid);
  if (known) return known;
  const [oldest] = tenants.keys();
  if (oldest !== undefined && tenants.size >= MAX_TENANTS) tenants.delete(oldest);
  const { AZURE_AD_CLIENT_ID, AZURE_AD_CLIENT_SECRET } = env();
  const application = new ConfidentialClientApplication({
    auth: {
      clientId: AZURE_AD_CLIENT_ID,
      clientSecret: AZURE_AD_CLIENT_SECRET,
      // An application token is issued by a concrete tenant, never by /organizations.
      authority: `https://login.microsoftonline.com/${tid}`,
    },
  });
  const access = { application, pausedUntil: 0 };
  tenants.set(tid, access);
  return access;
}

/**
 * The pause that a 429 requests (RFC 9110, `Retry-After`): whole seconds or a date.
 * @param now milliseconds since 1970
 * @returns milliseconds; 10 seconds by default, 10 minutes at most
 */
export function retryAfterMs(header: string | null, now: number): number {
  const text = header?.trim() ?? "";
  const asked = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(asked) ? PAUSE_MS : Math.min(Math.max(asked, 0), PAUSE_MAX_MS);
}

/** Token endpoint errors that mean nobody in the tenant has consented to this application. */
const NOT_CONSENTED = /AADSTS(65001|650051|650052|700016|7000112|7000229)\b|unauthorized_client|consent_required/;

async function tokenFor(access: TenantAccess, signal: AbortSignal): Promise<string> {
  const token = access.application.acquireTokenByClientCredential({ scopes: [SCOPE] });
  const late = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => {
      reject(new Error("Microsoft's token endpoint did not respond in time"));
    });
  });
  const result = await Promise.race([token, late]);
  if (!result) throw new Error("MSAL returned no token");
  return result.accessToken;
}

const failure = (problem: GraphProblem, cause: string): GraphFailure => ({ ok: false, problem, cause });
const throttled = (retryAfterMs: number): GraphFailure => ({
  ...failure("throttled", "Microsoft Graph responded with 429"),
  retryAfterMs,
});

/** Graph's code for an object that doesn't exist. Other 404s, such as a proxy's, say nothing about it. */
const NOT_FOUND = z.object({ error: z.object({ code: z.literal("Request_ResourceNotFound") }) });

/**
 * {@link askGraph}, for a caller that logs failures itself.
 * @param path beneath `/v1.0`, with its query
 * @param schema reads the response body, null for an object that doesn't exist; an unexpected shape counts as unavailable
 */
export async function callGraph<Schema extends z.ZodType>(
  tid: string,
  path: string,
  schema: Schema,
  headers: Readonly<Record<string, string>> = {},
): Promise<GraphResult<z.output<Schema>>> {
  const read = (body: unknown): GraphResult<z.output<Schema>> => {
    const { success, data } = schema.safeParse(body);
    return success ? { ok: true, data } : failure("unavailable", "Microsoft Graph's response has an unknown shape");
  };
  const access = accessOf(tid);
  const pauseMs = access.pausedUntil - Date.now();
  if (pauseMs > 0) return throttled(pauseMs);
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const authorization = `Bearer ${await tokenFor(access, signal)}`;
    const response = await fetch(GRAPH + path, { headers: { ...headers, authorization }, cache: "no-store", signal });
    if (response.ok) return read(await response.json());
    const { status } = response;
    const body = await response.text();
    switch (status) {
      case 404:
        return NOT_FOUND.safeParse(jsonOf(body)).success
          ? read(null)
          : failure("unavailable", "Microsoft Graph responded with 404 and no code");
      case 429: {
        const retryAfter = retryAfterMs(response.headers.get("retry-after"), Date.now());
        access.pausedUntil = Date.now() + retryAfter;
        return throttled(retryAfter);
      }
      case 401:
      case 403:
        // A token carries the consent of its issue time: the next call requests a new one.
        tenants.delete(tid);
        return failure("no-consent", `Microsoft Graph responded with ${status}`);
      default:
        return failure("unavailable", `Microsoft Graph responded with ${status}`);
    }
  } catch (error) {
    // MSAL's errors carry the request along; the name and the message are enough.
    const { name, message } = error as Error;
    const cause = `${name}: ${message.slice(0, 300)}`;
    const isRefused = error instanceof AuthError && NOT_CONSENTED.test(`${error.errorCode} ${error.message}`);
    return failure(isRefused ? "no-consent" : "unavailable", cause);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * Calls Microsoft Graph as the application, in one tenant; not while Graph throttles it.
 * @param tid the Entra tenant
 */
export async function askGraph<Schema extends z.ZodType>(
  tid: string,
  ...request: [path: string, schema: Schema, headers?: Readonly<Record<string, string>>]
): Promise<GraphResult<z.output<Schema>>> {
  const answer = await callGraph(tid, ...request);
  if (!answer.ok && answer.problem === "unavailable") {
    log().warn({ tid, reason: answer.cause }, "Microsoft Graph could not be reached");
  }
  return answer;
}
