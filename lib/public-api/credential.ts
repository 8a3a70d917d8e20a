import type { KeyActor } from "@/lib/actor";

/** What a request that presented a valid API key is known by; moments as epoch milliseconds of the database's clock. */
export interface KeyCredential {
  readonly kind: "api_key";
  readonly actor: KeyActor;
  readonly tenant: { readonly id: string; readonly name: string };
  readonly key: {
    readonly id: string;
    readonly name: string;
    readonly environment: string;
    readonly last4: string;
    readonly createdAtMs: number;
    readonly expiresAtMs: number | null;
    readonly rotatedAtMs: number | null;
    readonly graceEndsAtMs: number | null;
  };
}

/** Who is calling. A union, because a person's access token is the other credential of the contract. */
export type Credential = KeyCredential;
