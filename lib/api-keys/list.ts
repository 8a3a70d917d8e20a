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
export type KeySort = (typeof KEY_SORTS)[number];

/** What the list is asked for; all of it lives in the URL. */
export interface KeyListQuery {
  readonly search: string;
  readonly status: KeyStatus | null;
  /** `removed`: only keys whose creator is no member any more; left out, everybody's. */
  readonly creator?: (typeof KEY_CREATORS)[number] | null;
  readonly sort: KeySort;
  readonly direction: "asc" | "desc";
  /** From 1. */
  readonly page: number;
}

/** One key as the list shows it: no hash, no secret. */
export interface KeyRow {
  readonly id: string;
  readonly name: string;
  /** `neo_sk_prod_…AbCd` */
  readonly display: string;
  readonly status: KeyStatus;
  readonly refusal: Refusal | null;
  readonly createdAt: Date;
  readonly createdBy: string;
  /** The creator was removed; the key goes on working. */
  readonly creatorRemoved: boolean;
  /** When it stops or stopped by itself; null for never. */
  readonly endsAt: Date | null;
  /** The lifetime it was given, in milliseconds; null for none. */
  readonly lifetime: number | null;
  readonly lastUsedAt: Date | null;
  readonly rotatedAt: Date | null;
  readonly rotatedBy: string | null;
  readonly revokedAt: Date | null;
  readonly revokedBy: string | null;
  /** The key this one replaced, as displayed, and the one that replaced it. */
  readonly replaces: string | null;
  readonly replacedBy: string | null;
}

/** A key, and below it the older keys of its rotations that still work. */
export interface KeyGroup extends KeyRow {
  readonly olderKeys: readonly KeyRow[];
}

/** One page of the list; a rotating pair is one entry. `any` tells "no keys yet" from "no match". */
export type KeyPage = Omit<ListPage<never>, "rows"> & { readonly groups: readonly KeyGroup[]; readonly any: boolean };

/** What no list needs: not reading it is faster, and safer. */
const UNSHOWN = { hash: true, tenantId: true, nameSort: true, endsAt: true } as const satisfies Prisma.ApiKeyOmit;
type StoredKey = Omit<ApiKey, keyof typeof UNSHOWN>;

/** Rotated, and its grace still runs. The grace never outlasts the key's own expiry, so that needs no second look. */
const rotating = (now: Date) => ({ revokedAt: null, graceEndsAt: { gt: now } }) satisfies Prisma.ApiKeyWhereInput;

/** The rows that stand on their own; a rotating key is shown below its successor. */
const standalone = (now: Date): Prisma.ApiKeyWhereInput => ({
  OR: [{ graceEndsAt: null }, { graceEndsAt: { lte: now } }, { revokedAt: { not: null } }],
});

/** Rows with a status at `now`: {@link keyStatus}, said for the database. An integration test holds the two together. */
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

/** Text found in a name, or in the last four characters of a key; the shown form `neo_sk_prod_…AbCd` is understood too. */
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
 * One page of the organisation's keys, paged by the database.
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

/** Adds what the rows of a page refer to: the other keys of their rotations, and people's names. Two queries, however many rows. */
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
    // Only the newest key of a chain has not been rotated; the older ones that still work belong below it.
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
