import { expect, it } from "vitest";

import { prisma } from "@/lib/db/client";

import { DEMO_TENANTS, STAND_IN_ACCOUNTS } from "../dev/microsoft/directory";
import { seedDemo } from "./seed";

const demo = { entraTenantId: { in: DEMO_TENANTS.map((tenant) => tenant.id) } };

it("fills the demo once and leaves existing members unchanged", async () => {
  await seedDemo(prisma());
  const members = () =>
    prisma().member.findMany({ where: { tenant: demo }, orderBy: { oid: "asc" }, include: { tenant: true } });
  const first = await members();
  expect(first.map(({ oid, role, tenant }) => [tenant.entraTenantId, oid, role])).toEqual(
    STAND_IN_ACCOUNTS.filter(
      (person) => person.roles.length > 0 && DEMO_TENANTS.some((tenant) => tenant.id === person.tid),
    )
      .map((person) => [person.tid, person.oid, person.roles[0]])
      .sort((a, b) => String(a[1]).localeCompare(String(b[1]))),
  );
  const agents = await prisma().agent.count({ where: { tenant: demo } });
  expect(agents).toBeGreaterThan(DEMO_TENANTS.length * 12);

  const { id } = first[0]!;
  await prisma().member.update({ where: { id }, data: { name: "Renamed", role: "Viewer" } });
  await seedDemo(prisma());
  const second = await members();
  expect(second).toHaveLength(first.length);
  expect(second.find((member) => member.id === id)).toMatchObject({ name: "Renamed", role: "Viewer" });
  expect(await prisma().agent.count({ where: { tenant: demo } })).toBe(agents);
});
