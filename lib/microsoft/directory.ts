import "server-only";

import { z } from "zod";

import { askGraph, type GraphResult } from "@/lib/microsoft/graph-client";
import { shownText } from "@/lib/text/name";
import { emailProblem } from "@/lib/text/email";

/** A person in the directory; the id is the `oid` of their tokens. */
export interface DirectoryPerson {
  readonly oid: string;
  readonly name: string;
  /** The mailbox; null for guests and accounts without one, whose sign-in name receives no mail. */
  readonly email: string | null;
  /** Distinguishes people with the same name; not a mail address. */
  readonly signInName: string | null;
}

/** Why a member can no longer sign in with Microsoft. */
export type AccountProblem = "deleted" | "disabled";

/** Most people in a search result. */
const MAX_FOUND = 8;

/** Ids that Graph takes in one `in (…)`. */
const IDS_PER_CALL = 15;

/** Longest name and address that are kept, in characters. */
const MAX_NAME = 200;
const MAX_EMAIL = 320;

const user = z.object({
  id: z.guid().toLowerCase(),
  displayName: z.string().nullish(),
  mail: z.string().nullish(),
  userPrincipalName: z.string().nullish(),
});
const account = z.object({ id: z.guid().toLowerCase(), accountEnabled: z.boolean().nullish() });
const organisation = z.object({ value: z.array(z.object({ displayName: z.string() })) });

function toPerson({ id, displayName, mail, userPrincipalName }: z.infer<typeof user>): DirectoryPerson {
  const mailbox = shownText(mail ?? "", MAX_EMAIL);
  const email = emailProblem(mailbox) === null ? mailbox : null;
  const signInName = shownText(userPrincipalName ?? "", MAX_EMAIL) || null;
  return { oid: id, name: shownText(displayName ?? "", MAX_NAME) || (email ?? signInName ?? id), email, signInName };
}

/** Parses a Graph response; an unexpected shape counts as unavailable. */
function read<Schema extends z.ZodType>(result: GraphResult<unknown>, schema: Schema): GraphResult<z.output<Schema>> {
  if (!result.ok) return result;
  const parsed = schema.safeParse(result.data);
  return parsed.success ? { ok: true, data: parsed.data } : { ok: false, problem: "unavailable" };
}

/** Escapes text for the quotes of a `$search` clause. */
function inQuotes(text: string): string {
  return text.replace(/[\\"]/g, "\\$&");
}

/**
 * Finds people by name, e-mail or sign-in name; at most 8, enabled accounts only.
 * @param tid the Entra tenant
 * @param text what was typed
 */
export async function searchPeople(tid: string, text: string): Promise<GraphResult<DirectoryPerson[]>> {
  const words = inQuotes(text.trim().slice(0, 100));
  const query = new URLSearchParams({
    $search: ["displayName", "mail", "userPrincipalName"].map((property) => `"${property}:${words}"`).join(" OR "),
    $filter: "accountEnabled eq true",
    $select: "id,displayName,mail,userPrincipalName",
    $orderby: "displayName",
    $count: "true",
    $top: String(MAX_FOUND),
  });
  // Graph's advanced queries, such as `$search`, need this header.
  const answer = await askGraph(tid, `/users?${query.toString()}`, { ConsistencyLevel: "eventual" });
  const found = read(answer, z.object({ value: z.array(user) }));
  return found.ok ? { ok: true, data: found.data.value.map(toPerson) } : found;
}

/**
 * One person by object id.
 * @param oid a GUID
 * @returns null for an unknown one
 */
export async function findPerson(tid: string, oid: string): Promise<GraphResult<DirectoryPerson | null>> {
  const query = new URLSearchParams({ $select: "id,displayName,mail,userPrincipalName" });
  const found = read(await askGraph(tid, `/users/${encodeURIComponent(oid)}?${query.toString()}`), user.nullable());
  return found.ok ? { ok: true, data: found.data && toPerson(found.data) } : found;
}

/**
 * Which of these accounts were deleted or disabled in the directory.
 * @param oids object ids of people who once signed in
 * @returns only accounts with a problem
 */
export async function accountProblems(
  tid: string,
  oids: readonly string[],
): Promise<GraphResult<ReadonlyMap<string, AccountProblem>>> {
  const chunks: string[][] = [];
  for (let start = 0; start < oids.length; start += IDS_PER_CALL) chunks.push(oids.slice(start, start + IDS_PER_CALL));
  const answers = await Promise.all(
    chunks.map(async (ids) => {
      const query = new URLSearchParams({
        $filter: `id in (${ids.map((id) => `'${id}'`).join(",")})`,
        $select: "id,accountEnabled",
      });
      return read(await askGraph(tid, `/users?${query.toString()}`), z.object({ value: z.array(account) }));
    }),
  );
  const enabled = new Map<string, boolean>();
  for (const answer of answers) {
    if (!answer.ok) return answer;
    for (const { id, accountEnabled } of answer.data.value) enabled.set(id, accountEnabled !== false);
  }
  const problems = oids.flatMap((oid): [string, AccountProblem][] => {
    const state = enabled.get(oid.toLowerCase());
    return state === true ? [] : [[oid, state === undefined ? "deleted" : "disabled"]];
  });
  return { ok: true, data: new Map(problems) };
}

/** An organisation's name at Microsoft; null without one. */
export async function organisationName(tid: string): Promise<GraphResult<string | null>> {
  const found = read(await askGraph(tid, "/organization?$select=displayName"), organisation);
  return found.ok ? { ok: true, data: shownText(found.data.value[0]?.displayName ?? "", MAX_NAME) || null } : found;
}
