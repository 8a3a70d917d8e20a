import { z } from "zod";

/** Longest key name, in characters (public-api.md: `name` 1–200). */
export const NAME_MAX = 200;

/** Control characters, line separators, and the characters that embed, override or isolate text direction. */
const FORBIDDEN = /[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/u;
/** A name must show something: a letter, number, mark, punctuation or symbol. */
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** A key's name: 1–200 characters of any script, trimmed, in Unicode's composed form. */
export const keyName = z
  .string("Give the key a name.")
  .transform((text) => text.trim().normalize("NFC"))
  .superRefine((text, context) => {
    const problem = nameProblem(text);
    if (problem) context.addIssue({ code: "custom", message: problem });
  });

function nameProblem(text: string): string | null {
  if (text === "") return "Give the key a name, such as the integration that will use it.";
  const length = Array.from(text).length;
  if (length > NAME_MAX) return `Use ${String(NAME_MAX)} characters or fewer; this has ${String(length)}.`;
  if (FORBIDDEN.test(text)) return "Remove the invisible control or text-direction characters.";
  if (!text.isWellFormed()) return "Remove the broken characters.";
  if (!VISIBLE.test(text)) return "Use at least one character that can be seen.";
  return null;
}

/** The lifetimes offered beside "custom" and "none": days, and one calendar year. */
export const EXPIRY_PRESETS = ["7d", "30d", "60d", "90d", "1y"] as const;

/** How a person chose an expiry. `same` is for rotation: the lifetime the old key had at creation. */
export const expiryChoice = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("never") }),
  z.object({ kind: z.literal("preset"), preset: z.enum(EXPIRY_PRESETS) }),
  z.object({ kind: z.literal("at"), at: z.iso.datetime({ offset: true, error: "Choose a date and a time." }) }),
  z.object({ kind: z.literal("same") }),
]);
export type ExpiryChoice = z.infer<typeof expiryChoice>;

/** What the create form sends. */
export const createKeyInput = z.object({ name: keyName, expiry: expiryChoice });
export type CreateKeyInput = z.infer<typeof createKeyInput>;

/** What the rotate dialog sends. */
export const rotateKeyInput = z.object({ keyId: z.uuid(), expiry: expiryChoice });
export type RotateKeyInput = z.infer<typeof rotateKeyInput>;

/** What the revoke dialog sends: the key, and its name as typed. */
export const revokeKeyInput = z.object({ keyId: z.uuid(), typedName: z.string() });
export type RevokeKeyInput = z.infer<typeof revokeKeyInput>;
