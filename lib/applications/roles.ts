import type { ApplicationRole } from "@/lib/generated/prisma/enums";

/** Every role of an application, with its name and what it may do (docs/api.md, "Applications"). */
export const APPLICATION_ROLES = {
  Integration: {
    name: "Integration",
    meaning: "Does what an API key may: reads, creates, changes and deletes agents.",
  },
  Auditor: { name: "Auditor", meaning: "Reads the audit log, and nothing else." },
  KeyManager: { name: "Key manager", meaning: "Lists, creates, rotates and revokes API keys, and nothing else." },
} as const satisfies Readonly<Record<ApplicationRole, { readonly name: string; readonly meaning: string }>>;
