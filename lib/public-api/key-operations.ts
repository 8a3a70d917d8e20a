import "server-only";

import { z } from "zod";

import { NEEDS_ADMIN } from "@/lib/actor";
import { NO_SUCH_KEY } from "@/lib/api-keys/service";

/** What every operation on API keys has: people and the applications that they allowed manage them, never a key. */
export const KEYS_OPERATION = {
  tag: "API keys",
  allow: { key: false, member: "Admin", application: "KeyManager" },
  keyRefusal: NEEDS_ADMIN,
} as const;

/** The same for operations on one key. */
export const KEY_OPERATION = { ...KEYS_OPERATION, params: z.object({ key_id: z.guid(NO_SUCH_KEY) }) } as const;
