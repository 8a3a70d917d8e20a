import type { Identity } from "@/lib/auth/identity";
import type { Role } from "@/lib/generated/prisma/enums";

/** Why a person with a valid token may not come in. */
export type AdmissionRefusal = "tenant-not-allowed" | "tenant-disabled" | "not-a-member" | "removed" | "guest-first";

/** What the database knows about the person's tenant and the person, read under the tenant's lock. */
export interface KnownTenant {
  readonly enabled: boolean;
  readonly hasMembers: boolean;
  readonly memberId: string | null;
  /** An admin removed the member; only restoring the member undoes that. */
  readonly removed?: boolean;
}

/** What a sign-in leads to. */
type Admission =
  | { readonly kind: "member"; readonly memberId: string }
  | { readonly kind: "join"; readonly role: Role }
  | { readonly kind: "refused"; readonly reason: AdmissionRefusal };

/**
 * Decides one sign-in to an allowed tenant.
 * The first member of a tenant becomes its Admin, unless the token assigns a role: then that one. A guest without an assigned role
 * is never first: being invited into a directory is not owning it. After that the database decides: a member keeps its role,
 * someone new needs an app role, and the e-mail address plays no part.
 */
export function decideAdmission(identity: Pick<Identity, "appRole" | "guest">, known: KnownTenant): Admission {
  if (!known.enabled) return { kind: "refused", reason: "tenant-disabled" };
  if (known.removed) return { kind: "refused", reason: "removed" };
  if (known.memberId) return { kind: "member", memberId: known.memberId };
  if (identity.appRole) return { kind: "join", role: identity.appRole };
  if (known.hasMembers) return { kind: "refused", reason: "not-a-member" };
  return identity.guest ? { kind: "refused", reason: "guest-first" } : { kind: "join", role: "Admin" };
}

/** A tenant's initial display name: its first member's e-mail domain, else its id. A guest's domain is another organisation's. */
export function firstTenantName(identity: Pick<Identity, "tid" | "email" | "guest">): string {
  if (identity.guest) return identity.tid;
  const domain = /@([a-z0-9.-]+\.[a-z0-9-]+)$/i.exec(identity.email ?? "")?.[1];
  return domain?.toLowerCase() ?? identity.tid;
}
