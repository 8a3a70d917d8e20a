import type { Allow } from "@/lib/public-api/operation";

const PEOPLE = {
  Viewer: "every member",
  User: "members with the role User or Admin",
  Admin: "members with the role Admin",
} as const;

/** Who may call an operation, in words (public-api.md, "Endpoints"). A person calls with an access token. */
export function accessInWords(allow: Allow): string {
  if (allow === "anyone") return "anyone, without a credential";
  const people = PEOPLE[allow.member];
  return allow.key ? `API keys, and ${people}` : `${people}; no API key`;
}
