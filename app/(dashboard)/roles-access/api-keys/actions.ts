"use server";

import { serverAction } from "@/lib/auth/server-action";
import { dismissWarning } from "@/lib/api-keys/attention";
import { issueOnce } from "@/lib/api-keys/issue-once";
import {
  createKeyInput,
  dismissWarningInput,
  revokeKeyInput,
  rotateKeyInput,
  updateKeyInput,
} from "@/lib/api-keys/schemas";
import { createKey, replaceLostKey, revokeKey, rotateKey } from "@/lib/api-keys/service";
import { updateKey } from "@/lib/api-keys/update";

/** Creates a key and returns its plaintext, once. */
export const createKeyAction = serverAction(
  { role: "Admin", schema: createKeyInput },
  (actor, { attempt, ...key }, context) =>
    issueOnce(actor, attempt, context.now, (alongside) => createKey(actor, key, context, alongside)),
);

/** Rotates a key and returns the new plaintext, once. */
export const rotateKeyAction = serverAction(
  { role: "Admin", schema: rotateKeyInput },
  (actor, { keyId, expiry, attempt, lost }, context) =>
    issueOnce(actor, attempt, context.now, (alongside) =>
      (lost ? replaceLostKey : rotateKey)(actor, keyId, expiry, context, alongside),
    ),
);

/** Revokes a key, confirmed by its typed name. */
export const revokeKeyAction = serverAction(
  { role: "Admin", schema: revokeKeyInput },
  (actor, { keyId, typedName }, context) => revokeKey(actor, keyId, context, typedName),
);

/** Changes a key's name, owner or note. */
export const updateKeyAction = serverAction(
  { role: "Admin", schema: updateKeyInput },
  (actor, { keyId, ...patch }, context) => updateKey(actor, keyId, patch, context),
);

/** Takes a key out of one of the lists of keys that need attention, for 30 days. */
export const dismissWarningAction = serverAction(
  { role: "Admin", schema: dismissWarningInput },
  (actor, { keyId, reason }, context) => dismissWarning(actor, keyId, reason, context),
);
