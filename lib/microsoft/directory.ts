import "server-only";

import { z } from "zod";

import { askGraph, callGraph, type GraphFailure, type GraphResult } from "@/lib/microsoft/graph-client";
import { shownText } from "@/lib/text/name";
import { emailProblem } from "@/lib/text/email";

/** Why a member can no longer sign in with Microsoft. */
export type AccountProblem = "deleted" | "disabled";

/** Most people in a search result. */
const MAX_FOUND = 8;

/** Ids that Graph takes in one `in (…)`. */
const IDS_PER_CALL = 15;

/** Calls for one organisation that run at the same time. */
const CALLS_AT_ONCE = 4;

/** The result of a call that was too late to make. */
const LATE: GraphFailure = { ok: false, problem: "unavailable", cause: "Microsoft Graph took too long" };

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

/** Runs tasks, {@link CALLS_AT_ONCE} at a time, until one returns a failure; the others that run by then finish. */
async function untilFailure(tasks: readonly (() => Promise<GraphFailure | null>)[]): Promise<GraphFailure | null> {
  let next = 0;
  let failed: GraphFailure | null = null;
  const lane = async () => {
    for (let task = tasks[next++]; task && !failed; task = tasks[next++]) {
      const failure = await task();
      failed ??= failure;
    }
  };
  await Promise.all(Array.from({ length: CALLS_AT_ONCE }, lane));
  return failed;
}

/**
 * Which of these accounts are enabled, as far as Graph responded; no entry for an account that it doesn't list.
 * @param call {@link callGraph} or {@link askGraph}
 */
async function readEnabled(call: typeof callGraph, tid: string, oids: readonly string[]) {
  const enabled = new Map<string, boolean | null>();
  const chunks: string[][] = [];
  for (let start = 0; start < oids.length; start += IDS_PER_CALL) chunks.push(oids.slice(start, start + IDS_PER_CALL));
  const failure = await untilFailure(
    chunks.map((ids) => async () => {
      const query = new URLSearchParams({
        $filter: `id in (${ids.map((id) => `'${id}'`).join(",")})`,
        $select: "id,accountEnabled",
      });
      const answer = await call(tid, `/users?${query.toString()}`, listOf(account));
      if (!answer.ok) return answer;
      for (const { id, accountEnabled } of answer.data) enabled.set(id, accountEnabled ?? null);
      return null;
    }),
  );
  return { enabled, failure };
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
  const { enabled, failure } = await readEnabled(askGraph, tid, oids);
  if (failure) return failure;
  const problems = oids.flatMap((oid): [string, AccountProblem][] => {
    const state = enabled.get(oid.toLowerCase());
    return state === true || state === null ? [] : [[oid, state === undefined ? "deleted" : "disabled"]];
  });
  return { ok: true, data: new Map(problems) };
}

/** What Microsoft said of an account. */
export type AccountState = AccountProblem | "enabled";

/**
 * The states of accounts, each as Microsoft said it: "disabled", "enabled", or "deleted" for an object that it reported as not found. A
 * list without an account proves nothing, so each of these is asked for by itself.
 * @param isLate when to stop
 * @returns what is known, and why that isn't everything
 */
export async function accountStates(tid: string, oids: readonly string[], isLate: () => boolean) {
  const states = new Map<string, AccountState>();
  const call: typeof callGraph = async (...request) => (isLate() ? LATE : callGraph(...request));
  const { enabled, failure } = await readEnabled(call, tid, oids);
  const note = (oid: string, isEnabled: boolean | null | undefined) => {
    if (typeof isEnabled === "boolean") states.set(oid, isEnabled ? "enabled" : "disabled");
  };
  for (const [oid, isEnabled] of enabled) note(oid, isEnabled);
  if (failure) return { states, failure };
  const unlisted = oids.filter((oid) => !enabled.has(oid));
  const failed = await untilFailure(
    unlisted.map((oid) => async () => {
      const answer = await call(tid, `/users/${oid}?$select=id,accountEnabled`, account.nullable());
      if (!answer.ok) return answer;
      if (answer.data) note(oid, answer.data.accountEnabled);
      else states.set(oid, "deleted");
      return null;
    }),
  );
  return { states, failure: failed };
}

/** An organisation's name at Microsoft; null without one. */
export async function organisationName(tid: string): Promise<GraphResult<string | null>> {
  const name = listOf(organisation).transform(([own]) => shownText(own?.displayName ?? "", MAX_NAME) || null);
  return askGraph(tid, "/organization?$select=displayName", name);
}
