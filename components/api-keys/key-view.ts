import type { IssuedKey } from "@/lib/api-keys/service";

/** The facts of a listed key that its dialogs speak of. Moments are ISO strings: they cross from server to browser. */
export interface KeyView {
  readonly id: string;
  readonly name: string;
  readonly display: string;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
  /** The lifetime it was given, in milliseconds; null for none. */
  readonly lifetime: number | null;
  /** An older key of a rotation that still works. */
  readonly isOldKey: boolean;
}

/** A key that was just issued, with its plaintext: this object lives in the dialog's state and nowhere else. */
export type Issued = IssuedKey & { readonly oldKeyWorksUntil?: Date | null };
