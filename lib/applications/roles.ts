import type { ApplicationRole } from "@/lib/generated/prisma/enums";

/** Every role of an application, with what it may do (docs/api.md, "Applications"). */
export const APPLICATION_ROLES = {
  Integration: "Does what an API key may: reads, creates, changes and deletes agents.",
  Auditor: "Reads the audit log, and nothing else.",
} as const satisfies Readonly<Record<ApplicationRole, string>>;
