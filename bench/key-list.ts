// Times the dashboard's page of 50 keys for a tenant with 10 keys and one with 10,000. Prints the times of every round in
// milliseconds as JSON: {"small": [...], "large": [...]}.
import type { MemberActor } from "@/lib/actor";
import { databaseNow, prisma } from "@/lib/db/client";
import { listKeys } from "@/lib/api-keys/list";

const ROUNDS = 60;
const WARM_UP = 30;

function actor(argument: string | undefined): MemberActor {
  const [tenantId = "", memberId = ""] = (argument ?? "").split(",");
  return {
    kind: "member",
    tenantId,
    memberId,
    role: "Admin",
    name: "Bench Admin",
    email: null,
    tenantName: "Bench",
    sessionId: memberId,
  };
}

async function time(who: MemberActor): Promise<number> {
  const now = await databaseNow();
  const started = performance.now();
  await listKeys(
    who,
    { q: "", status: null, creator: null, attention: null, sort: "created", dir: "desc", page: 1 },
    now,
  );
  return performance.now() - started;
}

const [small, large] = [actor(process.argv[2]), actor(process.argv[3])];
const times = { small: [] as number[], large: [] as number[] };
for (let round = -WARM_UP; round < ROUNDS; round++) {
  const pair = { small: await time(small), large: await time(large) };
  if (round < 0) continue;
  times.small.push(pair.small);
  times.large.push(pair.large);
}
process.stdout.write(`${JSON.stringify(times)}\n`);
await prisma().$disconnect();
