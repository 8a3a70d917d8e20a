import { z } from "zod";

import { dateTime } from "@/lib/text/date-time";
import { EXPIRY_PRESETS } from "@/lib/api-keys/expiry";
import { cleanName, NAME_MAX, nameProblem } from "@/lib/text/name";

/** A key's name: 1–200 characters of any script, trimmed, in Unicode's composed form. */
export const keyName = z
  .string("Give the key a name.")
  .superRefine((typed, context) => {
    const problem = nameProblem(typed);
    if (problem) context.addIssue({ code: "custom", message: problem });
  })
  .transform(cleanName);

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
export const createKeyInput = z.object({ name: keyName, expiry: expiryChoice, attempt });
export type CreateKeyInput = z.infer<typeof createKeyInput>;

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
    },
    "must be an object",
  )
  .meta({
    id: "ApiKeyCreation",
    description: "A key to make. Fields that are not listed are ignored, and named in `meta.warnings`.",
    example: { name: "Billing export script", expires_at: "2099-11-01T09:00:00Z" },
  });
