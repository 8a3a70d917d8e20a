// Times what the dashboard reads for its list of keys and for a key's page. Arguments: tenant,member,key of an organisation without
// keys, of one whose only key was never used, and of one with many keys. Prints the times of every round in milliseconds as JSON:
// {"list": {"few": [...], "many": [...]}, "page": ...}.
import type { MemberActor } from "@/lib/actor";
import { countAttention } from "@/lib/api-keys/attention";
import { readLineage } from "@/lib/api-keys/lineage";
import { listCreators } from "@/lib/api-keys/creators";
import { listKeys } from "@/lib/api-keys/list";
import { loadKeyListUrl } from "@/lib/api-keys/list-url";
import { readKeyUsage } from "@/lib/api-keys/usage/read";
import { listAuditEvents } from "@/lib/audit-log/list";
import { databaseNow, prisma } from "@/lib/db/client";

const ROUNDS = 60;
const WARM_UP = 30;

interface Side {
  readonly actor: MemberActor;
  readonly keyId: string;
}

function side(argument: string): Side {
  const [tenantId = "", memberId = "", keyId = ""] = argument.split(",");
  const person = { role: "Admin", name: "Bench Admin", email: null, tenantName: "Bench" } as const;
  return { actor: { kind: "member", tenantId, memberId, sessionId: memberId, ...person }, keyId };
}

const url = loadKeyListUrl({});

const READS = {
  list: ({ actor }: Side, now: Date) =>
    Promise.all([listKeys(actor, url, now), listCreators(actor, null), countAttention(actor, now)]),
  page: ({ actor, keyId }: Side, now: Date) =>
    Promise.all([
      readLineage(actor, keyId, now),
      readKeyUsage(actor, keyId, "13mo", now),
      listAuditEvents(actor, { targetId: keyId }, { size: 10 }),
    ]),
};

async function time(read: (side: Side, now: Date) => Promise<unknown>, of: Side): Promise<number> {
  const now = await databaseNow();
  const started = performance.now();
  await read(of, now);
  return performance.now() - started;
}

const [empty, unused, many] = process.argv.slice(2).map(side) as [Side, Side, Side];
const FEW = { list: empty, page: unused };
const noTimes = () => ({ few: [] as number[], many: [] as number[] });
const times = { list: noTimes(), page: noTimes() };
for (let round = -WARM_UP; round < ROUNDS; round++) {
  for (const what of ["list", "page"] as const) {
    const pair = { few: await time(READS[what], FEW[what]), many: await time(READS[what], many) };
    if (round < 0) continue;
    times[what].few.push(pair.few);
    times[what].many.push(pair.many);
  }
}
process.stdout.write(`${JSON.stringify(times)}\n`);
await prisma().$disconnect();
