import "server-only";

import { v7 as uuidv7 } from "uuid";
import type { z } from "zod";

import type { MemberActor } from "@/lib/actor";
import { assertFutureExpiry } from "@/lib/api-keys/expiry";
import { NO_SUCH_APPLICATION } from "@/lib/applications/list";
import type { bindApplicationInput, updateApplicationInput } from "@/lib/applications/schemas";
import type { RequestContext } from "@/lib/audit-log/actions";
import { recordAudit } from "@/lib/audit-log/record";
import { AppError } from "@/lib/errors/app-error";
import type { Application, Prisma } from "@/lib/generated/prisma/client";
import { changingAccess } from "@/lib/members/service";

/** Most applications of an organisation that are bound at a time: a list that a person can read. */
const APPLICATIONS_MAX = 200;

type Binding = z.output<typeof bindApplicationInput>;
type Change = Omit<z.output<typeof updateApplicationInput>, "applicationId">;

/** The columns of what can be changed. @throws AppError UNPROCESSABLE for an expiry that isn't in the future */
function columns({ name, role, networks, note, expiresAt }: Change, now: Date) {
  const ends = expiresAt === null ? null : new Date(expiresAt);
  assertFutureExpiry(ends, now, "expiresAt");
  return { name, role, networks, note, expiresAt: ends };
}

const details = ({ role, clientId, oid, networks, expiresAt }: Application) => ({
  role,
  client_id: clientId,
  object_id: oid,
  networks,
  expires_at: expiresAt?.toISOString() ?? null,
});

async function assertFree(tx: Prisma.TransactionClient, tenantId: string, old: Application | null): Promise<void> {
  if (old && !old.unboundAt) {
    throw new AppError("CONFLICT", `This application is already bound, as “${old.name}”. Change that binding.`);
  }
  if ((await tx.application.count({ where: { tenantId, unboundAt: null } })) >= APPLICATIONS_MAX) {
    const message = `Your organisation has ${String(APPLICATIONS_MAX)} applications, which is the most there can be. Unbind one first.`;
    throw new AppError("CONFLICT", message);
  }
}

/** @throws AppError UNPROCESSABLE for a key manager where the organisation doesn't allow them */
async function assertRoleAllowed(tx: Prisma.TransactionClient, id: string, role: Application["role"]): Promise<void> {
  if (role !== "KeyManager") return;
  if ((await tx.tenant.findUniqueOrThrow({ where: { id } })).keyManagersAllowed) return;
  const message = "Your organisation doesn’t allow key managers. Allow them on the Applications page first.";
  throw new AppError("UNPROCESSABLE", message, { fields: { role: message } });
}

/**
 * Binds an application or managed identity of the organisation's own Entra tenant: from then on its access tokens are let in. One
 * that was bound before keeps its id.
 * @throws AppError FORBIDDEN for anyone but an admin; CONFLICT for one that is bound, and beyond {@link APPLICATIONS_MAX};
 *   UNPROCESSABLE for an expiry that isn't in the future, and for a key manager where the organisation doesn't allow them
 */
export async function bindApplication(
  actor: MemberActor,
  { oid, clientId, ...chosen }: Binding,
  context: RequestContext,
) {
  return changingAccess(actor, async (tx) => {
    const { tenantId } = actor;
    const person = await tx.member.findUnique({ where: { tenantId_oid: { tenantId, oid } }, select: { name: true } });
    if (person) {
      const message = `This is the object ID of a person, ${person.name}. Enter the one of the application’s service principal.`;
      throw new AppError("UNPROCESSABLE", message, { fields: { oid: message } });
    }
    const old = await tx.application.findUnique({ where: { tenantId_oid: { tenantId, oid } } });
    await assertFree(tx, tenantId, old);
    await assertRoleAllowed(tx, tenantId, chosen.role);
    const data = {
      ...{ clientId, boundAt: context.now, boundById: actor.memberId, unboundAt: null, unboundById: null },
      ...columns(chosen, context.now),
    };
    const bound = old
      ? await tx.application.update({ where: { id: old.id, tenantId }, data })
      : await tx.application.create({ data: { id: uuidv7(), tenantId, oid, ...data } });
    await recordAudit(tx, actor, { action: "application.bound", target: bound, details: details(bound) }, context);
    return { id: bound.id, name: bound.name };
  });
}

/** One bound application of the actor's organisation, locked. @throws AppError NOT_FOUND, the same for another organisation's */
async function findBound(tx: Prisma.TransactionClient, { tenantId }: MemberActor, id: string): Promise<Application> {
  const found = await tx.application.findUnique({ where: { id, tenantId } });
  if (!found) throw new AppError("NOT_FOUND", NO_SUCH_APPLICATION);
  if (found.unboundAt) throw new AppError("CONFLICT", `${found.name} was unbound meanwhile.`);
  return found;
}

/**
 * Changes what a bound application may do, from its next call on.
 * @throws AppError FORBIDDEN; NOT_FOUND; CONFLICT for one that is unbound; UNPROCESSABLE as {@link bindApplication}
 */
export async function updateApplication(actor: MemberActor, id: string, chosen: Change, context: RequestContext) {
  return changingAccess(actor, async (tx) => {
    const old = await findBound(tx, actor, id);
    if (chosen.role !== old.role) await assertRoleAllowed(tx, actor.tenantId, chosen.role);
    // An expiry that is not changed may be past.
    const same = chosen.expiresAt !== null && old.expiresAt?.getTime() === new Date(chosen.expiresAt).getTime();
    const data = same
      ? { ...columns({ ...chosen, expiresAt: null }, context.now), expiresAt: old.expiresAt }
      : columns(chosen, context.now);
    const changed = (Object.keys(data) as (keyof typeof data)[]).filter(
      (column) => JSON.stringify(data[column]) !== JSON.stringify(old[column]),
    );
    if (changed.length === 0) return { name: old.name };
    const updated = await tx.application.update({ where: { id, tenantId: actor.tenantId }, data });
    const entry = {
      action: "application.updated",
      target: updated,
      details: { ...details(updated), changed },
    } as const;
    await recordAudit(tx, actor, entry, context);
    return { name: updated.name };
  });
}

/**
 * Ends a binding: no call that begins after this is answered is let in, on any instance. What the application made stays.
 * @throws AppError FORBIDDEN; NOT_FOUND; CONFLICT for one that is unbound
 */
export async function unbindApplication(actor: MemberActor, id: string, context: RequestContext) {
  return changingAccess(actor, async (tx) => {
    const old = await findBound(tx, actor, id);
    const data = { unboundAt: context.now, unboundById: actor.memberId };
    await tx.application.update({ where: { id, tenantId: actor.tenantId }, data });
    await recordAudit(tx, actor, { action: "application.unbound", target: old, details: details(old) }, context);
    return { name: old.name };
  });
}

/**
 * Sets whether the organisation allows applications with the role KeyManager; from their next call on, on every instance.
 * @throws AppError FORBIDDEN for anyone but an admin
 */
export async function allowKeyManagers(actor: MemberActor, allowed: boolean, context: RequestContext) {
  return changingAccess(actor, async (tx) => {
    const where = { id: actor.tenantId, keyManagersAllowed: !allowed };
    const { count } = await tx.tenant.updateMany({ where, data: { keyManagersAllowed: allowed } });
    if (count === 0) return { changed: false };
    const action = allowed ? "organisation.key_managers_allowed" : "organisation.key_managers_disallowed";
    await recordAudit(tx, actor, { action, target: { id: actor.tenantId, name: actor.tenantName } }, context);
    return { changed: true };
  });
}
