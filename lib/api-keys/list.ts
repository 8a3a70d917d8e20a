import "server-only";

import { assertAdmin, type MemberActor } from "@/lib/actor";
import { prisma } from "@/lib/db/client";
import { type ListPage, readListPage } from "@/lib/db/list-page";
import { NEEDS_ADMIN } from "@/lib/api-keys/service";
import type { ApiKey, Member, Prisma } from "@/lib/generated/prisma/client";
import { displayKey } from "@/lib/api-keys/format";
import type { KEY_CREATORS, KEY_SORTS } from "@/lib/api-keys/list-url";
import {
  EXPIRING_SOON_MS,
  keyEnd,
  keyLifetime,
  keyRefusal,
  keyStatus,
  type KeyStatus,
  type Refusal,
} from "@/lib/api-keys/status";
import { escapeLike } from "@/lib/text/like";

/** A column the list can be sorted by. */
type KeySort = (typeof KEY_SORTS)[number];

/** The list's query, all of it in the URL. */
export interface KeyListQuery {
  readonly search: string;
  readonly status: KeyStatus | null;
  /** `removed`: only keys whose creator is no longer a member; left out, all keys. */
  readonly creator?: (typeof KEY_CREATORS)[number] | null;
  readonly sort: KeySort;
  readonly direction: "asc" | "desc";
  /** From 1. */
  readonly page: number;
}

/** One key in the list, without hash or secret. */
export interface KeyRow {
  readonly id: string;
  readonly name: string;
  /** `neo_sk_prod_…AbCd` */
  readonly display: string;
  readonly status: KeyStatus;
  readonly refusal: Refusal | null;
  readonly createdAt: Date;
  readonly createdBy: string;
  /** The creator was removed; the key keeps working. */
  readonly creatorRemoved: boolean;
  /** When it stops or stopped without being revoked; null for never. */
  readonly endsAt: Date | null;
  /** The lifetime it was given, in milliseconds; null for none. */
  readonly lifetime: number | null;
  readonly lastUsedAt: Date | null;
  readonly rotatedAt: Date | null;
  readonly rotatedBy: string | null;
  readonly revokedAt: Date | null;
  readonly revokedBy: string | null;
  /** The displayed form of the key it replaced, and of the one that replaced it. */
  readonly replaces: string | null;
  readonly replacedBy: string | null;
}

/** A key with the older keys of its chain that still work. */
export interface KeyGroup extends KeyRow {
  readonly olderKeys: readonly KeyRow[];
}

/** One page of the list; a rotating pair is one entry. `any` tells "no keys yet" from "no match". */
export type KeyPage = Omit<ListPage<never>, "rows"> & { readonly groups: readonly KeyGroup[]; readonly any: boolean };

/** Columns that no list needs; omitting them is faster and safer. */
const UNSHOWN = { hash: true, tenantId: true, nameSort: true, endsAt: true } as const satisfies Prisma.ApiKeyOmit;
type StoredKey = Omit<ApiKey, keyof typeof UNSHOWN>;

/** Rotated, within its grace period, which never outlasts the key's own expiry. */
const rotating = (now: Date) => ({ revokedAt: null, graceEndsAt: { gt: now } }) satisfies Prisma.ApiKeyWhereInput;

/** Top-level rows; a rotating key is shown below its successor. */
const standalone = (now: Date): Prisma.ApiKeyWhereInput => ({
  OR: [{ graceEndsAt: null }, { graceEndsAt: { lte: now } }, { revokedAt: { not: null } }],
});

/** {@link keyStatus} as a database filter. An integration test compares the two. */
function whereStatus(status: KeyStatus, now: Date): Prisma.ApiKeyWhereInput {
  const soon = new Date(now.getTime() + EXPIRING_SOON_MS);
  switch (status) {
    case "revoked":
      return { revokedAt: { not: null } };
    case "expired":
      return { revokedAt: null, OR: [{ graceEndsAt: { lte: now } }, { expiresAt: { lte: now } }] };
    case "rotating":
      return rotating(now);
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

const ORDER: Record<KeySort, (direction: "asc" | "desc") => Prisma.ApiKeyOrderByWithRelationInput> = {
  name: (direction) => ({ nameSort: direction }),
  created: (direction) => ({ createdAt: direction }),
  // "Never" is the latest expiry and the earliest use.
  expires: (direction) => ({ endsAt: { sort: direction, nulls: direction === "asc" ? "last" : "first" } }),
  used: (direction) => ({ lastUsedAt: { sort: direction, nulls: direction === "asc" ? "first" : "last" } }),
};

/**
 * One page of the organisation's keys.
 * @param now the database's clock
 */
export async function listKeys(actor: MemberActor, query: KeyListQuery, now: Date): Promise<KeyPage> {
  assertAdmin(actor, NEEDS_ADMIN);
  const { tenantId } = actor;
  const where = await pageFilter(tenantId, query, now);
  const keys = prisma().apiKey;
  const { rows, ...page } = await readListPage(
    query.page,
    (range) => keys.count({ where, ...range }),
    (range) =>
      keys.findMany({
        omit: UNSHOWN,
        where,
        orderBy: [ORDER[query.sort](query.direction), { id: query.direction }],
        ...range,
      }),
  );
  const any = page.total > 0 || (await keys.findFirst({ where: { tenantId }, select: { id: true } })) !== null;
  return { ...page, groups: await group(tenantId, rows, now), any };
}

async function pageFilter(tenantId: string, query: KeyListQuery, now: Date): Promise<Prisma.ApiKeyWhereInput> {
  const parts: Prisma.ApiKeyWhereInput[] = [standalone(now)];
  const search = query.search.trim() ? whereSearch(query.search) : null;
  if (search) {
    const lineages = await lineagesOf({ tenantId, AND: [rotating(now), search] });
    parts.push({ OR: [search, { rotatedAt: null, lineageId: { in: lineages } }] });
  }
  if (query.creator) {
    const theirs = { createdBy: { removedAt: { not: null } } } satisfies Prisma.ApiKeyWhereInput;
    const lineages = await lineagesOf({ tenantId, ...theirs, AND: [rotating(now)] });
    parts.push({ OR: [theirs, { rotatedAt: null, lineageId: { in: lineages } }] });
  }
  if (query.status === "rotating") {
    parts.push({ rotatedAt: null, lineageId: { in: await lineagesOf({ tenantId, ...rotating(now) }) } });
  } else if (query.status) {
    parts.push(whereStatus(query.status, now));
  }
  return { tenantId, AND: parts };
}

async function lineagesOf(where: Prisma.ApiKeyWhereInput): Promise<string[]> {
  const rows = await prisma().apiKey.findMany({ where, select: { lineageId: true }, distinct: ["lineageId"] });
  return rows.map((row) => row.lineageId);
}

/** Adds the other keys of each chain and people's names, in two queries for any number of rows. */
async function group(tenantId: string, rows: readonly StoredKey[], now: Date): Promise<KeyGroup[]> {
  const chains = rows.filter((row) => row.rotatedAt ?? row.replacesId).map((row) => row.lineageId);
  const linked = chains.length
    ? await prisma().apiKey.findMany({
        omit: UNSHOWN,
        where: { tenantId, lineageId: { in: chains } },
        orderBy: { createdAt: "desc" },
      })
    : [];
  const people = await peopleOf(tenantId, [...rows, ...linked]);
  const byId = new Map(linked.map((key) => [key.id, key]));
  const byReplaced = new Map(linked.filter((key) => key.replacesId).map((key) => [key.replacesId, key]));

  const nameOf = (id: string | null) => (id ? (people.get(id)?.name ?? null) : null);
  const toRow = (key: StoredKey): KeyRow => {
    const predecessor = key.replacesId ? byId.get(key.replacesId) : undefined;
    const successor = byReplaced.get(key.id);
    return {
      id: key.id,
      name: key.name,
      display: displayKey(key),
      status: keyStatus(key, now),
      refusal: keyRefusal(key, now),
      createdAt: key.createdAt,
      createdBy: people.get(key.createdById)?.name ?? "",
      creatorRemoved: Boolean(people.get(key.createdById)?.removedAt),
      endsAt: keyEnd(key),
      lifetime: keyLifetime(key),
      lastUsedAt: key.lastUsedAt,
      rotatedAt: key.rotatedAt,
      rotatedBy: nameOf(key.rotatedById),
      revokedAt: key.revokedAt,
      revokedBy: nameOf(key.revokedById),
      replaces: predecessor ? displayKey(predecessor) : null,
      replacedBy: successor ? displayKey(successor) : null,
    };
  };
  return rows.map((row) => ({
    ...toRow(row),
    // Only the newest key of a chain is unrotated; older ones that still work go below it.
    olderKeys: row.rotatedAt
      ? []
      : linked.filter((key) => key.lineageId === row.lineageId && keyStatus(key, now) === "rotating").map(toRow),
  }));
}

type Person = Pick<Member, "id" | "name" | "removedAt">;

async function peopleOf(tenantId: string, keys: readonly StoredKey[]): Promise<Map<string, Person>> {
  const ids = new Set(
    keys.flatMap((key) => [key.createdById, key.rotatedById, key.revokedById]).filter((id) => id !== null),
  );
  if (ids.size === 0) return new Map();
  const members = await prisma().member.findMany({
    where: { tenantId, id: { in: [...ids] } },
    select: { id: true, name: true, removedAt: true },
  });
  return new Map(members.map((member) => [member.id, member]));
}
