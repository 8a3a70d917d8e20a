import { cleanName, nameProblem } from "@/lib/text/name";

/** Longest e-mail address (RFC 5321: 64 for the person, 255 for the domain, and the @). */
const EMAIL_MAX = 320;

/** What is wrong with a typed name of a person, in the words shown beside its field, or null. Browser and server ask it. */
export function memberNameProblem(typed: string): string | null {
  return nameProblem(typed, "Enter a name.");
}

/** What is wrong with a typed e-mail address, or null: one address that mail can be sent to. Browser and server ask it. */
export function emailProblem(typed: string): string | null {
  const email = cleanName(typed);
  if (email === "") return "Enter the e-mail address.";
  // Microsoft's sign-in name of a guest has the form of an address, and its domain takes no mail.
  if (/#ext#/i.test(email)) return "That’s a guest’s sign-in name, which takes no mail. Enter their own address.";
  if (email.length > EMAIL_MAX) return `Use ${String(EMAIL_MAX)} characters or fewer.`;
  if (
    !/^[^\s@<>()[\]\\,;:"\p{Cc}\p{Cf}]+@[^\s@<>()[\]\\,;:"\p{Cc}\p{Cf}.]+(?:\.[^\s@<>()[\]\\,;:"\p{Cc}\p{Cf}.]+)+$/u.test(
      email,
    )
  )
    return "Enter one address, such as ann@example.com.";
  return null;
}
