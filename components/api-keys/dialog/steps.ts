import type { ExpiryValues } from "@/components/api-keys/dialog/expiry-field";
import type { LimitValues } from "@/components/api-keys/dialog/limit-fields";
import type { ActionResult } from "@/lib/auth/action-result";
import type { ExpiryChoice } from "@/lib/api-keys/expiry";
import type { IssuedOnce } from "@/lib/api-keys/issue-once";
import type { KeyRow } from "@/lib/api-keys/list";
import type { RevocationPreview } from "@/lib/api-keys/revocation-preview";
import type {
  CreateKeyInput,
  DismissWarningInput,
  RevokeKeyInput,
  RevokeKeysInput,
  RotateKeyInput,
  SelectedKeysInput,
  TakeOverKeyInput,
  UpdateKeyInput,
} from "@/lib/api-keys/schemas";

/** The facts of a listed key that its dialogs show. */
export type KeyView = Pick<
  KeyRow,
  "id" | "name" | "display" | "endsAt" | "lastUsedAt" | "lifetime" | "owner" | "note" | "readOnly" | "networks"
> & {
  /** An older key of a rotation that still works. */
  readonly isOldKey: boolean;
};

/** What the dialogs need of a row: the browser is sent no more. */
export function keyView({ status, ...row }: KeyRow): KeyView {
  const { id, name, display, endsAt, lastUsedAt, lifetime, owner, note, readOnly, networks } = row;
  const isOldKey = status === "rotating";
  return { id, name, display, endsAt, lastUsedAt, lifetime, owner, note, readOnly, networks, isOldKey };
}

/** A key that was just issued, with its plaintext: this object lives in the dialog's state and nowhere else. */
export interface IssuedKeyView {
  readonly id: string;
  readonly name: string;
  readonly key: string;
  readonly expiresAt: Date | null;
  /** After a rotation: until when the old key works. */
  readonly oldKeyWorksUntil?: Date | null;
}

/** What is typed into the create form. */
export interface CreateValues extends ExpiryValues, LimitValues {
  name: string;
  owner: string;
  note: string;
}

/** What issuing a key responds with: the key, or the one of an earlier attempt, which cannot be shown again. */
type Issue = IssuedOnce<IssuedKeyView>;

/** What was chosen for a new key: the values of the create form, or the expiry for a rotation. */
type Chosen = { values: CreateValues } | { expiry: ExpiryChoice };

/** A key was created but its plaintext never arrived. */
export type LostStep = { kind: "lost"; lost: Extract<Issue, { lost: unknown }>["lost"] } & Chosen;

/**
 * The steps of the dialog of the keys page:
 *
 *     create ─┬─> reveal                        rotate ─┬─> reveal                         revoke, revoke-selected, edit
 *             └─> lost ─ revoke it ─> create            └─> lost ─ replace it ─> reveal, or lost again
 */
export type KeyStep =
  | { kind: "create"; again?: { values: CreateValues; revoked: string } }
  | { kind: "rotate"; target: KeyView }
  | { kind: "revoke"; target: KeyView }
  | { kind: "revoke-selected"; ids: readonly string[]; onRevoked?: () => void }
  | { kind: "edit"; target: KeyView }
  | LostStep
  | { kind: "reveal"; issued: IssuedKeyView; isRotation: boolean };

/** The server actions of the page, passed in so that the dialogs depend on no route. */
export interface KeyActions {
  readonly create: (input: CreateKeyInput) => Promise<ActionResult<Issue>>;
  readonly rotate: (input: RotateKeyInput) => Promise<ActionResult<Issue>>;
  readonly revoke: (input: RevokeKeyInput) => Promise<ActionResult<{ revoked: boolean }>>;
  readonly previewRevocation: (input: SelectedKeysInput) => Promise<ActionResult<RevocationPreview>>;
  readonly revokeKeys: (input: RevokeKeysInput) => Promise<ActionResult<{ revoked: number; stopped: number }>>;
  readonly exportKeys: (input: SelectedKeysInput) => Promise<ActionResult<string>>;
  readonly update: (input: UpdateKeyInput) => Promise<ActionResult<void>>;
  readonly takeOver: (input: TakeOverKeyInput) => Promise<ActionResult<void>>;
  readonly dismiss: (input: DismissWarningInput) => Promise<ActionResult<{ dismissed: boolean }>>;
  readonly restore: (input: DismissWarningInput) => Promise<ActionResult<{ restored: boolean }>>;
}

/** The step after issuing a key. @param chosen for creating again, or for replacing the key, if it was lost */
export function afterIssue(result: Issue, chosen: Chosen): KeyStep {
  if ("issued" in result) return { kind: "reveal", issued: result.issued, isRotation: "expiry" in chosen };
  return { kind: "lost", lost: result.lost, ...chosen };
}

/** The notice once a step is left: a key that was shown exists, copied or not. */
export function stepNotice(step: KeyStep): string {
  if (step.kind !== "reveal") return "";
  return `${step.isRotation ? "Rotated" : "Created"} ${step.issued.name}.`;
}
