/** The facts of a listed key that its dialogs show. Times are ISO strings: they cross from server to browser. */
export interface KeyView {
  readonly id: string;
  readonly name: string;
  readonly display: string;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
  /** The lifetime it was created with, in milliseconds; null for none. */
  readonly lifetime: number | null;
  /** An older key of a rotation that still works. */
  readonly isOldKey: boolean;
}

/** A key that was just issued, with its plaintext: this object lives in the dialog's state and nowhere else. */
export interface IssuedKeyView {
  readonly name: string;
  readonly key: string;
  readonly expiresAt: Date | null;
  /** After a rotation: until when the old key works. */
  readonly oldKeyWorksUntil?: Date | null;
}

/** A key whose plaintext was in a response that never arrived, so nobody has it. */
export interface LostKeyView {
  readonly id: string;
  readonly name: string;
  readonly display: string;
  readonly createdAt: Date;
  /** After a rotation: until when the last old key works; null when none does. */
  readonly oldKeyWorksUntil: Date | null;
}
