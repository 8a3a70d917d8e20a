import { anotherPerson, type Database, expect, filterBy, filterChip, setting, signIn, TENANTS, test } from "./fixtures";

const PREFIX = "E2E agent";

/** A new agent, the organisation's newest. */
async function addAgent(db: Database, name: string, tenant = TENANTS.contoso, more = ""): Promise<string> {
  const [made] = await db.query<{ id: string }>(
    `insert into agents (id, tenant_id, name, description, autonomy_type, trigger_type, enabled, created_at, updated_at)
     select gen_random_uuid(), t.id, $2, 'Found by its description ${more}', 'AGENTIC', 'SCHEDULED', true, now(), now()
     from tenants t where t.entra_tenant_id = $1::uuid returning id`,
    [tenant, name],
  );
  return made?.id ?? "";
}

const agentOf = async (db: Database, id: string) =>
  (await db.query("select name, description, enabled from agents where id = $1::uuid", [id]))[0];
const eventsOf = (db: Database, id: string) =>
  db.query(
    "select actor_name, action, details->'changed' as changed from audit_events where target_id = $1::uuid order by at",
    [id],
  );
const removeAgents = (db: Database) => db.query("delete from agents where name like $1 || '%'", [PREFIX]);

test.beforeEach(({ db }) => removeAgents(db));
test.afterEach(({ db }) => removeAgents(db));

for (const person of ["Contoso User", "Contoso Admin"] as const) {
  test(`${person} switches an agent in the list and on its page, and edits it there, each with its audit row`, async ({
    page,
    db,
  }) => {
    const id = await addAgent(db, `${PREFIX} of ${person}`);
    await signIn(page, person, "/agents");
    const toggle = page.getByRole("switch", { name: `${PREFIX} of ${person}` });
    await expect(toggle).toBeChecked();
    await toggle.click();
    await expect(toggle).not.toBeChecked();
    await page.getByText(`${PREFIX} of ${person} is off.`).waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await expect(page.getByText(`${PREFIX} of ${person} is on again.`)).toBeVisible();
    await expect(toggle).toBeChecked();
    await expect(toggle).toBeFocused();
    expect(await agentOf(db, id)).toMatchObject({ enabled: true });
    await toggle.click();
    await expect.poll(() => agentOf(db, id)).toMatchObject({ enabled: false });
    await page.reload();
    await expect(toggle).not.toBeChecked();

    await page.getByRole("link", { name: `${PREFIX} of ${person}` }).click();
    await expect(page).toHaveURL(new RegExp(`/agents/${id}$`));
    await expect(page.getByRole("heading", { level: 1, name: `${PREFIX} of ${person}` })).toBeVisible();
    await expect(page.getByRole("main")).toContainText("Agentic");
    await expect(page.getByRole("main")).toContainText("Scheduled");
    await toggle.press("Space");
    await expect(toggle).toBeChecked();
    await expect.poll(() => agentOf(db, id)).toMatchObject({ enabled: true });

    await page.getByRole("button", { name: "Edit" }).click();
    const name = page.getByRole("textbox", { name: "Name" });
    await name.fill(" ");
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.getByText("Enter a name.")).toBeVisible();
    await name.fill("x".repeat(201));
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.getByText("It must have 1 to 200 characters.")).toBeVisible();
    await name.fill(`${PREFIX} renamed`);
    await page.getByRole("textbox", { name: "Description" }).fill("Two lines,\nboth kept");
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.getByRole("heading", { level: 1, name: `${PREFIX} renamed` })).toBeVisible();
    await expect(page.getByText("Saved.")).toBeVisible();
    expect(await agentOf(db, id)).toEqual({
      name: `${PREFIX} renamed`,
      description: "Two lines,\nboth kept",
      enabled: true,
    });
    expect(await eventsOf(db, id)).toEqual([
      ...Array.from({ length: 4 }, () => ({ actor_name: person, action: "agent.updated", changed: ["enabled"] })),
      { actor_name: person, action: "agent.updated", changed: expect.arrayContaining(["name", "description"]) },
    ]);
  });
}

test("a held Enter switches an agent once", async ({ page, db }) => {
  const id = await addAgent(db, `${PREFIX} held`);
  await signIn(page, "Contoso User", `/agents/${id}`);
  const toggle = page.getByRole("switch");
  await page.waitForLoadState("networkidle");
  await toggle.focus();
  for (let time = 0; time < 10; time++) {
    await page.keyboard.down("Enter");
    await page.waitForTimeout(100);
  }
  await page.keyboard.up("Enter");
  await expect(toggle).not.toBeChecked();
  await expect.poll(() => eventsOf(db, id)).toHaveLength(1);
});

test("a Viewer can read agents but not change them, and sees no Roles & Access", async ({ page, db }) => {
  const id = await addAgent(db, `${PREFIX} to read`);
  await signIn(page, "Contoso Viewer", "/agents");
  await page.getByRole("link", { name: `${PREFIX} to read` }).click();
  await expect(page.getByRole("heading", { level: 1, name: `${PREFIX} to read` })).toBeVisible();
  for (const path of ["/agents", `/agents/${id}`]) {
    await page.goto(path);
    await expect(page.getByRole("main")).toContainText("On");
    await expect(page.getByRole("switch")).toHaveCount(0);
    await expect(page.getByRole("button", { name: "Edit" })).toHaveCount(0);
    await expect(page.getByRole("link", { name: "Roles & Access" })).toHaveCount(0);
  }
});

test("an edit keeps concurrent changes, and after a demotion it is refused with the text kept", async ({
  page,
  db,
}) => {
  const id = await addAgent(db, `${PREFIX} shared`);
  await signIn(page, "Contoso User", `/agents/${id}`);
  await page.getByRole("button", { name: "Edit" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill(`${PREFIX} mine`);
  await db.query("update agents set description = 'Theirs' where id = $1::uuid", [id]);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { level: 1, name: `${PREFIX} mine` })).toBeVisible();
  await expect(page.getByRole("main")).toContainText("Theirs");

  await page.getByRole("button", { name: "Edit" }).click();
  await page.getByRole("textbox", { name: "Description" }).fill("Typed before the demotion");
  await db.query("update members set role = 'Viewer' where name = 'Contoso User'");
  try {
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.getByRole("dialog").getByRole("alert")).toContainText("User role");
    await expect(page.getByRole("textbox", { name: "Description" })).toHaveValue("Typed before the demotion");
    expect(await agentOf(db, id)).toMatchObject({ description: "Theirs" });
    await page.reload();
    await expect(page.getByRole("heading", { level: 1, name: `${PREFIX} mine` })).toBeVisible();
    await expect(page.getByRole("button", { name: "Edit" })).toHaveCount(0);
  } finally {
    await db.query("update members set role = 'User' where name = 'Contoso User'");
  }
});

test("search, filters and pages are in the URL; a page beyond the last shows the last", async ({ page, db }) => {
  await db.query(
    `insert into agents (id, tenant_id, name, autonomy_type, trigger_type, enabled, created_at, updated_at)
     select gen_random_uuid(), t.id, $2 || ' ' || lpad(n::text, 3, '0'), 'CONVERSATIONAL', 'NONE', n > 2,
       now() - n * interval '1 second', now()
     from tenants t cross join generate_series(1, 120) n where t.entra_tenant_id = $1::uuid`,
    [TENANTS.contoso, PREFIX],
  );
  await addAgent(db, `${PREFIX} 50%_off`, TENANTS.contoso, "zebra");
  await signIn(page, "Contoso Viewer", `/agents?q=${encodeURIComponent(PREFIX)}`);
  await expect(page.getByText("1–50 of 121 agents")).toBeVisible();
  await page.getByRole("link", { name: "Next" }).click();
  await expect(page.getByText("51–100 of 121 agents")).toBeVisible();
  await expect(page.getByRole("rowheader").first()).toContainText(`${PREFIX} 050`);
  await page.goto(`/agents?q=${encodeURIComponent(PREFIX)}&page=99`);
  await expect(page.getByText("101–121 of 121 agents")).toBeVisible();

  await filterBy(page, "State", "Off");
  await expect(page.getByText("1–2 of 2 agents")).toBeVisible();
  await filterBy(page, "Type", "Agentic");
  await expect(page.getByRole("heading", { name: "No agent matches" })).toBeVisible();
  await page.getByRole("link", { name: "Clear search and filters" }).click();
  await expect(filterChip(page, "State")).toHaveText("State");

  for (const words of ["ZEBRA", "50%_"]) {
    await page.getByRole("searchbox").fill(words);
    await expect(page).toHaveURL((url) => url.searchParams.get("q") === words);
    await expect(page.getByRole("rowheader")).toHaveCount(1);
    await expect(page.getByRole("rowheader")).toContainText(`${PREFIX} 50%_off`);
  }
  await page.reload();
  await expect(page.getByRole("searchbox")).toHaveValue("50%_");
  await expect(page.getByRole("rowheader")).toHaveCount(1);
  await page.goto("/agents?q=%00&state=maybe&type=x&page=-3");
  await expect(page.getByRole("rowheader")).not.toHaveCount(0);
});

test("another organisation's agent is not found", async ({ page, db }) => {
  const id = await addAgent(db, `${PREFIX} of Fabrikam`, TENANTS.fabrikam);
  await signIn(page, "Contoso Admin", `/agents?q=${encodeURIComponent(PREFIX)}`);
  await expect(page.getByRole("heading", { name: "No agent matches" })).toBeVisible();
  for (const path of [`/agents/${id}`, "/agents/00000000-0000-7000-8000-000000000000", "/agents/nonsense"]) {
    await page.goto(path);
    await expect(page.getByRole("heading", { name: "Agent not found" })).toBeVisible();
    expect(await page.content()).not.toContain(`${PREFIX} of Fabrikam`);
  }
  const owner = await anotherPerson(page.context(), "Fabrikam Admin", `/agents/${id}`);
  await expect(owner.getByRole("heading", { level: 1, name: `${PREFIX} of Fabrikam` })).toBeVisible();
  expect(new URL(owner.url()).origin).toBe(setting("NEO_E2E_URL"));
});
