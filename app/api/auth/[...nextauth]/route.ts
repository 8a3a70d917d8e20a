import NextAuth from "next-auth";
import type { NextRequest } from "next/server";

import {
  begunConfirmation,
  confirmationLocation,
  confirmationParameters,
  endedConfirmation,
  readConfirmation,
} from "@/lib/auth/confirmation";
import { CONFIRM_FIELD } from "@/lib/auth/confirmation-outcome";
import { assertOwnPage, currentSession, SIGNED_OUT } from "@/lib/auth/guard";
import { authOptions, collectEvents } from "@/lib/auth/options";
import { readCallback, readMicrosoftError } from "@/lib/auth/microsoft-errors";
import { refusedCookie } from "@/lib/auth/refused-visitor";
import { readSessionId } from "@/lib/auth/session-cookie";
import { RENDERED_FOR_FIELD } from "@/lib/auth/rendered-for";
import { signInErrorParameter } from "@/lib/auth/sign-in-errors";
import { isHttps } from "@/lib/config/env";
import { AppError } from "@/lib/errors/app-error";
import { STATUS } from "@/lib/errors/codes";
import { log, warnSampled } from "@/lib/logging/log";
import { runWithRequestId } from "@/lib/http/request-id";
import { counts } from "@/lib/telemetry/counts";

interface Context {
  params: Promise<{ nextauth: string[] }>;
}

/** The NextAuth routes in use. NextAuth's log endpoint is left out: anyone could write to this app's log. */
const ACTIONS = new Set(["signin", "callback", "signout", "csrf", "providers", "error"]);

/** Maximum length of a logged parameter, in characters. */
const MAX_LOGGED = 60;

function json(status: number, body: unknown): Response {
  return Response.json(body, { status, headers: { "Cache-Control": "no-store" } });
}

/** The sign-in page by way of NextAuth, which remembers the person's destination. */
const signInLocation = (error: string) => `/api/auth/signin?error=${encodeURIComponent(error)}`;

/**
 * The response to a callback without a sign-in (a refusal, a cancellation, or an admin's consent), or null for any other.
 * @param confirming whether the member was to confirm that it's them
 */
async function endedAtMicrosoft(query: URLSearchParams, confirming: boolean): Promise<Response | null> {
  const error = query.get("error");
  const subcode = query.get("error_subcode");
  const description = query.get("error_description") ?? "";
  const reason = readCallback({ error, subcode, description, adminConsent: query.get("admin_consent") });
  if (reason === null) return null;
  const microsoft = readMicrosoftError(description);
  // Without the description: it may contain an e-mail address.
  const details = { reason, error: error?.slice(0, MAX_LOGGED), subcode: subcode?.slice(0, MAX_LOGGED), ...microsoft };
  if (reason === "consent-given") log().info(details, "an admin approved the application");
  else {
    warnSampled(details, "Microsoft sent the person back without a sign-in");
    counts.signIn(reason);
  }
  const Location = confirming
    ? await confirmationLocation(reason === "cancelled" ? reason : "failed")
    : signInLocation(signInErrorParameter(reason, microsoft.code));
  return new Response(null, { status: 302, headers: { Location, "Cache-Control": "no-store" } });
}

/** Sends the member to Microsoft, to confirm that it's them. */
async function confirm(request: NextRequest, context: Context): Promise<Response> {
  const signedIn = await currentSession();
  if (!signedIn) return json(401, { message: SIGNED_OUT });
  assertOwnPage(signedIn.actor, request.headers.get(RENDERED_FOR_FIELD));
  const options = { parameters: confirmationParameters(signedIn) };
  const [response] = await collectEvents(
    async () => (await NextAuth(request, context, authOptions(options))) as Response,
  );
  const { url = "" } = (await response.clone().json()) as { url?: string };
  response.headers.append("Set-Cookie", await begunConfirmation(signedIn, url));
  response.headers.set("Cache-Control", "no-store");
  return response;
}

/** The same, with its refusals as JSON. */
async function confirmOrRefuse(request: NextRequest, context: Context): Promise<Response> {
  try {
    return await confirm(request, context);
  } catch (err) {
    if (!(err instanceof AppError)) throw err;
    return json(STATUS[err.code], { message: err.message });
  }
}

/** Handles the callback of a confirmation. The session is the same afterwards, or one of the same member. */
async function confirmed(request: NextRequest, context: Context, state: string | null): Promise<Response | null> {
  const confirmation = await readConfirmation(state);
  if (!confirmation) return null;
  const response = await outcomeOf(request, context, confirmation);
  response.headers.append("Set-Cookie", endedConfirmation());
  response.headers.set("Cache-Control", "no-store");
  return response;
}

async function outcomeOf(
  request: NextRequest,
  context: Context,
  { sessionId, memberId }: { sessionId: string; memberId: string },
): Promise<Response> {
  const ended = await endedAtMicrosoft(request.nextUrl.searchParams, true);
  if (ended) return ended;
  const failed = async () =>
    new Response(null, { status: 302, headers: { Location: await confirmationLocation("failed") } });
  // Somebody else signed in here meanwhile: their session stays.
  const current = await readSessionId();
  if (current && current !== sessionId) return failed();
  const [response, event] = await collectEvents(
    async () => (await NextAuth(request, context, authOptions({ memberId }))) as Response,
  );
  switch (event?.kind) {
    case "confirmed":
      response.headers.set("Location", await confirmationLocation(null));
      break;
    case "not-confirmed":
      response.headers.set("Location", await confirmationLocation(event.reason, event.as));
      break;
    case "callback-failed":
      counts.signIn(event.reason);
      response.headers.set("Location", await confirmationLocation("failed"));
      break;
    case "refused":
      response.headers.append("Set-Cookie", refusedCookie(event.visitor, isHttps()));
  }
  return response;
}

/** What pages can read about the signed-in member: the current name and role. */
async function session(): Promise<Response> {
  try {
    const member = (await currentSession())?.actor;
    return json(200, member ? { user: { name: member.name, role: member.role } } : {});
  } catch (err) {
    if (!(err instanceof AppError)) throw err;
    log().error({ err }, "the session could not be read");
    return json(STATUS[err.code], { message: err.message });
  }
}

/** Why a page can't end this session: it was rendered for another one. */
async function otherSessionMessage(request: NextRequest): Promise<string | null> {
  try {
    const member = (await currentSession())?.actor;
    const page = request.headers.get(RENDERED_FOR_FIELD);
    if (member && page !== null) assertOwnPage(member, page);
    return null;
  } catch (err) {
    // Without the database, NextAuth's own event reports that the session could not be ended.
    return err instanceof AppError && err.code === "CONFLICT" ? err.message : null;
  }
}

async function answer(request: NextRequest, context: Context): Promise<Response> {
  const [action = ""] = (await context.params).nextauth;
  if (action === "session" && request.method === "GET") return session();
  if (!ACTIONS.has(action)) return json(404, { message: "Not found." });

  const query = request.nextUrl.searchParams;
  const back = action === "callback" ? await confirmed(request, context, query.get("state")) : null;
  const ended = back ?? (action === "callback" ? await endedAtMicrosoft(query, false) : null);
  if (ended) return ended;

  if (action === "signin" && request.method === "POST" && request.headers.has(CONFIRM_FIELD))
    return confirmOrRefuse(request, context);

  if (action === "signout" && request.method === "POST") {
    const otherSession = await otherSessionMessage(request);
    if (otherSession) return json(409, { message: otherSession });
  }

  const [response, event] = await collectEvents(
    async () => (await NextAuth(request, context, authOptions())) as Response,
  );
  switch (event?.kind) {
    case "sign-out-failed":
      return json(503, { message: "You’re still signed in: the service is unavailable. Try again in a moment." });
    case "callback-failed":
      counts.signIn(event.reason);
      response.headers.set("Location", signInLocation(signInErrorParameter(event.reason, event.microsoftCode)));
      break;
    case "refused":
      response.headers.append("Set-Cookie", refusedCookie(event.visitor, isHttps()));
  }
  response.headers.set("Cache-Control", "no-store");
  return response;
}

const handle = (request: NextRequest, context: Context) =>
  runWithRequestId(request.headers, () => answer(request, context));

export { handle as GET, handle as POST };
