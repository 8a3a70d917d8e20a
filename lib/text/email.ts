import { cleanName } from "@/lib/text/name";

/** Longest e-mail address (RFC 5321: 64 for the person, 255 for the domain, and the @). */
const EMAIL_MAX = 320;

const PART = String.raw`[^\s@<>()[\]\\,;:"\p{Cc}\p{Cf}`;
const ADDRESS = new RegExp(`^${PART}]+@${PART}.]+(?:\\.${PART}.]+)+$`, "u");

/** Whether this is Microsoft's sign-in name of a guest: `ada_fabrikam.com#EXT#@contoso.onmicrosoft.com`, whose domain takes no mail. */
export function isGuestSignInName(text: string): boolean {
  return /#ext#|%23ext%23/i.test(text);
}

/** What is wrong with a typed e-mail address, shown beside its field; null for one address that mail can be sent to. */
export function emailProblem(typed: string): string | null {
  const email = cleanName(typed);
  if (email === "") return "Enter the e-mail address.";
  if (isGuestSignInName(email)) return "That’s a guest’s sign-in name, which takes no mail. Enter their own address.";
  if (email.length > EMAIL_MAX) return `Use ${String(EMAIL_MAX)} characters or fewer.`;
  return ADDRESS.test(email) ? null : "Enter one address, such as ann@example.com.";
}
