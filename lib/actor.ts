import { AppError } from "@/lib/errors/app-error";
import type { ApplicationRole, Role } from "@/lib/generated/prisma/enums";

const RANK: Readonly<Record<Role, number>> = { Viewer: 0, User: 1, Admin: 2 };

/** Whether `role` includes `least`: Admin includes User, User includes Viewer (docs/api.md, "Roles"). */
export function roleReaches(role: Role, least: Role): boolean {
  return RANK[role] >= RANK[least];
}

/** Services check the role themselves, whichever entrance called them. @throws AppError FORBIDDEN for anyone but an admin */
export function assertAdmin(actor: { readonly role: Role } | null, message = "This requires the Admin role."): void {
  if (actor?.role !== "Admin") throw new AppError("FORBIDDEN", message);
}

/** A signed-in person, read from the database for this request. */
export interface MemberActor {
  readonly kind: "member";
  readonly tenantId: string;
  readonly memberId: string;
  readonly role: Role;
  readonly name: string;
  readonly email: string | null;
  readonly tenantName: string;
  /** The browser's session; null for API calls with an access token. */
  readonly sessionId: string | null;
}

/** A program that presented an API key. */
export interface KeyActor {
  readonly kind: "key";
  readonly tenantId: string;
  readonly keyId: string;
  /** The id of the first key in its chain of rotations, which rotating does not change. */
  readonly lineageId: string;
  /** The key's name. */
  readonly name: string;
}

/** An application of Microsoft Entra that calls with its own access token. */
export interface ApplicationActor {
  readonly kind: "application";
  readonly tenantId: string;
  readonly applicationId: string;
  readonly role: ApplicationRole;
  readonly name: string;
}

/** Who acts. Services take it first and scope every query by its tenantId. */
export type Actor = MemberActor | KeyActor | ApplicationActor;

/** Who manages API keys. */
export type KeyManager = MemberActor | ApplicationActor;

/** Why a person, or a key, may not manage keys (docs/api.md, "Credentials"). */
export const NEEDS_ADMIN = "API-key management requires admin role.";

/** @throws AppError FORBIDDEN for anyone but an admin and an application with this role */
function assertAdminOr(role: ApplicationRole, actor: MemberActor | ApplicationActor, message?: string): void {
  if (actor.kind === "member") assertAdmin(actor, message);
  else if (actor.role !== role) throw new AppError("FORBIDDEN", `This requires the ${role} role.`);
}

/** @throws AppError FORBIDDEN for anyone but an admin and an application with the role KeyManager */
export const assertKeyManager = (actor: KeyManager): void => assertAdminOr("KeyManager", actor, NEEDS_ADMIN);

/** Who reads the audit log. */
export type AuditReader = MemberActor | ApplicationActor;

/** @throws AppError FORBIDDEN for anyone but an admin and an application with the role Auditor */
export const assertAuditReader = (actor: AuditReader): void => assertAdminOr("Auditor", actor);
