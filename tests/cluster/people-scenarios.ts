import type { MemberActor } from "@/lib/actor";
import { RENDERED_FOR_FIELD, RENDERED_FOR_META } from "@/lib/auth/rendered-for";

import { CONTOSO, NIGHTLY_SYNC } from "../../dev/microsoft/directory";
import { accessTokenByDeviceCode, accessTokenOfApplication, CookieJar, signInByForms } from "../support/sign-in";
import type { Fleet } from "./fleet";
import type { Verdict } from "./history";
import { Recorder } from "./recorder";
import { bearer, load, one, type Scene, seconds } from "./scene";

export async function roles({ fleet, db, admin, checks }: Scene): Promise<void> {
  const { changeRole, removeMember, restoreMember } = await import("@/lib/members/service");
  const { bindApplication, unbindApplication } = await import("@/lib/applications/service");
  const { databaseNow } = await import("@/lib/db/client");
  const person = (name: string) =>
    one<{ id: string; tenant_id: string }>(db, "select id, tenant_id from members where name = $1", [name]);
  const [boss, user] = [await person("Contoso Admin"), await person("Contoso User")];
  const actor: MemberActor = {
    kind: "member",
    tenantId: boss.tenant_id,
    memberId: boss.id,
    role: "Admin",
    name: "Contoso Admin",
    email: null,
    tenantName: "Contoso",
    sessionId: null,
  };
  const origin = { requestId: "00000000-0000-4000-8000-000000000000", clientAddress: null, userAgent: "test:cluster" };
  const token = await accessTokenByDeviceCode(fleet.standInUrl, "Contoso User");
  const sync = await accessTokenOfApplication(fleet.standInUrl, NIGHTLY_SYNC, CONTOSO.id);
  const ids = { clientId: NIGHTLY_SYNC.clientId, oid: NIGHTLY_SYNC.principals[CONTOSO.id] ?? "" };
  const chosen = { name: "Sync", role: "Integration", expiresAt: null, networks: [] as string[], note: null } as const;
  const bind = async () => bindApplication(actor, { ...ids, ...chosen }, { now: await databaseNow(), ...origin });
  const { id: applicationId } = await bind();
  const changes = [
    {
      what: "a removed member",
      token,
      path: "/public-api/agents?page_size=1",
      end: async () => removeMember(actor, user.id, { now: await databaseNow(), ...origin }),
      undo: async () => restoreMember(actor, user.id, { now: await databaseNow(), ...origin }),
    },
    {
      what: "an admin who was made a viewer",
      token,
      path: "/public-api/api-keys?page_size=1",
      end: async () => changeRole(actor, user.id, "Viewer", { now: await databaseNow(), ...origin }),
      undo: async () => changeRole(actor, user.id, "Admin", { now: await databaseNow(), ...origin }),
    },
    {
      what: "an unbound application",
      token: sync,
      path: "/public-api/agents?page_size=1",
      end: async () => unbindApplication(actor, applicationId, { now: await databaseNow(), ...origin }),
      undo: bind,
    },
  ];
  await changes[1]?.undo();
  for (const { what, token, path, end, undo } of changes) {
    const recorders: Recorder[] = [];
    for (let n = 0; n < 25; n++) {
      const recorder = new Recorder(fleet.instances);
      recorders.push(recorder);
      const stopLoad = load(6, () => recorder.call("person", path, bearer(token)));
      await seconds(0.1);
      await end();
      recorder.ended("person");
      await recorder.callAll("person", path, bearer(token));
      await stopLoad();
      await undo();
    }
    const verdicts = recorders.map((recorder) => recorder.verdict());
    const figures = total(verdicts);
    checks.expect(
      `${what} is refused by every instance once the change is acknowledged`,
      figures["wrongly accepted"] === 0 &&
        figures.refusedAfter >= verdicts.length * 3 &&
        figures.acceptedBefore > verdicts.length,
      figures,
    );
  }
  await changeRole(actor, user.id, "User", { now: await databaseNow(), ...origin });
  checks.expect(
    "every instance accepts the admin who made the changes",
    (await statusesOf(fleet, admin)).every((s) => s === 200),
  );
}

/** The sum over several histories. */
function total(verdicts: readonly Verdict[]) {
  const sum = (pick: (verdict: Verdict) => number) => verdicts.reduce((all, verdict) => all + pick(verdict), 0);
  return {
    times: verdicts.length,
    "wrongly accepted": sum(({ violations }) => violations.length),
    acceptedBefore: sum(({ acceptedBefore }) => acceptedBefore),
    refusedAfter: sum(({ refusedAfter }) => refusedAfter),
  };
}

async function statusesOf(fleet: Fleet, token: string): Promise<number[]> {
  const recorder = new Recorder(fleet.instances);
  await recorder.callAll("admin", "/public-api/me", bearer(token));
  return recorder.calls.map(({ status }) => status);
}

export async function signOuts({ fleet, checks }: Scene): Promise<void> {
  // A route that answers with a status; a page answers 200 and redirects later (e2e/attack/sessions.spec.ts).
  const page = "/roles-access/members/people?q=con";
  const verdicts: Verdict[] = [];
  for (let n = 0; n < 10; n++) {
    // It begins where the clock is five minutes fast and ends where it is five minutes slow, or vice versa.
    const [begins, ends] = n % 2 ? [1, 2] : [2, 1];
    const [from, back] = [fleet.instances[begins]?.url ?? "", fleet.instances[ends]?.url];
    const jar = await signInByForms(from, fleet.standInUrl, "Contoso Admin", new CookieJar(), back);
    const html = await (await jar.fetch(`${from}/agents`)).text();
    const own = new RegExp(`<meta name="${RENDERED_FOR_META}" content="[^"]*?([0-9a-f-]{36}\\.[0-9a-f-]{36})`).exec(
      html,
    );
    const copy = { cookie: jar.header, [RENDERED_FOR_FIELD]: own?.[1] ?? "" };
    const recorder = new Recorder(fleet.instances);
    await recorder.callAll("session", page, copy);
    const stopLoad = load(3, () => recorder.call("session", page, copy));
    const answer = await jar.post(fleet.url, "/api/auth/signout");
    if (answer.status >= 400) throw new Error(`sign-out answered ${String(answer.status)}`);
    recorder.ended("session");
    await recorder.callAll("session", page, copy);
    await stopLoad();
    verdicts.push(recorder.verdict());
  }
  const figures = total(verdicts);
  checks.expect(
    "a copied cookie is refused by every instance after the sign-out",
    figures["wrongly accepted"] === 0 && figures.acceptedBefore >= 30 && figures.refusedAfter >= 30,
    figures,
  );
}
