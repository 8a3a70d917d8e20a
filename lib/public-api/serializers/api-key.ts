import { z } from "zod";

import type { KeyMetadata } from "@/lib/api-keys/metadata";
import { NOTE_MAX } from "@/lib/text/note";
import { NAME_MAX } from "@/lib/text/name";
import type { IssuedKey } from "@/lib/api-keys/service";
import { KEY_STATUSES, keyEnd, keyStatus } from "@/lib/api-keys/status";

const at = z.iso.datetime();
const name = z.string().meta({ minLength: 1, maxLength: NAME_MAX });
const KEY = /^neo_sk_[a-z0-9]{2,12}_[A-Za-z0-9]{24}$/;
const ID = "0190a1b2-0000-7000-8000-00000000000b";

/** A key as the list shows it: never a hash, never a secret. */
export const apiKeyData = z
  .object({
    id: z.guid(),
    name,
    environment: z.string().meta({ pattern: "^[a-z0-9]{2,12}$" }),
    last4: z.string().meta({ description: "The last four characters of the key.", minLength: 4, maxLength: 4 }),
    status: z.enum(KEY_STATUSES).meta({
      description:
        "`active`; `expiring` within 7 days; `rotating`: replaced, and working until `works_until`; `expired`; `revoked`.",
    }),
    created_at: at,
    created_by: z.object({ kind: z.enum(["member", "application"]), id: z.guid(), name: z.string() }),
    expires_at: at.nullable().meta({ description: "The key's own expiry; null for never." }),
    works_until: at
      .nullable()
      .meta({ description: "When it stops working: at its expiry, or 24 hours after a rotation if that's sooner." }),
    last_used_at: at.nullable().meta({ description: "To the minute; null for never." }),
    rotated_at: at.nullable(),
    revoked_at: at.nullable(),
    replaces: z.guid().nullable().meta({ description: "The id of the key that this one was rotated from." }),
    replaced_by: z.guid().nullable().meta({ description: "The id of the key that this one was rotated into." }),
    owner: z
      .union([z.object({ member_id: z.guid(), name: z.string() }), z.object({ email: z.string() })])
      .nullable()
      .meta({ description: "Whom to ask about the key: a member or a mailbox; null for nobody." }),
    note: z.string().nullable().meta({ maxLength: NOTE_MAX }),
    read_only: z.boolean().meta({ description: "Whether it may only read." }),
    networks: z.array(z.string()).meta({ description: "Where it may call from; empty for anywhere." }),
  })
  .meta({
    id: "ApiKey",
    description: "What is known of a key. The key itself is shown once, when it is made.",
    example: {
      id: ID,
      name: "Billing export script",
      environment: "prod",
      last4: "Ef01",
      status: "active",
      created_at: "2026-11-01T09:00:00.000Z",
      created_by: { kind: "member", id: "0190a1b2-0000-7000-8000-00000000000c", name: "Ada Admin" },
      expires_at: "2099-11-01T09:00:00.000Z",
      works_until: "2099-11-01T09:00:00.000Z",
      last_used_at: "2026-11-02T10:30:00.000Z",
      rotated_at: null,
      revoked_at: null,
      replaces: null,
      replaced_by: null,
      owner: { email: "billing-team@example.com" },
      note: "Runs on the build server, nightly.",
      read_only: false,
      networks: [],
    },
  });

/** A key that was just made: the only answer that ever has one. */
export const issuedKeyData = z
  .object({
    id: z.guid(),
    name,
    key: z
      .string()
      .regex(KEY)
      .meta({ description: "The key, shown only once. Store it now: it can't be retrieved again." }),
    created_at: at,
    expires_at: at.nullable(),
  })
  .meta({
    id: "IssuedApiKey",
    example: {
      id: ID,
      name: "Billing export script",
      key: "neo_sk_prod_AbCdEf0123456789AbCdEf01",
      created_at: "2026-11-01T09:00:00.000Z",
      expires_at: "2099-11-01T09:00:00.000Z",
    },
  });

const moment = (date: Date | null) => date?.toISOString() ?? null;

function ownerOf({ ownerId, ownerName, ownerEmail }: KeyMetadata) {
  if (ownerId !== null) return { member_id: ownerId, name: ownerName ?? "" };
  return ownerEmail === null ? null : { email: ownerEmail };
}

/** @param now the database's clock, for the status */
export function serializeApiKey(key: KeyMetadata, now: Date): z.input<typeof apiKeyData> {
  return {
    id: key.id,
    name: key.name,
    environment: key.environment,
    last4: key.last4,
    status: keyStatus(key, now),
    created_at: key.createdAt.toISOString(),
    created_by: key.createdBy,
    expires_at: moment(key.expiresAt),
    works_until: moment(keyEnd(key)),
    last_used_at: moment(key.lastUsedAt),
    rotated_at: moment(key.rotatedAt),
    revoked_at: moment(key.revokedAt),
    replaces: key.replacesId,
    replaced_by: key.replacedById,
    owner: ownerOf(key),
    note: key.note,
    read_only: key.readOnly,
    networks: key.networks,
  };
}

/** The one answer that has the key in it. */
export function serializeIssuedKey({ id, name, key, createdAt, expiresAt }: IssuedKey): z.input<typeof issuedKeyData> {
  return { id, name, key, created_at: createdAt.toISOString(), expires_at: moment(expiresAt) };
}
