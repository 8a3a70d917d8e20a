import type { KeyActions } from "@/components/api-keys/dialog/steps";

import {
  createKeyAction,
  dismissWarningAction,
  exportKeysAction,
  previewRevocationAction,
  restoreWarningAction,
  revokeKeyAction,
  revokeKeysAction,
  rotateKeyAction,
  takeOverKeyAction,
  updateKeyAction,
} from "./actions";

/** What the dialog of the keys' pages calls. */
export const KEY_ACTIONS: KeyActions = {
  create: createKeyAction,
  rotate: rotateKeyAction,
  revoke: revokeKeyAction,
  update: updateKeyAction,
  takeOver: takeOverKeyAction,
  dismiss: dismissWarningAction,
  restore: restoreWarningAction,
  previewRevocation: previewRevocationAction,
  revokeKeys: revokeKeysAction,
  exportKeys: exportKeysAction,
};
