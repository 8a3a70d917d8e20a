import "server-only";

import { isDeepStrictEqual } from "node:util";

import { v7 as uuidv7 } from "uuid";

import { type Actor, roleReaches } from "@/lib/actor";
import type { AgentCreation, AgentPatch } from "@/lib/agents/schemas";
import type { RequestContext } from "@/lib/audit-log/actions";
import { recordAudit } from "@/lib/audit-log/record";
import { prisma } from "@/lib/db/client";
import { AppError } from "@/lib/errors/app-error";
import { Prisma } from "@/lib/generated/prisma/client";
import type { Role } from "@/lib/generated/prisma/enums";
import type { AgentModel, AgentUncheckedUpdateInput } from "@/lib/generated/prisma/models";
import { isUuid } from "@/lib/text/uuid";

/** An agent as stored. */
export type Agent = AgentModel;

/** Which agents to list; an absent filter matches all. `q` is found in the name or description, case-insensitive. */
export type AgentFilters = Partial<Pick<Agent, "enabled" | "triggerType" | "autonomyType">> & { readonly q?: string };

/** The same for a missing agent and for another tenant's. */
export const NO_SUCH_AGENT = "No such agent.";

const noSuchAgent = () => new AppError("NOT_FOUND", NO_SUCH_AGENT);

/**
 * One agent of the actor's tenant.
 * @param agentId any text; not found unless it is a UUID
 * @throws AppError NOT_FOUND, the same for a missing agent and another tenant's
 */
export async function getAgent(actor: Actor, agentId: string): Promise<Agent> {
  const id = agentId.toLowerCase();
  const agent = isUuid(id) ? await prisma().agent.findFirst({ where: { id, tenantId: actor.tenantId } }) : null;
  if (!agent) throw noSuchAgent();
  return agent;
}

const NAME = { select: { name: true } } as const;

/** The name of the person, key or application that created an agent; null when unknown. */
export async function agentCreator(
  actor: Actor,
  agent: Pick<Agent, "id">,
): Promise<{ kind: Actor["kind"]; name: string } | null> {
  const found = await prisma().agent.findFirst({
    where: { id: agent.id, tenantId: actor.tenantId },
    select: { createdByMember: NAME, createdByKey: NAME, createdByApplication: NAME },
  });
  if (found?.createdByMember) return { kind: "member", name: found.createdByMember.name };
  if (found?.createdByApplication) return { kind: "application", name: found.createdByApplication.name };
  return found?.createdByKey ? { kind: "key", name: found.createdByKey.name } : null;
}

/** Keys and integrations may manage agents; people need at least this role (docs/api.md, "Endpoints"). */
function assertMay(actor: Actor, least: Role, what: string): void {
  if (actor.kind === "application" && actor.role !== "Integration") {
    throw new AppError("FORBIDDEN", `${what} agents requires the Integration role.`, { reason: "application_role" });
  }
  if (actor.kind === "member" && !roleReaches(actor.role, least)) {
    throw new AppError("FORBIDDEN", `${what} agents requires the ${least} role. You are ${actor.role}.`);
  }
}

/** The optional document columns, and their API fields. */
const DOCUMENTS = {
  agentSettings: "agent_settings",
  callbackSettings: "callback_settings",
  schedule: "schedule",
  ticketConditions: "ticket_conditions",
  timeEntryConditions: "time_entry_conditions",
  toolbox: "toolbox",
} as const satisfies Partial<Record<keyof Agent, keyof AgentPatch>>;

/** The columns that a patch can change, and their API fields. */
const CHANGEABLE = {
  name: "name",
  description: "description",
  triggerType: "trigger_type",
  actions: "actions",
  access: "access",
  enabled: "enabled",
  ...DOCUMENTS,
} as const satisfies Partial<Record<keyof Agent, keyof AgentPatch>>;

/** A document for Prisma; null clears the column instead of storing JSON null. */
const toColumn = (value: unknown) => (value === null ? Prisma.DbNull : (value as Prisma.InputJsonValue | undefined));

/**
 * Creates an agent in the actor's tenant. Tenant and creator come from the credential, never from the input.
 * @param alongside writes in the same transaction
 * @throws AppError FORBIDDEN for a Viewer
 */
export async function createAgent(
  actor: Actor,
  input: AgentCreation,
  context: RequestContext,
  alongside?: (tx: Prisma.TransactionClient, made: Agent) => Promise<void>,
): Promise<Agent> {
  assertMay(actor, "User", "Creating");
  const conversational = input.autonomy_type === "CONVERSATIONAL";
  const data = {
    id: uuidv7(),
    tenantId: actor.tenantId,
    name: input.name,
    description: input.description ?? null,
    autonomyType: input.autonomy_type ?? "CHAINED_ACTIONS",
    triggerType: input.trigger_type,
    entityType: input.entity_type ?? "none",
    actions: (input.actions ?? []) as Prisma.InputJsonArray,
    audience: conversational ? (input.audience ?? "MSP") : null,
    access: conversational ? (input.access ?? "ALL_USERS") : null,
    enabled: input.enabled ?? true,
    createdAt: context.now,
    updatedAt: context.now,
    createdByMemberId: actor.kind === "member" ? actor.memberId : null,
    createdByKeyId: actor.kind === "key" ? actor.keyId : null,
    createdByApplicationId: actor.kind === "application" ? actor.applicationId : null,
    ...Object.fromEntries(Object.entries(DOCUMENTS).map(([column, field]) => [column, toColumn(input[field])])),
  };
  return prisma().$transaction(async (tx) => {
    const agent = await tx.agent.create({ data });
    const details = { autonomy_type: agent.autonomyType };
    await recordAudit(tx, actor, { action: "agent.created", target: agent, details }, context);
    await alongside?.(tx, agent);
    return agent;
  });
}

/** Conditions of a change. */
export interface ChangeOptions {
  /** Once aborted, the change does not start. */
  readonly signal?: Pick<AbortSignal, "throwIfAborted">;
  /** Called with the locked agent. @throws to refuse the change */
  readonly precondition?: (agent: Agent) => void;
}

/** Locks one agent of the actor's tenant until the transaction ends. @throws the signal's reason once aborted */
async function lockAgent(
  tx: Prisma.TransactionClient,
  actor: Actor,
  agentId: string,
  { signal, precondition }: ChangeOptions = {},
): Promise<Agent> {
  if (!isUuid(agentId.toLowerCase())) throw noSuchAgent();
  const where = { id: agentId.toLowerCase(), tenantId: actor.tenantId };
  await tx.$queryRaw`select 1 from agents where id = ${where.id}::uuid and tenant_id = ${where.tenantId}::uuid for update`;
  // Waiting for the lock may have taken long.
  signal?.throwIfAborted();
  const agent = await tx.agent.findUnique({ where });
  if (!agent) throw noSuchAgent();
  precondition?.(agent);
  return agent;
}

/** @throws AppError CONFLICT for a different value of an immutable field, UNPROCESSABLE for a field that its type does not have */
function assertPatchFits(agent: Agent, patch: AgentPatch): void {
  const conversational = agent.autonomyType === "CONVERSATIONAL";
  const immutable = { autonomy_type: agent.autonomyType, entity_type: agent.entityType, audience: agent.audience };
  const fields: Record<string, string> = {};
  for (const name of ["audience", "access"] as const) {
    if (!conversational && patch[name] !== undefined) fields[name] = "is only for CONVERSATIONAL agents";
  }
  if (Object.keys(fields).length > 0) {
    throw new AppError("UNPROCESSABLE", "Only CONVERSATIONAL agents have an audience and access.", { fields });
  }
  for (const [name, value] of Object.entries(immutable)) {
    const sent = patch[name as keyof typeof immutable];
    if (sent !== undefined && sent !== value) fields[name] = `is ${value ?? "not set"}, and cannot be changed`;
  }
  if (Object.keys(fields).length > 0) {
    const names = Object.keys(fields).join(", ");
    throw new AppError("CONFLICT", `These can’t be changed after an agent is created: ${names}.`, {
      reason: "immutable_field",
      fields,
    });
  }
}

/** The effective changes of a patch: equal values, in any field order, change nothing. */
function changesOf(agent: Agent, patch: AgentPatch): { data: AgentUncheckedUpdateInput; changed: string[] } {
  const data: Record<string, unknown> = {};
  const changed: string[] = [];
  for (const [column, field] of Object.entries(CHANGEABLE)) {
    const sent = patch[field];
    // As stored: JSON has no negative zero.
    if (sent === undefined || isDeepStrictEqual(JSON.parse(JSON.stringify(sent)), agent[column as keyof Agent]))
      continue;
    data[column] = column in DOCUMENTS ? toColumn(sent) : sent;
    changed.push(field);
  }
  return { data, changed };
}

/**
 * Changes the fields that a patch names. A patch that changes nothing writes nothing.
 * @throws AppError FORBIDDEN for a Viewer; NOT_FOUND as {@link getAgent}; CONFLICT for an immutable field; UNPROCESSABLE for
 *   a field that this type of agent does not have
 */
export async function updateAgent(
  actor: Actor,
  agentId: string,
  patch: AgentPatch,
  context: RequestContext,
  options?: ChangeOptions,
): Promise<Agent> {
  assertMay(actor, "User", "Editing");
  return prisma().$transaction(async (tx) => {
    const agent = await lockAgent(tx, actor, agentId, options);
    assertPatchFits(agent, patch);
    const { data, changed } = changesOf(agent, patch);
    if (changed.length === 0) return agent;
    // A caller that waited for the lock read its clock before the one that held it.
    const updatedAt = context.now > agent.updatedAt ? context.now : agent.updatedAt;
    const updated = await tx.agent.update({
      where: { id: agent.id, tenantId: actor.tenantId },
      data: { ...data, updatedAt },
    });
    await recordAudit(tx, actor, { action: "agent.updated", target: updated, details: { changed } }, context);
    return updated;
  });
}

/**
 * Deletes an agent.
 * @throws AppError FORBIDDEN for a person who is not an admin; NOT_FOUND as {@link getAgent}
 */
export async function deleteAgent(actor: Actor, agentId: string, context: RequestContext, options?: ChangeOptions) {
  assertMay(actor, "Admin", "Deleting");
  return prisma().$transaction(async (tx) => {
    const agent = await lockAgent(tx, actor, agentId, options);
    await tx.agent.delete({ where: { id: agent.id, tenantId: actor.tenantId } });
    await recordAudit(tx, actor, { action: "agent.deleted", target: agent }, context);
    return agent;
  });
}
