import type { Identity } from "@/lib/auth/identity";
import type { Role } from "@/lib/generated/prisma/enums";

/** Why a person with a sound token still may not come in. */
export type AdmissionRefusal = "tenant-not-allowed" | "tenant-disabled" | "not-a-member" | "removed" | "guest-first";

/** What the database knows about the person's tenant and the person, read under the tenant's lock. */
export interface KnownTenant {
  readonly enabled: boolean;
  readonly hasMembers: boolean;
  readonly memberId: string | null;
  /** The member was removed by an admin, and only an admin's restoring undoes that. */
  readonly removed?: boolean;
}

/** What a sign-in leads to. */
export type Admission =
  | { readonly kind: "member"; readonly memberId: string }
  | { readonly kind: "join"; readonly role: Role }
  | { readonly kind: "refused"; readonly reason: AdmissionRefusal };

/**
 * Decides about one sign-in.
 * The first member of a tenant is its Admin, unless the token assigns a role: then that one. A guest without an assigned
 * role is never first: whoever is merely invited into a directory does not own it. After that the database
 * decides: a member keeps the role it has there, somebody new comes in only with an app role, and e-mail plays no part.
 * @param known null when the tenant was never seen
 */
export function decideAdmission(
  identity: Pick<Identity, "appRole" | "guest">,
  allowed: boolean,
  known: KnownTenant | null,
): Admission {
  if (!allowed) return { kind: "refused", reason: "tenant-not-allowed" };
  if (known && !known.enabled) return { kind: "refused", reason: "tenant-disabled" };
  if (known?.removed) return { kind: "refused", reason: "removed" };
  if (known?.memberId) return { kind: "member", memberId: known.memberId };
  if (identity.appRole) return { kind: "join", role: identity.appRole };
  if (!known?.hasMembers)
    return identity.guest ? { kind: "refused", reason: "guest-first" } : { kind: "join", role: "Admin" };
  return { kind: "refused", reason: "not-a-member" };
}

/** The name a tenant starts with: the domain of its first member's e-mail, else its id. A guest's domain is another organisation's. Display only. */
export function firstTenantName(identity: Pick<Identity, "tid" | "email" | "guest">): string {
  if (identity.guest) return identity.tid;
  const domain = /@([a-z0-9.-]+\.[a-z0-9-]+)$/i.exec(identity.email ?? "")?.[1];
  return domain?.toLowerCase() ?? identity.tid;
}
