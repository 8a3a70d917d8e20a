import "server-only";

import { AppError } from "@/lib/errors/app-error";
import { CLIENT_ADDRESS_FIELD } from "@/lib/http/client-address";
import type { ApiRequest } from "@/lib/http/reply";
import type { ApplicationCredential, KeyCredential } from "@/lib/public-api/credentials/credential";

/** A caller for whom an admin can set rules: what it may do less than others. */
export type RuledCaller = KeyCredential | ApplicationCredential;

/** Whose rule refused, by the refusal: not part of it, because it is answered and logged. */
const breakers = new WeakMap<AppError, RuledCaller>();

/** The caller whose own rule refused it with this error: that is recorded once an hour (lib/audit-log/refusals.ts). */
export const ruleBreaker = (error: unknown) => (error instanceof AppError ? breakers.get(error) : undefined);

function refusal(
  caller: RuledCaller,
  reason: "network_not_allowed" | "key_read_only" | "key_managers_disallowed",
  message: string,
): AppError {
  const error = new AppError("FORBIDDEN", message, { reason });
  breakers.set(error, caller);
  return error;
}

/**
 * The refusal of a call from outside the caller's networks; null where it has none, or the address is within them.
 * @param headers of the request, with {@link CLIENT_ADDRESS_FIELD}
 */
export function networkRefusal(caller: RuledCaller, headers: ApiRequest["headers"]): AppError | null {
  const isKey = caller.kind === "api_key";
  const { within } = isKey ? caller.key : caller.application;
  if (within) return null;
  const address = headers.get(CLIENT_ADDRESS_FIELD);
  const [who, where] = isKey ? ["API key", "API Keys"] : ["application", "Applications"];
  const message = `This ${who} may not call from ${address ?? "an unknown address"}. An admin can change its networks under Roles & Access › ${where}.`;
  return refusal(caller, "network_not_allowed", message);
}

/** Methods of operations that change nothing (RFC 9110 §9.2.1). */
export const isRead = ({ method }: Pick<ApiRequest, "method">) => method === "GET" || method === "HEAD";

/** The refusal of a change with a key that may only read; null for any other call. */
export function readOnlyRefusal(caller: KeyCredential, request: ApiRequest): AppError | null {
  if (!caller.key.read_only || isRead(request)) return null;
  const message = `This API key is read-only: it can't use ${request.method}. Use another key, or ask an admin to change this one under Roles & Access › API Keys.`;
  return refusal(caller, "key_read_only", message);
}

/** The refusal of a key manager whose organisation doesn't allow them; null for any other application. */
export function keyManagerRefusal(caller: ApplicationCredential): AppError | null {
  const { role, key_managers_allowed } = caller.application;
  if (role !== "KeyManager" || key_managers_allowed) return null;
  const message =
    "Your organisation doesn't allow applications to manage keys. An admin can allow it under Roles & Access › Applications.";
  return refusal(caller, "key_managers_disallowed", message);
}
