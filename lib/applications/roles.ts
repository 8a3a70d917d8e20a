import type { ApplicationRole } from "@/lib/generated/prisma/enums";

/** The texts of every role of an application (docs/api.md, "Applications"). What it may call is the `allow` of each operation. */
export const APPLICATION_ROLES = {
  Integration: {
    name: "Integration",
    meaning: "Does what an API key may: reads, creates, changes and deletes agents.",
  },
  Auditor: { name: "Auditor", meaning: "Reads the audit log, and nothing else." },
  KeyManager: { name: "Key manager", meaning: "Lists, creates, rotates and revokes API keys, and nothing else." },
} as const satisfies Readonly<Record<ApplicationRole, { readonly name: string; readonly meaning: string }>>;
