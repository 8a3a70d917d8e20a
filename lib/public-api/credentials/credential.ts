import type { KeyActor, MemberActor } from "@/lib/actor";

interface Known {
  /** The database's clock at the lookup of this credential, epoch milliseconds. */
  readonly nowMs: number;
  readonly tenant: { readonly id: string; readonly name: string };
}

/** The caller of a request with a valid API key; times in epoch milliseconds of the database's clock. */
export interface KeyCredential extends Known {
  readonly kind: "api_key";
  readonly actor: KeyActor;
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

/** The caller of a request with a person's access token. */
export interface MemberCredential extends Known {
  readonly kind: "access_token";
  readonly actor: MemberActor;
  /** When the token expires, epoch milliseconds. */
  readonly expiresAtMs: number;
}

/** The authenticated caller. */
export type Credential = KeyCredential | MemberCredential;
