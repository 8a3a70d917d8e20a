import "server-only";

import { createHash, randomUUID } from "node:crypto";

import type { Actor } from "@/lib/actor";
import { isDatabaseUnavailable, prisma } from "@/lib/db/client";
import { AppError } from "@/lib/errors/app-error";
import { type IdempotencyKey, Prisma } from "@/lib/generated/prisma/client";
import { DAY_MS } from "@/lib/text/time-units";

/** How long a key is remembered, in milliseconds: 24 hours. */
const KEPT_MS = DAY_MS;

/** After this long without a response the first call counts as dead, in milliseconds: no request lasts that long. */
const ABANDONED_MS = 60_000;

/** Printable ASCII without blanks, 1 to 255 characters; the quotes of a structured field are part of it. */
const KEY = /^[\x21-\x7e]{1,255}$/;

/** What is kept of a response: all of it, or only the id of what was created where the response contains a secret. */
export type Remembered = { readonly data: unknown } | { readonly madeId: string };

/** An `Idempotency-Key` held by a running call. */
export interface Claim {
  /** Stores the response in the transaction of the change. @throws AppError CONFLICT when another call took over; the transaction must then fail */
  readonly remember: (tx: Prisma.TransactionClient, what: Remembered) => Promise<void>;
  /** Whether a response was stored. */
  readonly remembered: boolean;
  /** Releases the key after a failure, so that the call can be retried. */
  readonly release: () => Promise<unknown>;
}

/** The `Idempotency-Key` of a request, null without one. @throws AppError BAD_REQUEST when it is malformed */
export function idempotencyKey(headers: Pick<Headers, "get">): string | null {
  const key = headers.get("idempotency-key");
  if (key === null || KEY.test(key)) return key;
  throw new AppError("BAD_REQUEST", "An Idempotency-Key has 1 to 255 printable ASCII characters and no blanks.", {
    reason: "invalid_idempotency_key",
  });
}

/** A retry may come with the successor of the first call's API key, or with another token of the same person or application. */
function actorId(actor: Actor): string {
  if (actor.kind === "key") return actor.lineageId;
  return actor.kind === "member" ? actor.memberId : actor.applicationId;
}

/** Seconds after which the concurrent request with the same `Idempotency-Key` has usually finished. */
const IN_PROGRESS_RETRY_S = 1;

const inProgress = (message: string) =>
  new AppError("CONFLICT", message, { reason: "in_progress", retryAfterSeconds: IN_PROGRESS_RETRY_S });

/** The result of an earlier call with this key. @throws AppError CONFLICT or UNPROCESSABLE where this call cannot have it */
function earlier(row: IdempotencyKey | null, hash: Uint8Array): { data: unknown } {
  if (row && !Buffer.from(row.requestHash).equals(hash)) {
    const message = "This Idempotency-Key was used with another body. Use a new one for a new request.";
    const fields = { "Idempotency-Key": "was used with another body" };
    throw new AppError("UNPROCESSABLE", message, { reason: "idempotency_key_reused", fields });
  }
  if (!row?.answeredAt) {
    throw inProgress("A request with this Idempotency-Key is still running. Try again shortly.");
  }
  if (row.madeId !== null) {
    throw new AppError(
      "CONFLICT",
      "This Idempotency-Key has already made an API key, whose secret was shown once and is stored nowhere. Rotate or revoke that key.",
      { reason: "already_made", details: { id: row.madeId } },
    );
  }
  return { data: row.data };
}

/**
 * Claims an `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header) for this actor and path, or finds the first response.
 * @param body the bytes of the request's body
 * @param now the database's clock
 * @returns a claim, or the data of the response to repeat
 * @throws AppError UNPROCESSABLE for a key that came with another body; CONFLICT while the first call is running, and for one
 *   that created a secret: `details.id` names what it created
 */
export async function claim(
  actor: Actor,
  path: string,
  key: string,
  body: Uint8Array,
  now: Date,
): Promise<Claim | { data: unknown }> {
  const claimId = randomUUID();
  const hash = new Uint8Array(createHash("sha256").update(body).digest());
  const forgotten = new Date(now.getTime() - KEPT_MS);
  const abandoned = new Date(now.getTime() - ABANDONED_MS);
  const claimed = await prisma().$executeRaw`
    insert into idempotency_keys as k (tenant_id, actor_id, path, key, request_hash, claim_id, created_at)
    values (${actor.tenantId}::uuid, ${actorId(actor)}::uuid, ${path}, ${key}, ${hash}, ${claimId}::uuid, ${now})
    on conflict (tenant_id, actor_id, path, key) do update
      set request_hash = excluded.request_hash, claim_id = excluded.claim_id, created_at = excluded.created_at,
          answered_at = null, data = null, made_id = null
      where k.created_at <= ${forgotten} or (k.answered_at is null and k.created_at <= ${abandoned})`;
  const id = { tenantId: actor.tenantId, actorId: actorId(actor), path, key };
  if (claimed === 0) {
    const where = { tenantId_actorId_path_key: id };
    return earlier(await prisma().idempotencyKey.findUnique({ where }), hash);
  }
  const held = { ...id, claimId, answeredAt: null };
  let remembered = false;
  return {
    get remembered() {
      return remembered;
    },
    remember: async (tx, what) => {
      const answer =
        "madeId" in what
          ? { madeId: what.madeId }
          : { data: what.data === null ? Prisma.JsonNull : (what.data as Prisma.InputJsonValue) };
      const { count } = await tx.idempotencyKey.updateMany({ where: held, data: { answeredAt: now, ...answer } });
      if (count === 0) throw inProgress("Another request with this Idempotency-Key has taken over.");
      remembered = true;
    },
    release: () => prisma().idempotencyKey.deleteMany({ where: held }),
  };
}

/** Runs the claimed call, and releases the key if it fails, so that it can be retried. */
export async function whileClaimed<T>(claimed: Claim, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    // Awaiting this on an unavailable database would double the wait.
    if (isDatabaseUnavailable(error)) claimed.release().catch(() => undefined);
    else await claimed.release();
    throw error;
  }
}
