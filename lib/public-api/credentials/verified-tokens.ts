import "server-only";

import { hash } from "node:crypto";

import { env } from "@/lib/config/env";
import { processWide } from "@/lib/config/process-wide";
import { type TokenHolder, verifyAccessToken } from "@/lib/public-api/credentials/access-token";

/** How long a verified signature is relied on, in milliseconds: less than Microsoft's keys are cached for. */
const RELIED_ON_MS = 5 * 60_000;

/** Most tokens that are known at a time. Only valid ones are, so nobody else can crowd them out. */
const KNOWN_MAX = 10_000;

interface Known {
  readonly holder: TokenHolder;
  /** By performance.now(). */
  readonly until: number;
}

/** By the token's SHA-256: the token itself is kept nowhere. */
const known = processWide("verified access tokens", () => new Map<string, Known>());

/**
 * As {@link verifyAccessToken}, which costs half as much as the rest of a call, once in five minutes for each token. Whether it is valid
 * now, and what its holder may do, is asked for at each call.
 * @throws AppError as verifyAccessToken; a refusal is not remembered
 */
export async function verifiedToken(token: string): Promise<TokenHolder> {
  const digest = hash("sha256", token, "base64url");
  const now = performance.now();
  const before = known.get(digest);
  if (before && before.until > now) return before.holder;
  const holder = await verifyAccessToken(token, env());
  if (known.size >= KNOWN_MAX) known.clear();
  known.set(digest, { holder, until: now + RELIED_ON_MS });
  return holder;
}
