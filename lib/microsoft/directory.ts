import "server-only";

import { z } from "zod";

import { askGraph, type GraphResult } from "@/lib/microsoft/graph-client";
import { shownText } from "@/lib/text/name";
import { emailProblem } from "@/lib/text/email";

/** Why a member can no longer sign in with Microsoft. */
export type AccountProblem = "deleted" | "disabled";

/** Most people in a search result. */
const MAX_FOUND = 8;

/** Ids that Graph takes in one `in (…)`. */
const IDS_PER_CALL = 15;

/** Longest name and address that are kept, in characters. */
const MAX_NAME = 200;
const MAX_EMAIL = 320;

const listOf = <Schema extends z.ZodType>(item: Schema) =>
  z.object({ value: z.array(item) }).transform(({ value }) => value);

const person = z
  .object({
    id: z.guid().toLowerCase(),
    displayName: z.string().nullish(),
    mail: z.string().nullish(),
    userPrincipalName: z.string().nullish(),
  })
  .transform(({ id, displayName, mail, userPrincipalName }) => {
    const mailbox = shownText(mail ?? "", MAX_EMAIL);
    const email = emailProblem(mailbox) === null ? mailbox : null;
    const signInName = shownText(userPrincipalName ?? "", MAX_EMAIL) || null;
    const name = shownText(displayName ?? "", MAX_NAME) || (email ?? signInName ?? id);
    return {
      oid: id,
      name,
      /** The mailbox; null for guests and accounts without one, whose sign-in name receives no mail. */
      email,
      /** Distinguishes people with the same name; not a mail address. */
      signInName,
    };
  });

/** A person in the directory; the id is the `oid` of their tokens. */
export type DirectoryPerson = z.output<typeof person>;

const account = z.object({ id: z.guid().toLowerCase(), accountEnabled: z.boolean().nullish() });
const organisation = z.object({ displayName: z.string() });

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
  return askGraph(tid, `/users?${query.toString()}`, listOf(person), { ConsistencyLevel: "eventual" });
}

/**
 * One person by object id.
 * @param oid a GUID
 * @returns null for an unknown one
 */
export async function findPerson(tid: string, oid: string): Promise<GraphResult<DirectoryPerson | null>> {
  const query = new URLSearchParams({ $select: "id,displayName,mail,userPrincipalName" });
  return askGraph(tid, `/users/${encodeURIComponent(oid)}?${query.toString()}`, person.nullable());
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
    chunks.map((ids) => {
      const query = new URLSearchParams({
        $filter: `id in (${ids.map((id) => `'${id}'`).join(",")})`,
        $select: "id,accountEnabled",
      });
      return askGraph(tid, `/users?${query.toString()}`, listOf(account));
    }),
  );
  const enabled = new Map<string, boolean>();
  for (const answer of answers) {
    if (!answer.ok) return answer;
    for (const { id, accountEnabled } of answer.data) enabled.set(id, accountEnabled !== false);
  }
  const problems = oids.flatMap((oid): [string, AccountProblem][] => {
    const state = enabled.get(oid.toLowerCase());
    return state === true ? [] : [[oid, state === undefined ? "deleted" : "disabled"]];
  });
  return { ok: true, data: new Map(problems) };
}

/** An organisation's name at Microsoft; null without one. */
export async function organisationName(tid: string): Promise<GraphResult<string | null>> {
  const name = listOf(organisation).transform(([own]) => shownText(own?.displayName ?? "", MAX_NAME) || null);
  return askGraph(tid, "/organization?$select=displayName", name);
}
