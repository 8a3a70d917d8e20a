import "server-only";

import { setTimeout as delay } from "node:timers/promises";

import type { Actor, ApplicationActor, KeyActor } from "@/lib/actor";
import { NO_ID, type RequestContext } from "@/lib/audit-log/actions";
import { type AuditEntry, recordAudit, who } from "@/lib/audit-log/record";
import { processWide } from "@/lib/config/process-wide";
import { prisma } from "@/lib/db/client";
import { FairShare } from "@/lib/db/fair-share";
import type { Role } from "@/lib/generated/prisma/enums";
import { addressGroup } from "@/lib/http/client-address";
import { log } from "@/lib/logging/log";
import { HOUR_MS } from "@/lib/text/time-units";

/** Refusals of one kind that are recorded of an actor in an hour: a leaked key may be tried from thousands of addresses. */
export const REFUSALS_MAX = 50;

/** Actors that are remembered, and an organisation's refusals that wait; beyond that the database is asked again, and they are counted as lost. */
const ACTORS_MAX = 2_000;
const WAITING_MAX = 500;

/** Refusals that are written at a time, one of each organisation (its events are a chain), and the longest wait, in milliseconds. */
const WRITES_MAX = 3;
const WAIT_MS = 10_000;

/** How long an answer waits for its event, in milliseconds. */
const PATIENCE_MS = 500;

/** A refusal, as the audit log has it. */
export interface Refusal {
  readonly entry: AuditEntry;
  /** What shares the maximum: the action, and of a rule its reason too, so that refusals by one rule can't hide those by another. */
  readonly kind: string;
  /** What was refused: with the address, what makes it another refusal. */
  readonly what: string;
}

/** In IPv6 each subscriber has at least a /64. */
const nameOf = ({ what }: Refusal, { clientAddress }: RequestContext) =>
  `${what} ${clientAddress === null ? "unknown" : addressGroup(clientAddress)}`;
const hourOf = ({ now }: RequestContext) => Math.floor(now.getTime() / HOUR_MS);

/**
 * Records a refusal in the audit log, unless the same one is recorded of this actor and hour, or {@link REFUSALS_MAX} are
 * (docs/decisions/069). The database decides, so instances record it once between them.
 * @throws the database's error; then nothing is recorded
 */
export async function writeRefusal(actor: Actor, refusal: Refusal, context: RequestContext): Promise<void> {
  const { entry } = refusal;
  await prisma().$transaction(async (tx) => {
    const [row] = await tx.$queryRaw<{ place: number }[]>`
      insert into refusal_hours as h (tenant_id, actor_id, hour, kind, refusals)
      values (${actor.tenantId}::uuid, ${who(actor).actorId}::uuid, ${hourOf(context)}::int, ${refusal.kind},
        array[${nameOf(refusal, context)}])
      on conflict (tenant_id, actor_id, hour, kind) do update set refusals = h.refusals || excluded.refusals
        where cardinality(h.refusals) < ${REFUSALS_MAX}::int and not h.refusals @> excluded.refusals
      returning cardinality(refusals) as place`;
    if (!row) return;
    // Readers who count refusals must know that there may be more of them.
    const details = { ...entry.details, ...(row.place === REFUSALS_MAX && { last_of_hour: true }) };
    await recordAudit(tx, actor, { ...entry, details }, context);
  });
}

/** Records an organisation's refusals one after the other, off the path of calls that are let in and of other organisations' refusals. */
export class Refusals {
  readonly #write: typeof writeRefusal;
  readonly #patienceMs: number;
  #hour = 0;
  /** Refusals of this hour that are recorded or being recorded, by actor and kind. */
  readonly #known = new Map<string, Set<string>>();
  readonly #turns = new FairShare(
    WRITES_MAX,
    1,
    WAIT_MS,
    () => new Error("too many refusals were waiting to be written"),
  );
  /** Refusals that are written or wait for it, by organisation. */
  readonly #waiting = new Map<string, Set<Promise<void>>>();
  #lost = 0;

  constructor(write = writeRefusal, patienceMs = PATIENCE_MS) {
    this.#write = write;
    this.#patienceMs = patienceMs;
  }

  /** Records a refusal. Resolves when it is recorded, needn't be, or that takes too long; never rejects. */
  async note(actor: Actor, refusal: Refusal, context: RequestContext): Promise<void> {
    const known = this.#knownOf(`${who(actor).actorId} ${refusal.kind}`, hourOf(context));
    const name = nameOf(refusal, context);
    if (known.has(name) || known.size >= REFUSALS_MAX) return;
    const waiting = this.#waitingOf(actor.tenantId);
    if (waiting.size >= WAITING_MAX) {
      this.#lost++;
      return;
    }
    known.add(name);
    const written = this.#turns
      .run(actor.tenantId, () => this.#write(actor, refusal, context))
      .catch((err: unknown) => {
        // The next refusal tries again.
        known.delete(name);
        log().error({ err, requestId: context.requestId }, "a refusal was not written to the audit log");
      })
      .finally(() => {
        waiting.delete(written);
        if (waiting.size === 0) this.#waiting.delete(actor.tenantId);
        this.#reportLost();
      });
    waiting.add(written);
    const enough = new AbortController();
    const patience = delay(this.#patienceMs, undefined, { signal: enough.signal, ref: false }).catch(() => undefined);
    await Promise.race([written, patience]);
    enough.abort();
  }

  /** Resolves when everything noted so far is recorded or has failed. */
  async flush(): Promise<void> {
    await Promise.all([...this.#waiting.values()].flatMap((waiting) => [...waiting]));
  }

  #waitingOf(tenantId: string): Set<Promise<void>> {
    let waiting = this.#waiting.get(tenantId);
    if (!waiting) this.#waiting.set(tenantId, (waiting = new Set()));
    return waiting;
  }

  #knownOf(key: string, hour: number): Set<string> {
    // Refusals of the hour before that end late are asked of the database.
    if (hour !== this.#hour || this.#known.size >= ACTORS_MAX) this.#known.clear();
    this.#hour = hour;
    let known = this.#known.get(key);
    if (!known) this.#known.set(key, (known = new Set()));
    return known;
  }

  #reportLost(): void {
    if (this.#lost === 0) return;
    log().error({ refusals: this.#lost }, "refusals were not written to the audit log: too many were waiting");
    this.#lost = 0;
  }
}

export const refusals = processWide("refusals", () => new Refusals());

/** Longest stored path of a refusal, in characters. */
const NAME_MAX = 200;

/**
 * Records that an actor's kind or role was refused, once an hour for each page or endpoint and address; never rejects.
 * @param what the page's path or the endpoint, without a query
 * @param needs the required role; null where no role would do
 */
export function recordAccessRefusal(
  actor: Actor,
  what: string,
  needs: Role | null,
  context: RequestContext,
): Promise<void> {
  const name = what.slice(0, NAME_MAX);
  const details = { needs, ...(actor.kind !== "key" && { role: actor.role }) };
  const entry = { action: "access.refused", target: { id: NO_ID, name }, details } as const;
  return refusals.note(actor, { entry, kind: entry.action, what: name }, context);
}

/** A refusal of a key or an application by a rule that an admin set. */
export interface RuleRefusal {
  readonly reason: string;
  /** The method and the path, as the contract writes it. */
  readonly operation: string;
  /** Of a key, its last characters. */
  readonly last4?: string;
}

/** The event of a refusal by a rule. */
export function ruleRefusal(actor: KeyActor | ApplicationActor, details: RuleRefusal): Refusal {
  const { name } = actor;
  const of =
    actor.kind === "key"
      ? ({ action: "api_key.refused", target: { id: actor.keyId, name } } as const)
      : ({ action: "application.refused", target: { id: actor.applicationId, name } } as const);
  const { reason } = details;
  return { entry: { ...of, details: { ...details } }, kind: `${of.action} ${reason}`, what: reason };
}
