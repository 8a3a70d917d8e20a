"use server";

import type { ActionResult } from "@/lib/auth/action-result";
import { runAction } from "@/lib/auth/server-action";
import { issueOnce, type IssuedOnce } from "@/lib/api-keys/issue-once";
import { createKeyInput, revokeKeyInput, rotateKeyInput } from "@/lib/api-keys/schemas";
import { createKey, replaceLostKey, revokeKeyByName, rotateKey, type IssuedKey } from "@/lib/api-keys/service";

// A server action is a public HTTP endpoint: its input is unknown until runAction has guarded and parsed it.

/** Creates a key and answers with its plaintext, this once. */
export async function createKeyAction(input: unknown): Promise<ActionResult<IssuedOnce<IssuedKey>>> {
  return runAction({ role: "Admin", schema: createKeyInput, input }, (actor, { attempt, ...key }, now, origin) =>
    issueOnce(actor, attempt, now, (alongside) => createKey(actor, key, now, origin, alongside)),
  );
}

/** Rotates a key and answers with the new one's plaintext, this once. */
export async function rotateKeyAction(
  input: unknown,
): Promise<ActionResult<IssuedOnce<IssuedKey & { oldKeyWorksUntil: Date | null }>>> {
  return runAction(
    { role: "Admin", schema: rotateKeyInput, input },
    (actor, { keyId, expiry, attempt, lost }, now, origin) =>
      issueOnce(actor, attempt, now, (alongside) =>
        (lost ? replaceLostKey : rotateKey)(actor, keyId, expiry, now, origin, alongside),
      ),
  );
}

/** Revokes a key whose name was typed. */
export async function revokeKeyAction(input: unknown): Promise<ActionResult<{ revoked: boolean }>> {
  return runAction({ role: "Admin", schema: revokeKeyInput, input }, (actor, { keyId, typedName }, now, origin) =>
    revokeKeyByName(actor, keyId, typedName, now, origin),
  );
}
