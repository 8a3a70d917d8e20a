import type { ApplicationActor, KeyActor, MemberActor } from "@/lib/actor";
import type { ApplicationRecord } from "@/lib/public-api/credentials/application-lookup";
import type { KeyRecord } from "@/lib/public-api/credentials/key-lookup";

interface Known {
  /** The database's clock at the lookup of this credential, epoch milliseconds. */
  readonly nowMs: number;
  readonly tenant: { readonly id: string; readonly name: string };
}

/** The caller of a request with a valid API key. */
export interface KeyCredential extends Known {
  readonly kind: "api_key";
  readonly actor: KeyActor;
  readonly key: KeyRecord;
}

/** The caller of a request with a person's access token. */
export interface MemberCredential extends Known {
  readonly kind: "access_token";
  readonly actor: MemberActor;
  /** When Microsoft authenticated the person; null where the token doesn't say. */
  readonly authenticatedAt: Date | null;
  /** When the token expires, epoch milliseconds. */
  readonly expiresAtMs: number;
}

/** The caller of a request with an application's own access token. */
export interface ApplicationCredential extends Known {
  readonly kind: "application";
  readonly actor: ApplicationActor;
  readonly application: ApplicationRecord;
  /** When the token expires, epoch milliseconds. */
  readonly expiresAtMs: number;
}

/** The authenticated caller. */
export type Credential = KeyCredential | MemberCredential | ApplicationCredential;
