import type { Role } from "@/lib/generated/prisma/enums";

/** The roles, strongest first, as filters and forms offer them. */
export const ROLES = ["Admin", "User", "Viewer"] as const;

/** What each role may do (docs/api.md, "Roles"). */
export const ROLE_RIGHTS: Readonly<Record<Role, string>> = {
  Admin: "Full access: members, API keys, audit log and agents",
  User: "Create and edit agents",
  Viewer: "See agents",
};
