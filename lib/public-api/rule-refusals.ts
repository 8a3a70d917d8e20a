import "server-only";

import { setTimeout as delay } from "node:timers/promises";

import type { RequestContext } from "@/lib/audit-log/actions";
import { recordAudit } from "@/lib/audit-log/record";
import { processWide } from "@/lib/config/process-wide";
import { prisma } from "@/lib/db/client";
import { addressGroup } from "@/lib/http/client-address";
import { log } from "@/lib/logging/log";
import type { RuledCaller } from "@/lib/public-api/credentials/caller-rules";
import { HOUR_MS } from "@/lib/text/time-units";

/** Addresses that are recorded of a caller in an hour, by reason: a leaked key may be used from thousands. */
export const ADDRESSES_MAX = 20;

/** Callers that are remembered, and refusals that wait for the database; beyond that it is asked again, and they are counted as lost. */
const CALLERS_MAX = 10_000;
const WAITING_MAX = 1_000;

/** How long an answer waits for its event, in milliseconds. */
const PATIENCE_MS = 500;

/** A refusal of a caller by one of its own rules. */
export interface RuleRefusal {
  readonly reason: string;
  /** The method and the path, as the contract writes it. */
  readonly operation: string;
}

/** What an address counts as: in IPv6 each subscriber has at least a /64. */
const groupOf = ({ clientAddress }: RequestContext) =>
  clientAddress === null ? "unknown" : addressGroup(clientAddress);
const hourOf = ({ now }: RequestContext) => Math.floor(now.getTime() / HOUR_MS);

function targetOf({ actor }: RuledCaller) {
  return actor.kind === "key"
    ? ({ action: "api_key.refused", target: { id: actor.keyId, name: actor.name } } as const)
    : ({ action: "application.refused", target: { id: actor.applicationId, name: actor.name } } as const);
}

/**
 * Records a refusal in the audit log, unless one with this reason and address is recorded of this caller and hour, or
 * {@link ADDRESSES_MAX} are. The database decides, so instances record it once between them.
 * @throws the database's error; then nothing is recorded
 */
export async function writeRuleRefusal(
  caller: RuledCaller,
  { reason, operation }: RuleRefusal,
  context: RequestContext,
): Promise<void> {
  const { action, target } = targetOf(caller);
  await prisma().$transaction(async (tx) => {
    const [row] = await tx.$queryRaw<{ place: number }[]>`
      insert into rule_refusals as r (tenant_id, caller_id, hour, reason, addresses)
      values (${caller.actor.tenantId}::uuid, ${target.id}::uuid, ${hourOf(context)}::int, ${reason}, array[${groupOf(context)}])
      on conflict (tenant_id, caller_id, hour, reason) do update set addresses = r.addresses || excluded.addresses
        where cardinality(r.addresses) < ${ADDRESSES_MAX}::int and not r.addresses @> excluded.addresses
      returning cardinality(addresses) as place`;
    if (!row) return;
    const details = {
      reason,
      operation,
      ...(caller.kind === "api_key" && { last4: caller.key.last4 }),
      // Readers who count addresses must know that there may be more of them.
      ...(row.place === ADDRESSES_MAX && { last_of_hour: true }),
    };
    await recordAudit(tx, caller.actor, { action, target, details }, context);
  });
}

/** Records refusals one after the other, off the path of calls that are let in. */
export class RuleRefusals {
  readonly #write: typeof writeRuleRefusal;
  readonly #patienceMs: number;
  #hour = 0;
  /** Addresses of this hour that are recorded or being recorded, by caller and reason. */
  readonly #known = new Map<string, Set<string>>();
  #waiting = 0;
  #lost = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(write = writeRuleRefusal, patienceMs = PATIENCE_MS) {
    this.#write = write;
    this.#patienceMs = patienceMs;
  }

  /** Records a refusal. Resolves when it is recorded, needn't be, or that takes too long; never rejects. */
  async note(caller: RuledCaller, refusal: RuleRefusal, context: RequestContext): Promise<void> {
    const known = this.#knownOf(`${targetOf(caller).target.id} ${refusal.reason}`, hourOf(context));
    const group = groupOf(context);
    if (known.has(group) || known.size >= ADDRESSES_MAX) return;
    if (this.#waiting >= WAITING_MAX) {
      this.#lost++;
      return;
    }
    known.add(group);
    this.#waiting++;
    this.#last = this.#last.then(async () => {
      try {
        await this.#write(caller, refusal, context);
      } catch (err) {
        // The next refusal tries again.
        known.delete(group);
        log().error({ err, requestId: context.requestId }, "a refusal was not written to the audit log");
      }
      this.#waiting--;
      this.#reportLost();
    });
    const enough = new AbortController();
    const patience = delay(this.#patienceMs, undefined, { signal: enough.signal, ref: false }).catch(() => undefined);
    await Promise.race([this.#last, patience]);
    enough.abort();
  }

  /** Resolves when everything noted so far is recorded or has failed. */
  flush(): Promise<void> {
    return this.#last;
  }

  #knownOf(key: string, hour: number): Set<string> {
    // Calls of the hour before that end late are asked of the database.
    if (hour !== this.#hour || this.#known.size >= CALLERS_MAX) this.#known.clear();
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

export const ruleRefusals = processWide("refusals by rules", () => new RuleRefusals());
