/** What was asked of a key. */
export type Kind = "create" | "rotate" | "revoke";

/** One request that changes keys, and what came of it. */
export interface Attempt {
  readonly kind: Kind;
  /** A create's is the new key's name, which nobody else uses; the others' is the id of the key they are about. */
  readonly subject: string;
  /** 0 where there was no answer. */
  readonly status: number;
  /** The key of an acknowledged create or rotation: its id, and the SHA-256 in hex of what was shown. */
  readonly issued: { readonly id: string; readonly hash: string } | null;
}

/** A key as the database has it. */
export interface StoredKey {
  readonly id: string;
  readonly name: string;
  readonly hash: string;
  readonly replaces: string | null;
  readonly rotated: boolean;
  readonly revoked: boolean;
}

/** A row of the audit log about a key. */
export interface StoredEvent {
  readonly action: "api_key.created" | "api_key.rotated" | "api_key.revoked";
  readonly target: string;
  /** The successor that a rotation's row names. */
  readonly successor: string | null;
}

/** What the comparison shows; the lists must be empty. */
export interface Verdict {
  readonly acknowledged: Readonly<Record<Kind, number>>;
  /** Attempts at what was never acknowledged: those that had been done all the same, and those that had not. */
  readonly unanswered: { readonly done: number; readonly notDone: number };
  /** Acknowledged changes that the database does not have. */
  readonly lost: readonly string[];
  /** Keys that were shown and are not stored. */
  readonly notStored: readonly string[];
  /** Marked as rotated without exactly one successor, or the other way round. */
  readonly halves: readonly string[];
  /** Changes without exactly one row in the audit log. */
  readonly withoutEvent: readonly string[];
  /** Rows of the audit log without their change. */
  readonly withoutChange: readonly string[];
}

const OK = new Set([200, 201]);

/**
 * Compares what was acknowledged, and what the audit log says, with what is stored.
 * @param attempts every request of these keys' lives
 * @param keys all keys that they can have made
 * @param events all events about such keys
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

  // A change, and a row about it, have the same name if they belong together.
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

/** What is in `these` more often than in `those`. */
function missingFrom(these: readonly string[], those: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const name of those) left.set(name, (left.get(name) ?? 0) + 1);
  return these.filter((name) => {
    const n = left.get(name) ?? 0;
    left.set(name, n - 1);
    return n <= 0;
  });
}
