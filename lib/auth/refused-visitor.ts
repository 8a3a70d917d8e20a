import { z } from "zod";

/** Tells the refusal page, in this browser only, who was refused. The cookie grants nothing. */
export const REFUSED_COOKIE = "neo-refused";

/** The page for people with a Microsoft account but no membership. */
export const NOT_IN_ORGANISATION_PATH = "/not-in-organisation";

/** Lifetime of the cookie, in seconds. */
const KEPT_SECONDS = 600;

/** The visitor's own claims from Microsoft; nothing comes from the database. */
const upTo = (max: number) => z.string().refine((text) => text.length <= max);
const visitorSchema = z.object({ name: upTo(200), email: upTo(320).nullable(), tid: z.guid() });
export type RefusedVisitor = z.output<typeof visitorSchema>;

/**
 * The `Set-Cookie` value that passes a visitor to the page.
 * @param secure whether the dashboard is served over https
 */
export function refusedCookie({ name, email, tid }: RefusedVisitor, secure: boolean): string {
  const value = Buffer.from(JSON.stringify({ name, email, tid })).toString("base64url");
  return `${REFUSED_COOKIE}=${value}; Path=${NOT_IN_ORGANISATION_PATH}; Max-Age=${KEPT_SECONDS}; HttpOnly; SameSite=Lax${secure ? "; Secure" : ""}`;
}

/** Parses the value of {@link refusedCookie}; null for anything else. */
export function readRefused(value: string | undefined): RefusedVisitor | null {
  if (!value) return null;
  try {
    return visitorSchema.parse(JSON.parse(Buffer.from(value, "base64url").toString()));
  } catch {
    return null;
  }
}
