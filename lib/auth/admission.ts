import type { Identity } from "@/lib/auth/identity";
import type { Role } from "@/lib/generated/prisma/enums";

/** Why a person with a valid token is refused. */
export type AdmissionRefusal =
  "tenant-not-allowed" | "tenant-disabled" | "not-a-member" | "removed" | "account-gone" | "guest-first";

/** The stored state of the tenant and the person, read under the tenant's lock. */
export interface KnownTenant {
  readonly enabled: boolean;
  readonly hasMembers: boolean;
  readonly memberId: string | null;
  /** An admin removed the member; only restoring the member undoes that. */
  readonly removed?: boolean;
  /** Microsoft reported that the account is disabled or deleted, and has not reported otherwise since. */
  readonly accountGone?: boolean;
}

/** The outcome of a sign-in. */
type Admission =
  | { readonly kind: "member"; readonly memberId: string }
  | { readonly kind: "join"; readonly role: Role }
  | { readonly kind: "refused"; readonly reason: AdmissionRefusal };

/**
 * Decides one sign-in to an allowed tenant.
 * The first member of a tenant becomes its Admin, unless the token assigns a role. A guest needs an assigned role to be first:
 * an invitation into a directory doesn't make its owner. After that a member keeps the stored role, and a new person needs an
 * app role. The e-mail address is never considered.
 */
export function decideAdmission(identity: Pick<Identity, "appRole" | "guest">, known: KnownTenant): Admission {
  if (!known.enabled) return { kind: "refused", reason: "tenant-disabled" };
  if (known.removed) return { kind: "refused", reason: "removed" };
  if (known.accountGone) return { kind: "refused", reason: "account-gone" };
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
