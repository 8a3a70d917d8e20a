import "server-only";

import { z } from "zod";

import { askGraph, type GraphResult } from "@/lib/microsoft/graph-client";
import { shownText } from "@/lib/text/name";
import { emailProblem } from "@/lib/text/email";

/** A person of the directory. The id is the `oid` of that person's tokens. */
export interface DirectoryPerson {
  readonly oid: string;
  readonly name: string;
  /** The mailbox; null for guests and accounts without one, to whose sign-in name nothing can be mailed. */
  readonly email: string | null;
  /** What tells people of the same name apart; no address to mail to. */
  readonly signInName: string | null;
}

/** Why a member cannot sign in at Microsoft any more. */
export type AccountProblem = "deleted" | "disabled";

/** People that a search lists. */
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

/** Reads what Graph answered; an answer of another form counts as no answer. */
function read<Schema extends z.ZodType>(result: GraphResult<unknown>, schema: Schema): GraphResult<z.output<Schema>> {
  if (!result.ok) return result;
  const parsed = schema.safeParse(result.data);
  return parsed.success ? { ok: true, data: parsed.data } : { ok: false, problem: "unavailable" };
}

/** Text inside the quotes of a `$search` clause: quotes and backslashes are escaped, so that it stays inside. */
function inQuotes(text: string): string {
  return text.replace(/[\\"]/g, "\\$&");
}

/**
 * People of a directory whose name, e-mail or sign-in name has these words; at most 8, enabled accounts only.
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
  // `$search` is one of Graph's advanced queries, which need this header.
  const answer = await askGraph(tid, `/users?${query.toString()}`, { ConsistencyLevel: "eventual" });
  const found = read(answer, z.object({ value: z.array(user) }));
  return found.ok ? { ok: true, data: found.data.value.map(toPerson) } : found;
}

/**
 * One person of a directory by object id.
 * @param oid a GUID
 * @returns null for somebody who is not in it
 */
export async function findPerson(tid: string, oid: string): Promise<GraphResult<DirectoryPerson | null>> {
  const query = new URLSearchParams({ $select: "id,displayName,mail,userPrincipalName" });
  const found = read(await askGraph(tid, `/users/${encodeURIComponent(oid)}?${query.toString()}`), user.nullable());
  return found.ok ? { ok: true, data: found.data && toPerson(found.data) } : found;
}

/**
 * Which of these accounts were deleted or disabled in the directory.
 * @param oids object ids of people who once signed in
 * @returns those with a problem; the others are fine
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

/** What an organisation is called at Microsoft; null where it has no name. */
export async function organisationName(tid: string): Promise<GraphResult<string | null>> {
  const found = read(await askGraph(tid, "/organization?$select=displayName"), organisation);
  return found.ok ? { ok: true, data: shownText(found.data.value[0]?.displayName ?? "", MAX_NAME) || null } : found;
}
