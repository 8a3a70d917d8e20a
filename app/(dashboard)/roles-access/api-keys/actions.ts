"use server";

import { serverAction } from "@/lib/auth/server-action";
import { dismissWarning, restoreWarning } from "@/lib/api-keys/attention";
import { exportKeys } from "@/lib/api-keys/export";
import { issueOnce } from "@/lib/api-keys/issue-once";
import { previewRevocation } from "@/lib/api-keys/revocation-preview";
import {
  createKeyInput,
  dismissWarningInput,
  endOverlapInput,
  revokeKeyInput,
  revokeKeysInput,
  rotateKeyInput,
  selectedKeysInput,
  takeOverKeyInput,
  updateKeyInput,
} from "@/lib/api-keys/schemas";
import { replaceLostKey } from "@/lib/api-keys/lost-key";
import { createKey, endOverlap, revokeKey, revokeKeys, rotateKey } from "@/lib/api-keys/service";
import { updateKey } from "@/lib/api-keys/update";

/** Creates a key and returns its plaintext, once. */
export const createKeyAction = serverAction(
  { role: "Admin", freshSignIn: true, schema: createKeyInput },
  (actor, { attempt, ...key }, context) =>
    issueOnce(actor, attempt, context.now, (alongside) => createKey(actor, key, context, alongside)),
);

/** Rotates a key and returns the new plaintext, once. */
export const rotateKeyAction = serverAction(
  { role: "Admin", freshSignIn: true, schema: rotateKeyInput },
  (actor, { keyId, expiry, attempt, lost }, context) =>
    issueOnce(actor, attempt, context.now, (alongside) =>
      (lost ? replaceLostKey : rotateKey)(actor, keyId, expiry, context, alongside),
    ),
);

/** Revokes a key, confirmed by its typed name. */
export const revokeKeyAction = serverAction(
  { role: "Admin", freshSignIn: false, schema: revokeKeyInput },
  (actor, { keyId, typedName }, context) => revokeKey(actor, keyId, context, typedName),
);

/** What revoking the selected keys would do. */
export const previewRevocationAction = serverAction(
  { role: "Admin", freshSignIn: false, schema: selectedKeysInput },
  (actor, { keyIds }, { now }) => previewRevocation(actor, keyIds, now),
);

/** Revokes the selected keys, confirmed by their typed number: all of them or none. */
export const revokeKeysAction = serverAction(
  { role: "Admin", freshSignIn: true, schema: revokeKeysInput },
  (actor, input, context) => revokeKeys(actor, input, context),
);

/** The selected keys as the text of a CSV file. */
export const exportKeysAction = serverAction(
  { role: "Admin", freshSignIn: false, schema: selectedKeysInput },
  async (actor, { keyIds }, { now }) => {
    let text = "";
    for await (const part of exportKeys(actor, keyIds, now)) text += part;
    return text;
  },
);

/** Ends the overlap of a rotation. */
export const endOverlapAction = serverAction(
  { role: "Admin", freshSignIn: false, schema: endOverlapInput },
  (actor, { keyId }, context) => endOverlap(actor, keyId, context),
);

/** Changes a key's name, owner, note or limits. */
export const updateKeyAction = serverAction(
  { role: "Admin", freshSignIn: false, schema: updateKeyInput },
  (actor, { keyId, ...patch }, context) => updateKey(actor, keyId, patch, context),
);

/** Makes the admin who calls it the owner of a key. */
export const takeOverKeyAction = serverAction(
  { role: "Admin", freshSignIn: false, schema: takeOverKeyInput },
  (actor, { keyId }, context) => updateKey(actor, keyId, { owner: { member_id: actor.memberId } }, context),
);

/** Takes a key out of one of the lists of keys that need attention, for 30 days. */
export const dismissWarningAction = serverAction(
  { role: "Admin", freshSignIn: false, schema: dismissWarningInput },
  (actor, { keyId, reason }, context) => dismissWarning(actor, keyId, reason, context),
);

/** Undoes that. */
export const restoreWarningAction = serverAction(
  { role: "Admin", freshSignIn: false, schema: dismissWarningInput },
  (actor, { keyId, reason }, context) => restoreWarning(actor, keyId, reason, context),
);
