/** The kind of a change. */
export type Kind = "create" | "rotate" | "revoke";

/** A request that changes keys, and its outcome. */
export interface Attempt {
  readonly kind: Kind;
  /** For a create, the new key's unique name; otherwise the key's id. */
  readonly subject: string;
  /** 0 without a response. */
  readonly status: number;
  /** The key of an acknowledged create or rotation: its id, and the hexadecimal SHA-256 of the shown key. */
  readonly issued: { readonly id: string; readonly hash: string } | null;
}

/** A key as stored in the database. */
export interface StoredKey {
  readonly id: string;
  readonly name: string;
  readonly hash: string;
  readonly replaces: string | null;
  readonly rotated: boolean;
  readonly revoked: boolean;
}

/** A key's row in the audit log. */
export interface StoredEvent {
  readonly action: "api_key.created" | "api_key.rotated" | "api_key.revoked";
  readonly target: string;
  /** The successor in a rotation's row. */
  readonly successor: string | null;
}

/** The result of the comparison; the lists must be empty. */
export interface Verdict {
  readonly acknowledged: Readonly<Record<Kind, number>>;
  /** Unacknowledged changes: those that were done anyway, and those that weren't. */
  readonly unanswered: { readonly done: number; readonly notDone: number };
  /** Acknowledged changes missing from the database. */
  readonly lost: readonly string[];
  /** Keys that were shown but not stored. */
  readonly notStored: readonly string[];
  /** Keys marked as rotated without exactly one successor, or the reverse. */
  readonly halves: readonly string[];
  /** Changes without exactly one audit log row. */
  readonly withoutEvent: readonly string[];
  /** Audit log rows without their change. */
  readonly withoutChange: readonly string[];
}

const OK = new Set([200, 201]);

/**
 * Compares acknowledged changes and the audit log with the stored keys.
 * @param attempts every request
 * @param keys all keys that they may have created
 * @param events all events of those keys
 */
export function judgeLedger(
  attempts: readonly Attempt[],
  keys: readonly StoredKey[],
  events: readonly StoredEvent[],
): Verdict {
  const byId = new Map(keys.map((key) => [key.id, key]));
  const named = new Set(keys.filter(({ replaces }) => replaces === null).map(({ name }) => name));
  const successors = new Map<string, StoredKey[]>();
  for (const key of keys)
    if (key.replaces !== null) successors.set(key.replaces, [...(successors.get(key.replaces) ?? []), key]);

  const isDone = ({ kind, subject }: Attempt) =>
    kind === "create"
      ? named.has(subject)
      : Boolean(kind === "rotate" ? byId.get(subject)?.rotated : byId.get(subject)?.revoked);
  const acknowledged = attempts.filter(({ status }) => OK.has(status));
  const known = new Set(acknowledged.map(({ kind, subject }) => `${kind} ${subject}`));
  const unanswered = attempts.filter(
    ({ kind, subject, status }) => (status === 0 || status >= 500) && !known.has(`${kind} ${subject}`),
  );
  const count = (kind: Kind) => acknowledged.filter((attempt) => attempt.kind === kind).length;

  const lost = acknowledged.filter((attempt) => {
    if (!isDone(attempt)) return true;
    if (attempt.kind === "revoke") return false;
    const made = byId.get(attempt.issued?.id ?? "");
    return made?.replaces !== (attempt.kind === "rotate" ? attempt.subject : null);
  });
  const notStored = acknowledged.filter(({ issued }) => issued && byId.get(issued.id)?.hash !== issued.hash);
  const halves = [
    ...keys.filter(({ id, rotated }) => (successors.get(id)?.length ?? 0) !== (rotated ? 1 : 0)).map(({ id }) => id),
    ...[...successors.keys()].filter((id) => !byId.has(id)),
  ];

  // A change and its row have the same name.
  const changes = keys.flatMap(({ id, replaces, rotated, revoked }) => [
    ...(replaces === null ? [`created ${id}`] : []),
    ...(rotated ? [`rotated ${id} ${successors.get(id)?.[0]?.id ?? ""}`] : []),
    ...(revoked ? [`revoked ${id}`] : []),
  ]);
  const rows = events.map(({ action, target, successor }) =>
    [action.replace("api_key.", ""), target, ...(successor === null ? [] : [successor])].join(" "),
  );
  return {
    acknowledged: { create: count("create"), rotate: count("rotate"), revoke: count("revoke") },
    unanswered: {
      done: unanswered.filter(isDone).length,
      notDone: unanswered.filter((attempt) => !isDone(attempt)).length,
    },
    lost: lost.map(({ kind, subject }) => `${kind} ${subject}`),
    notStored: notStored.map(({ issued }) => issued?.id ?? ""),
    halves,
    withoutEvent: missingFrom(changes, rows),
    withoutChange: missingFrom(rows, changes),
  };
}

/** The items that occur more often in `these` than in `those`. */
function missingFrom(these: readonly string[], those: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const name of those) left.set(name, (left.get(name) ?? 0) + 1);
  return these.filter((name) => {
    const n = left.get(name) ?? 0;
    left.set(name, n - 1);
    return n <= 0;
  });
}
