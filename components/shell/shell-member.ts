import type { Role } from "@/lib/generated/prisma/enums";

/** What the shell shows about the signed-in person. */
export interface ShellMember {
  readonly tenantId: string;
  readonly memberId: string;
  readonly name: string;
  readonly email: string | null;
  readonly role: Role;
  readonly tenantName: string;
}

/** The part of a signed-in person that the browser gets. */
export function shellMember({ tenantId, memberId, name, email, role, tenantName }: ShellMember): ShellMember {
  return { tenantId, memberId, name, email, role, tenantName };
}
