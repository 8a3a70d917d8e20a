import { RENDERED_FOR_FIELD, RENDERED_FOR_META } from "@/lib/auth/rendered-for";

import { signInByForms } from "../support/sign-in";
import { revocations } from "./key-scenarios";
import { bearer, type Scene } from "./scene";

/** One instance serves the dashboard and two the API: keys are revoked on the two, and the audit log of the one has it all. */
export async function entrances(scene: Scene): Promise<void> {
  const { fleet, checks, admin } = scene;
  const [dashboard, ...apis] = fleet.instances;
  if (!dashboard || apis.length === 0) throw new Error("a fleet without one instance of each kind");
  const statuses = async (path: string, headers = {}) =>
    Promise.all([dashboard, ...apis].map(async ({ url }) => (await fetch(url + path, { headers })).status));
  const ready = await statuses("/api/ready");
  const me = await statuses("/public-api/me", bearer(admin));
  const signIn = await statuses("/sign-in");
  checks.expect(
    "each instance serves its entrance only, and all are ready",
    String([ready, me, signIn]) === String([200, 200, 200, 404, 200, 200, 200, 404, 404]),
    { ready: ready.join(), me: me.join(), "sign-in": signIn.join() },
  );
  // Before any is killed.
  const jar = await signInByForms(dashboard.url, fleet.standInUrl, "Contoso Admin");
  const html = await (await jar.fetch(`${dashboard.url}/roles-access/audit-log`)).text();
  const [, own = ""] =
    new RegExp(`<meta name="${RENDERED_FOR_META}" content="[^"]*?([0-9a-f-]{36}\\.[0-9a-f-]{36})`).exec(html) ?? [];
  await revocations({ ...scene, fleet: { ...fleet, instances: apis } });
  const exported = await jar.fetch(
    `${dashboard.url}/roles-access/audit-log/export?format=ndjson&action=api_key.revoked`,
    {
      headers: { [RENDERED_FOR_FIELD]: own },
    },
  );
  const rows = (await exported.text()).split("\n").filter((line) => line.includes('"api_key.revoked"')).length;
  const recorded = await scene.db.query<{ n: number }>(
    "select count(*)::int as n from api_keys where revoked_at is not null",
  );
  const revoked = recorded.rows[0]?.n ?? -1;
  checks.expect("the dashboard's audit log has every revocation of the API's instances", rows === revoked, {
    rows,
    revoked,
  });
}
