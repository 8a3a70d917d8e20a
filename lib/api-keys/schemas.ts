import { z } from "zod";

import { ATTENTION_REASONS } from "@/lib/api-keys/attention-reasons";
import { dateTime } from "@/lib/text/date-time";
import { EXPIRY_PRESETS } from "@/lib/api-keys/expiry";
import { networkList, typedNetworks } from "@/lib/http/network-fields";
import { NETWORKS_MAX } from "@/lib/http/networks";
import { SELECTION_MAX, typedCountProblem } from "@/lib/api-keys/selection-rules";
import { numberText } from "@/lib/text/number";
import { cleanName, NAME_MAX, nameProblem } from "@/lib/text/name";
import { note, NOTE_MAX, shownLines } from "@/lib/text/note";

/** A key's name: 1–200 characters of any script, trimmed, in Unicode's composed form. */
export const keyName = z
  .string("Give the key a name.")
  .superRefine((typed, context) => {
    const problem = nameProblem(typed);
    if (problem) context.addIssue({ code: "custom", message: problem });
  })
  .transform(cleanName);

const ownerEmail = z.email("must be an e-mail address").max(254);

/** Whom to ask about a key: a member, or a mailbox such as a team's. */
const keyOwner = z
  .union(
    [z.object({ member_id: z.guid() }), z.object({ email: ownerEmail })],
    "must be null, or have a `member_id` or an `email`",
  )
  .nullable();
export type KeyOwner = z.infer<typeof keyOwner>;

const OWNER_PROBLEM = "Enter an e-mail address, such as billing-team@example.com.";

/** An owner as a person types one: an address, or nothing for nobody. */
const typedOwner = z
  .string(OWNER_PROBLEM)
  .trim()
  .refine((typed) => typed === "" || ownerEmail.safeParse(typed).success, OWNER_PROBLEM)
  .transform((typed) => (typed === "" ? null : { email: typed }));

/** Owner, note and limits, as a program sends them. */
const described = {
  owner: keyOwner.optional().meta({
    description: "Whom to ask about the key: a member or a mailbox; null for nobody.",
    example: { email: "billing-team@example.com" },
  }),
  note: note.optional().meta({
    description: `Up to ${NOTE_MAX} characters; null for none.`,
    maxLength: NOTE_MAX,
    example: "Runs on the build server, nightly.",
  }),
  read_only: z.boolean("must be true or false").optional().meta({
    description: "Whether the key may only read: `GET` and `HEAD`.",
    example: true,
  }),
  networks: networkList.optional().meta({
    description: `Up to ${String(NETWORKS_MAX)} addresses and networks that the key may call from; empty for anywhere.`,
    maxItems: NETWORKS_MAX,
    example: ["203.0.113.0/24", "2001:db8::/32"],
  }),
};

/** The limits of a key, as the forms send them. */
const typedLimits = { readOnly: z.boolean().optional(), networks: typedNetworks.optional() };

/** How a person chose an expiry; see {@link ExpiryChoice}. */
const expiryChoice = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("never") }),
  z.object({ kind: z.literal("preset"), preset: z.enum(EXPIRY_PRESETS) }),
  z.object({ kind: z.literal("at"), at: z.iso.datetime({ offset: true, error: "Choose a date and time." }) }),
  z.object({ kind: z.literal("same") }),
]);

/** Identifies an opened dialog: a second attempt finds what the first one created. */
const attempt = z.uuid().optional();

/** What the create form sends. */
export const createKeyInput = z.object({
  name: keyName,
  expiry: expiryChoice,
  owner: typedOwner.optional(),
  note: note.optional(),
  ...typedLimits,
  attempt,
});
export type CreateKeyInput = z.input<typeof createKeyInput>;

/** What the rotate dialog sends; `lost` when the key was in a response that never arrived. */
export const rotateKeyInput = z.object({
  keyId: z.uuid(),
  expiry: expiryChoice,
  attempt,
  lost: z.boolean().optional(),
});
export type RotateKeyInput = z.infer<typeof rotateKeyInput>;

/** What the revoke dialog sends: the key, and its name as typed. */
export const revokeKeyInput = z.object({ keyId: z.uuid(), typedName: z.string() });
export type RevokeKeyInput = z.infer<typeof revokeKeyInput>;

/** What "Dismiss for 30 days" sends, and its Undo. */
export const dismissWarningInput = z.object({ keyId: z.uuid(), reason: z.enum(ATTENTION_REASONS) });
export type DismissWarningInput = z.infer<typeof dismissWarningInput>;

/** What "Make me the owner" sends. */
export const takeOverKeyInput = z.object({ keyId: z.uuid() });
export type TakeOverKeyInput = z.infer<typeof takeOverKeyInput>;

/** What the dialog sends that ends an overlap: the old key. */
export const endOverlapInput = z.object({ keyId: z.uuid() });
export type EndOverlapInput = z.infer<typeof endOverlapInput>;

// Zod's `max` and `min` also run on what isn't an array, and report its length.
const keyIdList = z
  .array(z.uuid())
  .refine((ids) => ids.length <= SELECTION_MAX, `Select ${numberText(SELECTION_MAX)} keys or fewer.`);
const selectedIds = keyIdList.refine((ids) => ids.length > 0, "Select a key.");

/** What the preview of a bulk revocation and the export of a selection send. */
export const selectedKeysInput = z.object({ keyIds: selectedIds });
export type SelectedKeysInput = z.infer<typeof selectedKeysInput>;

const REASON_PROBLEM = "Enter a reason.";

/**
 * What the bulk revoke dialog sends: the keys that work, those of them that it showed as in use and as the old keys of rotations, the
 * reason for the audit log, and the number of keys as typed.
 */
export const revokeKeysInput = z
  .object({
    keyIds: selectedIds,
    knownInUse: keyIdList,
    knownRetiring: keyIdList,
    reason: shownLines(REASON_PROBLEM).refine((text) => text !== "", REASON_PROBLEM),
    typedCount: z.string(),
  })
  .superRefine(({ keyIds, typedCount }, context) => {
    const message = typedCountProblem(typedCount, keyIds.length);
    if (message) context.addIssue({ code: "custom", message, path: ["typedCount"] });
  });
export type RevokeKeysInput = z.infer<typeof revokeKeysInput>;

/** What the dialog sends that edits a key: only what was changed. An empty owner is none. */
export const updateKeyInput = z.object({
  keyId: z.uuid(),
  name: keyName.optional(),
  owner: typedOwner.optional(),
  note: note.optional(),
  ...typedLimits,
});
export type UpdateKeyInput = z.input<typeof updateKeyInput>;

/** The body of `PUT /public-api/api-keys/{key_id}`: the fields to change. */
export const apiKeyPatch = z
  .object(
    {
      name: keyName
        .meta({
          description: "1 to 200 characters.",
          minLength: 1,
          maxLength: NAME_MAX,
          example: "Billing export script",
        })
        .optional(),
      ...described,
    },
    "must be an object",
  )
  .meta({
    id: "ApiKeyPatch",
    description: "Changes of a key. Fields that are left out keep their value.",
    example: { owner: { email: "billing-team@example.com" }, note: "Runs on the build server, nightly." },
  });

/** The body of `POST /public-api/api-keys` (docs/api.md, "Endpoints"). Unknown fields are ignored. */
export const apiKeyCreation = z
  .object(
    {
      name: keyName.meta({
        description: "1 to 200 characters; name it for the integration that will use it.",
        minLength: 1,
        maxLength: NAME_MAX,
        example: "Billing export script",
      }),
      expires_at: dateTime("must be a date and time with an offset, such as 2027-01-31T12:00:00Z, or null")
        .nullable()
        .optional()
        .meta({ description: "When it stops working; null or left out for never.", example: "2099-11-01T09:00:00Z" }),
      ...described,
    },
    "must be an object",
  )
  .meta({
    id: "ApiKeyCreation",
    description: "A key to make. Fields that are not listed are ignored, and named in `meta.warnings`.",
    example: { name: "Billing export script", expires_at: "2099-11-01T09:00:00Z" },
  });
