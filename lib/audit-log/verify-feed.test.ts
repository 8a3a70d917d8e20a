import { describe, expect, it } from "vitest";

import { CHAIN_START, rowHash } from "@/lib/audit-log/chain";
import { jsonbText } from "@/lib/audit-log/jsonb-text";
import { feedLine, verifyFeed } from "@/lib/audit-log/verify-feed";

const TENANT = "0190a1b2-0000-7000-8000-000000000001";
const idOf = (n: number) => `0190a1b2-0000-7000-8000-${String(n).padStart(12, "0")}`;

interface Event {
  seq: number;
  id: string;
  action: string;
  target: { type: string; id: string; name: string };
  previous_hash: string;
  hash: string;
  [name: string]: unknown;
}

/** An event as the API shows it, with its hash. */
function event(seq: number, previous: string, name = `event ${seq}`, tenant = TENANT): Event {
  const at = Date.UTC(2026, 10, 1, 9, 0, seq);
  const shown = {
    id: idOf(seq),
    at: new Date(at).toISOString(),
    action: "agent.updated",
    actor: { kind: "member", id: idOf(100), name: "Ada" },
    target: { type: "agent", id: idOf(200), name },
    request_id: idOf(300),
    client_address: null,
    user_agent: "curl/8.5.0",
    details: { fields: ["a", "b"], n: seq },
    tenant_id: tenant,
    seq,
    previous_hash: previous,
  };
  const hash = rowHash(previous, {
    tenantId: tenant,
    seq,
    id: shown.id,
    at,
    action: shown.action,
    actorKind: "MEMBER",
    actorId: shown.actor.id,
    actorName: "Ada",
    targetType: "agent",
    targetId: shown.target.id,
    targetName: name,
    requestId: shown.request_id,
    clientAddress: null,
    userAgent: "curl/8.5.0",
    details: jsonbText(shown.details),
  });
  return { ...shown, hash };
}

/** The events of a chain from `first` on. */
function chain(count: number, first = 1, previous = CHAIN_START): Event[] {
  const events: Event[] = [];
  for (let seq = first; seq < first + count; seq++) events.push(event(seq, events.at(-1)?.hash ?? previous));
  return events;
}

async function verify(events: readonly (Event | string)[], filtered = false) {
  // eslint-disable-next-line @typescript-eslint/require-await -- lines come one by one
  async function* lines() {
    for (const line of events) yield typeof line === "string" ? line : JSON.stringify(line);
  }
  return verifyFeed(lines(), { filtered });
}
const wrong = async (events: readonly (Event | string)[], filtered = false) => (await verify(events, filtered))?.wrong;

/** A copy with one line changed. */
const changed = (events: readonly Event[], at: number, change: Partial<Event>) =>
  events.map((one, n) => (n === at ? { ...one, ...change } : one));

/** A copy with one event rewritten and its hash made anew. */
const rewritten = (events: readonly Event[], at: number) =>
  events.map((one, n) => (n === at ? event(one.seq, one.previous_hash, "rewritten") : one));

describe.each([
  ["oldest first", (events: readonly Event[]) => [...events]],
  ["newest first", (events: readonly Event[]) => [...events].reverse()],
])("a feed, %s,", (_, inOrder) => {
  const count = 6;
  const events = inOrder(chain(count));
  const seqAt = (n: number) => events[n]!.seq;

  it("is intact, also from the middle, with one event and with empty lines", async () => {
    const middle = inOrder(chain(3, 40, "ab".repeat(32)));
    for (const feed of [events, events.slice(2), events.slice(1, 2), middle, [...events, "", ""]])
      expect(await wrong(feed)).toBeNull();
    expect(feedLine((await verify(events))!)).toBe(
      `ok       organisation ${TENANT}: 6 events, places 1 to 6; the hash before them is ${CHAIN_START}, the last one's ${chain(6)[5]!.hash}`,
    );
  });

  it.each([0, 1, 3, 5])("names line %i + 1 when its event is altered", async (at) => {
    const one = events[at]!;
    const target = { ...one.target, name: "altered" };
    const changes = [
      { target },
      { details: {} },
      { hash: "00".repeat(32) },
      { at: "2026-11-01T09:00:00.001Z" },
      { actor: { kind: "MEMBER" } },
      { user_agent: null },
      { tenant_id: idOf(999) },
    ];
    for (const change of changes) expect((await wrong(changed(events, at, change)))?.line).toBe(at + 1);
  });

  it("names the line of an event that was rewritten with a hash of its own", async () => {
    for (const at of [1, 2, 4]) expect((await wrong(rewritten(events, at)))?.line).toBe(at + 1);
  });

  it("names the line where events are missing, unless the feed was filtered", async () => {
    const feed = events.filter((_, n) => n !== 2 && n !== 3);
    const [low, high] = [Math.min(seqAt(2), seqAt(3)), Math.max(seqAt(2), seqAt(3))];
    const above = feed.findIndex(({ seq }) => seq === high + 1) + 1;
    expect(await wrong(feed)).toEqual({ line: above, why: `events ${low} to ${high} are missing before it` });
    expect(await wrong(feed, true)).toBeNull();
    expect((await wrong(changed(feed, 2, { details: {} }), true))?.line).toBe(3);
    expect((await wrong(changed(feed, 1, { details: {} }), true))?.line).toBe(2);
  });

  it("names a repeated line, one of another organisation and one that is no event", async () => {
    const twice = [...events.slice(0, 3), ...events.slice(2)];
    expect(await wrong(twice)).toMatchObject({
      line: 4,
      why: expect.stringContaining("does not belong here") as string,
    });
    // Lists are ordered by time, which is not quite the order of the chain.
    expect(await wrong([...events.slice(0, 4), events[5]!, events[4]!])).toBeNull();
    const other = event(seqAt(5), events[5]!.previous_hash, "x", idOf(999));
    expect((await wrong([...events.slice(0, 5), other]))?.line).toBe(6);
    for (const text of ["{", "null", "[]", '"text"', "{}", '{"seq":"1"}', JSON.stringify(events[3]).slice(0, -1)])
      expect((await wrong([...events.slice(0, 3), text]))?.line).toBe(4);
  });
});

it("a file without lines has nothing to verify", async () => {
  expect(await verify([])).toBeNull();
  expect(await verify([" "])).toBeNull();
});

it("a line of an older export says what it lacks", async () => {
  expect(await wrong(['{"place":1}'])).toMatchObject({
    line: 1,
    why: expect.stringContaining("older release") as string,
  });
});
