import type { Role } from "@/lib/generated/prisma/enums";

/** A signed-in person, as read from the database for this very request. */
export interface MemberActor {
  readonly kind: "member";
  readonly tenantId: string;
  readonly memberId: string;
  readonly role: Role;
  readonly name: string;
  readonly email: string | null;
  readonly tenantName: string;
  readonly sessionId: string;
}

/** A program that presented an API key. */
export interface KeyActor {
  readonly kind: "key";
  readonly tenantId: string;
  readonly keyId: string;
}

/** Who acts. A service takes it first and scopes every query by its tenantId. */
export type Actor = MemberActor | KeyActor;
