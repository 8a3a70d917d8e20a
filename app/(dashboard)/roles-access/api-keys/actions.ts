"use server";

import type { ActionResult } from "@/lib/auth/action-result";
import { runAction } from "@/lib/auth/server-action";
import { issueOnce, type IssuedOnce } from "@/lib/api-keys/issue-once";
import { createKeyInput, revokeKeyInput, rotateKeyInput } from "@/lib/api-keys/schemas";
import { createKey, replaceLostKey, revokeKey, rotateKey, type IssuedKey } from "@/lib/api-keys/service";

// A server action is a public HTTP endpoint: its input is unknown until runAction has guarded and parsed it.

/** Creates a key and returns its plaintext, once. */
export async function createKeyAction(input: unknown): Promise<ActionResult<IssuedOnce<IssuedKey>>> {
  return runAction({ role: "Admin", schema: createKeyInput, input }, (actor, { attempt, ...key }, context) =>
    issueOnce(actor, attempt, context.now, (alongside) => createKey(actor, key, context, alongside)),
  );
}

/** Rotates a key and returns the new plaintext, once. */
export async function rotateKeyAction(
  input: unknown,
): Promise<ActionResult<IssuedOnce<IssuedKey & { oldKeyWorksUntil: Date | null }>>> {
  return runAction(
    { role: "Admin", schema: rotateKeyInput, input },
    (actor, { keyId, expiry, attempt, lost }, context) =>
      issueOnce(actor, attempt, context.now, (alongside) =>
        (lost ? replaceLostKey : rotateKey)(actor, keyId, expiry, context, alongside),
      ),
  );
}

/** Revokes a key, confirmed by its typed name. */
export async function revokeKeyAction(input: unknown): Promise<ActionResult<{ revoked: boolean }>> {
  return runAction({ role: "Admin", schema: revokeKeyInput, input }, (actor, { keyId, typedName }, context) =>
    revokeKey(actor, keyId, context, typedName),
  );
}
