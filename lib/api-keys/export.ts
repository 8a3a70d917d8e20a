import "server-only";

import { assertAdmin, type MemberActor, NEEDS_ADMIN } from "@/lib/actor";
import { actorName } from "@/lib/api-keys/acted-by";
import { displayKey } from "@/lib/api-keys/format";
import { whereMatches } from "@/lib/api-keys/list";
import type { KeyListUrl } from "@/lib/api-keys/list-url";
import { keyEnd, keyStatus } from "@/lib/api-keys/status";
import { prisma } from "@/lib/db/client";
import type { Prisma } from "@/lib/generated/prisma/client";
import { csvHead, csvLine } from "@/lib/text/csv";

/** Keys per query and per part of the file. */
const BATCH = 500;

const PERSON = { select: { name: true, email: true } } as const;
const APPLICATION = { select: { name: true } } as const;

/** What a file says of a key: neither its hash nor a secret. */
const SELECT = {
  ...{ id: true, name: true, environment: true, last4: true, note: true, ownerEmail: true, lastUsedAt: true },
  ...{ readOnly: true, networks: true },
  ...{ createdAt: true, expiresAt: true, rotatedAt: true, graceEndsAt: true, revokedAt: true },
  ...{ createdBy: PERSON, owner: PERSON, revokedBy: PERSON, usageLatest: { select: { address: true } } },
  ...{ createdByApplication: APPLICATION, revokedByApplication: APPLICATION },
} as const satisfies Prisma.ApiKeySelect;

type ExportedKey = Prisma.ApiKeyGetPayload<{ select: typeof SELECT }>;

const time = (at: Date | null) => at?.toISOString() ?? null;

/** The columns of the file, and what a key has in each; times in UTC. */
const COLUMNS = {
  name: ({ name }) => name,
  key: (key) => displayKey(key),
  status: (key, now) => keyStatus(key, now),
  owner: ({ owner, ownerEmail }) => owner?.name ?? ownerEmail,
  owner_email: ({ owner, ownerEmail }) => owner?.email ?? ownerEmail,
  note: ({ note }) => note,
  created: ({ createdAt }) => time(createdAt),
  created_by: ({ createdBy, createdByApplication }) => actorName(createdBy, createdByApplication),
  works_until: (key) => time(keyEnd(key)),
  last_used: ({ lastUsedAt }) => time(lastUsedAt),
  last_address: ({ usageLatest }) => usageLatest?.address ?? null,
  rotated: ({ rotatedAt }) => time(rotatedAt),
  revoked: ({ revokedAt }) => time(revokedAt),
  revoked_by: ({ revokedBy, revokedByApplication }) => actorName(revokedBy, revokedByApplication),
  read_only: ({ readOnly }) => (readOnly ? "yes" : null),
  networks: ({ networks }) => networks.join(" ") || null,
  id: ({ id }) => id,
} satisfies Record<string, (key: ExportedKey, now: Date) => string | null>;

/**
 * A CSV file with the keys of the actor's organisation that match, newest first, in parts. Each part is its own query by keyset, so a
 * slow reader holds no transaction, and keys that are created meanwhile shift nothing.
 * @param chosen a list's search and filters, or ids
 * @param now the database's clock, for the status
 * @throws AppError FORBIDDEN for anyone but an admin
 */
export async function* exportKeys(
  actor: MemberActor,
  chosen: KeyListUrl | readonly string[],
  now: Date,
): AsyncGenerator<string, undefined> {
  assertAdmin(actor, NEEDS_ADMIN);
  const where: Prisma.ApiKeyWhereInput =
    "q" in chosen ? await whereMatches(actor, chosen, now) : { tenantId: actor.tenantId, id: { in: [...chosen] } };
  let text = csvHead(Object.keys(COLUMNS));
  let beyond: Prisma.ApiKeyWhereInput = {};
  for (;;) {
    const keys = await prisma().apiKey.findMany({
      select: SELECT,
      where: { AND: [where, beyond] },
      orderBy: [{ createdAt: "desc" }, { id: "desc" }],
      take: BATCH,
    });
    for (const key of keys) text += csvLine(Object.values(COLUMNS).map((column) => column(key, now)));
    yield text;
    const last = keys.at(-1);
    if (!last || keys.length < BATCH) return;
    const { createdAt, id } = last;
    // The first condition is redundant, but lets the index scan start there.
    beyond = {
      AND: [{ createdAt: { lte: createdAt } }, { OR: [{ createdAt: { lt: createdAt } }, { id: { lt: id } }] }],
    };
    text = "";
  }
}
