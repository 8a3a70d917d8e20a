import { MEMBERS_PATH } from "@/components/shell/paths";
import { jsonHandler } from "@/lib/auth/json-handler";
import { findPeople } from "@/lib/members/people";

/** Minimum length of a search text, in characters. */
const LEAST = 2;

/** The people picker's search in the organisation's directory, for admins. */
export const GET = jsonHandler(`${MEMBERS_PATH}/people`, "Admin", async (actor, query) => {
  const text = (query.get("q") ?? "").trim().toWellFormed();
  if (text.length < LEAST) return { body: { people: [] } };
  const found = await findPeople(actor, text);
  return found.ok ? { body: { people: found.data } } : { status: 503, body: { problem: found.problem } };
});
