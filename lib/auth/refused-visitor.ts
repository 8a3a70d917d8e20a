import { z } from "zod";

/** Keeps who was just refused for the page that says so, in this browser only; it opens nothing and proves nothing. */
export const REFUSED_COOKIE = "neo-refused";

/** The page of those who have an account at Microsoft but no place here. */
export const NOT_IN_ORGANISATION_PATH = "/not-in-organisation";

/** How long the page knows, in seconds. */
const KEPT_SECONDS = 600;

/** What Microsoft said of the visitor, for the visitor's own eyes: nothing here comes from our database. */
const upTo = (max: number) => z.string().refine((text) => text.length <= max);
const visitorSchema = z.object({ name: upTo(200), email: upTo(320).nullable(), tid: z.guid() });
export type RefusedVisitor = z.output<typeof visitorSchema>;

/**
 * The `Set-Cookie` value that hands a visitor on to the page.
 * @param secure whether people come by https
 */
export function refusedCookie({ name, email, tid }: RefusedVisitor, secure: boolean): string {
  const value = Buffer.from(JSON.stringify({ name, email, tid })).toString("base64url");
  return `${REFUSED_COOKIE}=${value}; Path=${NOT_IN_ORGANISATION_PATH}; Max-Age=${KEPT_SECONDS}; HttpOnly; SameSite=Lax${secure ? "; Secure" : ""}`;
}

/** Reads what {@link refusedCookie} wrote; null for anything else. */
export function readRefused(value: string | undefined): RefusedVisitor | null {
  if (!value) return null;
  try {
    return visitorSchema.parse(JSON.parse(Buffer.from(value, "base64url").toString()));
  } catch {
    return null;
  }
}
