"use server";

import type { ActionResult } from "@/lib/action-result";
import { runAction } from "@/lib/action";
import { createKeyInput, revokeKeyInput, rotateKeyInput } from "@/lib/keys/schemas";
import { createKey, revokeKeyByName, rotateKey, type IssuedKey, type Rotation } from "@/lib/keys/service";

// A server action is a public HTTP endpoint: its input is unknown until runAction has guarded and parsed it.

/** Makes a key and answers with its plaintext, this once. */
export async function createKeyAction(input: unknown): Promise<ActionResult<IssuedKey>> {
  return runAction({ role: "Admin", schema: createKeyInput, input }, createKey);
}

/** Rotates a key and answers with the new one's plaintext, this once. */
export async function rotateKeyAction(input: unknown): Promise<ActionResult<Rotation>> {
  return runAction({ role: "Admin", schema: rotateKeyInput, input }, (actor, { keyId, expiry }, now, origin) =>
    rotateKey(actor, keyId, expiry, now, origin),
  );
}

/** Revokes a key whose name was typed. */
export async function revokeKeyAction(input: unknown): Promise<ActionResult<{ revoked: boolean }>> {
  return runAction({ role: "Admin", schema: revokeKeyInput, input }, (actor, { keyId, typedName }, now, origin) =>
    revokeKeyByName(actor, keyId, typedName, now, origin),
  );
}
