import "server-only";

import { assertAdmin, type MemberActor, NEEDS_ADMIN } from "@/lib/actor";
import { listPool, prisma } from "@/lib/db/client";
import { readListPage } from "@/lib/db/list-page";
import { preparedQuery } from "@/lib/db/prepared-query";
import { APPLICATION_NAME } from "@/lib/api-keys/acted-by";
import { type KeyCounts, whereNeedsAttention } from "@/lib/api-keys/attention";
import { whereCreatedBy, whereCreatorRemoved } from "@/lib/api-keys/creators";
import { rotating, working } from "@/lib/api-keys/service";
import type { ApiKey, Member, Prisma } from "@/lib/generated/prisma/client";
import { displayKey } from "@/lib/api-keys/format";
import { contactOf } from "@/lib/api-keys/owner";
import { type KEY_FILTERS, type KeyListUrl, REMOVED } from "@/lib/api-keys/list-url";
import { EXPIRING_SOON_MS, keyEnd, keyLifetime, keyRefusal, keyStatus } from "@/lib/api-keys/status";
import { latestUse } from "@/lib/usage/latest";
import { type RecentUse, readRecentUse } from "@/lib/usage/recent-use";
import { escapeLike } from "@/lib/text/like";

/** Columns that no list needs; omitting them is faster and safer. */
const UNSHOWN = { hash: true, tenantId: true, nameSort: true, endsAt: true } as const satisfies Prisma.ApiKeyOmit;
/** A key as lists read it. */
export type StoredKey = Omit<ApiKey, keyof typeof UNSHOWN>;

/** Top-level rows; a rotating key is shown below its successor. */
const standalone = (now: Date): Prisma.ApiKeyWhereInput => ({
  OR: [{ graceEndsAt: null }, { graceEndsAt: { lte: now } }, { revokedAt: { not: null } }],
});

/** {@link keyStatus} as a database filter, without keys that were rotated. An integration test compares the two. */
function whereStatus(status: Exclude<(typeof KEY_FILTERS)[number], "rotating">, now: Date): Prisma.ApiKeyWhereInput {
  const soon = new Date(now.getTime() + EXPIRING_SOON_MS);
  switch (status) {
    case "working":
      return { ...working(now), rotatedAt: null };
    case "revoked":
      return { revokedAt: { not: null } };
    case "expired":
      return { revokedAt: null, OR: [{ graceEndsAt: { lte: now } }, { expiresAt: { lte: now } }] };
    case "expiring":
      return { revokedAt: null, rotatedAt: null, expiresAt: { gt: now, lte: soon } };
    case "active":
      return { revokedAt: null, rotatedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: soon } }] };
  }
}

/** Text in a name, or the last characters of a key, also in its displayed form `neo_sk_prod_…AbCd`. */
function whereSearch(search: string): Prisma.ApiKeyWhereInput {
  const text = search.trim().normalize("NFC");
  const last4 = /^(?:neo_sk_[a-z0-9]{2,12}_)?…([A-Za-z0-9]{1,4})$/.exec(text)?.[1] ?? text;
  return {
    OR: [{ name: { contains: escapeLike(text), mode: "insensitive" } }, { last4: { endsWith: escapeLike(last4) } }],
  };
}

const ORDER: Record<KeyListUrl["sort"], (direction: "asc" | "desc") => Prisma.ApiKeyOrderByWithRelationInput> = {
  name: (direction) => ({ nameSort: direction }),
  created: (direction) => ({ createdAt: direction }),
  // "Never" is the latest expiry and the earliest use.
  expires: (direction) => ({ endsAt: { sort: direction, nulls: direction === "asc" ? "last" : "first" } }),
  used: (direction) => ({ lastUsedAt: { sort: direction, nulls: direction === "asc" ? "first" : "last" } }),
};

/**
 * One page of the organisation's keys; a rotating pair is one entry. `any` tells "no keys yet" from "no match".
 * @param now the database's clock
 * @param counted the counts of all keys, if something else needs them too: they have the total of a list without filters
 */
export async function listKeys(
  actor: MemberActor,
  url: KeyListUrl,
  now: Date,
  counted?: Promise<Pick<KeyCounts, "listed">>,
) {
  assertAdmin(actor, NEEDS_ADMIN);
  const { tenantId } = actor;
  const where = await pageFilter(tenantId, url, now);
  const keys = prisma().apiKey;
  const find = async (range: { skip: number; take: number }) => {
    const orderBy = [ORDER[url.sort](url.dir), { id: url.dir }];
    return group(tenantId, await keys.findMany({ omit: UNSHOWN, where, orderBy, ...range }), now);
  };
  const isWhole = !url.q.trim() && !url.status && !url.creator && !url.attention;
  const count = async () => (isWhole && counted ? (await counted).listed : keys.count({ where }));
  const { rows: groups, ...page } = await readListPage(url, count, find);
  const any = page.total > 0 || (await keys.findFirst({ where: { tenantId }, select: { id: true } })) !== null;
  return { ...page, groups, any };
}

/** What search and creator say of a key by itself. */
async function matches(tenantId: string, { q, creator }: KeyListUrl): Promise<Prisma.ApiKeyWhereInput[]> {
  const filters = q.trim() ? [whereSearch(q)] : [];
  if (creator)
    filters.push(await (creator === REMOVED ? whereCreatorRemoved(tenantId) : whereCreatedBy(tenantId, creator)));
  return filters;
}

/** The keys that match by themselves, older keys of rotations included; the list also shows the others of their rotations. */
export async function whereMatches(
  { tenantId }: MemberActor,
  url: KeyListUrl,
  now: Date,
): Promise<Prisma.ApiKeyWhereInput> {
  const { status, attention } = url;
  const filter =
    status === "working" ? working(now) : status === "rotating" ? rotating(now) : status && whereStatus(status, now);
  const needing = attention ? await whereNeedsAttention(tenantId, attention, now) : {};
  return { tenantId, AND: [...(await matches(tenantId, url)), filter ?? {}, needing] };
}

async function pageFilter(tenantId: string, url: KeyListUrl, now: Date) {
  const { status, attention } = url;
  /** The newest keys of the chains with a rotating key that matches. */
  const successors = async (...match: Prisma.ApiKeyWhereInput[]) => {
    const where = { tenantId, AND: [rotating(now), ...match] };
    const rows = await prisma().apiKey.findMany({ where, select: { lineageId: true }, distinct: ["lineageId"] });
    return { rotatedAt: null, lineageId: { in: rows.map((row) => row.lineageId) } } satisfies Prisma.ApiKeyWhereInput;
  };
  const parts: Prisma.ApiKeyWhereInput[] = [standalone(now)];
  for (const match of await matches(tenantId, url)) parts.push({ OR: [match, await successors(match)] });
  if (status === "rotating") parts.push(await successors());
  else if (status === "working") parts.push({ OR: [whereStatus(status, now), await successors()] });
  else if (status) parts.push(whereStatus(status, now));
  if (attention) parts.push(await whereNeedsAttention(tenantId, attention, now));
  return { tenantId, AND: parts };
}

/** What rows show of a person, and of an application that created, rotated or revoked a key. */
type Contact = Pick<Member, "name" | "email" | "removedAt" | "accountGoneAt">;

/** What rows show of other keys and of people. */
interface Related {
  readonly people: ReadonlyMap<string, Contact>;
  readonly byId: ReadonlyMap<string, StoredKey>;
  readonly byReplaced: ReadonlyMap<string | null, StoredKey>;
}

/** When and where a key was last used, and how often lately. */
function toLastUse({ lastUsedAt }: StoredKey, use: RecentUse | undefined) {
  const latest = latestUse(use?.latest ? { ...use.latest, endpoint: null } : null, lastUsedAt);
  return {
    lastUsedAt: latest?.at ?? null,
    /** Where it was used last; null when that isn't known. */
    lastUse: latest && latest.client !== null ? { address: latest.address, client: latest.client } : null,
    /** Calls in each of the last 7 days. */
    callsByDay: use?.days ?? [],
  };
}

/** Whom to ask about a key, with the address that forms show; null for nobody. */
function toOwner({ ownerId, ownerEmail }: StoredKey, people: Related["people"]) {
  if (ownerId === null) return ownerEmail === null ? null : { name: ownerEmail, email: ownerEmail, removed: false };
  const member = people.get(ownerId);
  return { name: member?.name ?? "", email: member?.email ?? "", removed: Boolean(member?.removedAt) };
}

/** A key as lists show it. @param related the people it names, and the keys before and after it */
export function toRow(key: StoredKey, { people, byId, byReplaced }: Related, now: Date) {
  const creator = people.get(key.createdById ?? key.createdByApplicationId ?? "");
  const contact = people.get(contactOf(key) ?? "");
  const predecessor = byId.get(key.replacesId ?? "");
  const successor = byReplaced.get(key.id);
  return {
    id: key.id,
    name: key.name,
    display: displayKey(key),
    status: keyStatus(key, now),
    refusal: keyRefusal(key, now),
    createdAt: key.createdAt,
    createdBy: creator?.name ?? "",
    /** The creator was removed, or is an application that was unbound; the key keeps working. */
    creatorRemoved: creator?.removedAt ? (key.createdById ? ("member" as const) : ("application" as const)) : null,
    owner: toOwner(key, people),
    /** It works, and the member to ask about it was removed or has a disabled account. */
    contactGone: keyRefusal(key, now) === null && Boolean(contact?.removedAt ?? contact?.accountGoneAt),
    note: key.note,
    readOnly: key.readOnly,
    /** Where it may call from; empty for anywhere. */
    networks: key.networks,
    /** When it stops or stopped without being revoked; null for never. */
    endsAt: keyEnd(key),
    lifetime: keyLifetime(key),
    lastUsedAt: key.lastUsedAt,
    rotatedAt: key.rotatedAt,
    rotatedBy: people.get(key.rotatedById ?? key.rotatedByApplicationId ?? "")?.name ?? null,
    revokedAt: key.revokedAt,
    revokedBy: people.get(key.revokedById ?? key.revokedByApplicationId ?? "")?.name ?? null,
    /** The displayed form of the key it replaced, and of the one that replaced it. */
    replaces: predecessor ? displayKey(predecessor) : null,
    replacedBy: successor ? displayKey(successor) : null,
  };
}

/** One key in the list, without hash or secret. */
export type KeyRow = ReturnType<typeof toRow>;

/** A key with the older keys of its chain that still work. */
export type KeyGroup = Awaited<ReturnType<typeof group>>[number];

/** A key in the list, with its recent usage. */
export type ListedKey = KeyGroup["olderKeys"][number];

/** The keys that rows show besides themselves: the one before and the one after each, and the older keys that still work. */
async function readLinked(tenantId: string, rows: readonly StoredKey[], now: Date): Promise<StoredKey[]> {
  const successors = rows.filter((row) => row.replacesId);
  const rotated = rows.filter((row) => row.rotatedAt);
  if (successors.length + rotated.length === 0) return [];
  const either: Prisma.ApiKeyWhereInput[] = [
    { id: { in: successors.flatMap((row) => row.replacesId ?? []) } },
    { replacesId: { in: rotated.map((row) => row.id) } },
    { lineageId: { in: successors.map((row) => row.lineageId) }, ...rotating(now) },
  ];
  return prisma().apiKey.findMany({
    omit: UNSHOWN,
    where: { tenantId, OR: either },
    orderBy: { createdAt: "desc" },
  });
}

/** Adds the other keys of each chain, people's names and usage, in three queries for any number of rows. */
async function group(tenantId: string, rows: readonly StoredKey[], now: Date) {
  const linked = await readLinked(tenantId, rows, now);
  const older = linked.filter((key) => keyStatus(key, now) === "rotating");
  const shown = [...rows, ...older].map((key) => key.id);
  const [people, usage] = await Promise.all([
    peopleOf(tenantId, [...rows, ...linked]),
    readRecentUse(tenantId, shown, now),
  ]);
  const related = {
    people,
    byId: new Map(linked.map((key) => [key.id, key])),
    byReplaced: new Map(linked.map((key) => [key.replacesId, key])),
  };
  const listed = (key: StoredKey) => ({ ...toRow(key, related, now), ...toLastUse(key, usage.get(key.id)) });
  return rows.map((row) => ({
    ...listed(row),
    // Only the newest key of a chain is unrotated; older ones that still work go below it.
    olderKeys: older.filter((key) => !row.rotatedAt && key.lineageId === row.lineageId).map(listed),
  }));
}

/** The people and applications that keys name, by id, in one query. */
export async function peopleOf(tenantId: string, keys: readonly StoredKey[]): Promise<Related["people"]> {
  const ids = new Set(
    keys.flatMap((key) => [
      ...[key.createdById, key.rotatedById, key.revokedById, key.ownerId],
      ...[key.createdByApplicationId, key.rotatedByApplicationId, key.revokedByApplicationId],
    ]),
  );
  ids.delete(null);
  if (ids.size === 0) return new Map();
  const members = await preparedQuery<Contact & { id: string }>(
    listPool(),
    "key_people",
    `select id, name, email, removed_at as "removedAt", account_gone_at as "accountGoneAt"
       from members where tenant_id = $1::uuid and id = any($2::uuid[])
     union all select id, ${APPLICATION_NAME}, null, unbound_at, null
       from applications where tenant_id = $1::uuid and id = any($2::uuid[])`,
    [tenantId, [...ids]],
  );
  return new Map(members.map((member) => [member.id, member]));
}
