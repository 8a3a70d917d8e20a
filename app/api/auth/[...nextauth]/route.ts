import NextAuth from "next-auth";
import type { NextRequest } from "next/server";

import { assertOwnPage, currentMember } from "@/lib/auth/guard";
import { authOptions, type AuthOutcome } from "@/lib/auth/options";
import { refusedCookie } from "@/lib/auth/refused-visitor";
import { RENDERED_FOR_FIELD } from "@/lib/auth/rendered-for";
import { authorizationRefusal, type SignInError } from "@/lib/auth/sign-in-errors";
import { env } from "@/lib/env";
import { AppError, STATUS } from "@/lib/errors";
import { log } from "@/lib/log";
import { onBehalfOf } from "@/lib/request-id";
import { counts } from "@/lib/telemetry/counts";

interface Context {
  params: Promise<{ nextauth: string[] }>;
}

/** NextAuth's routes that we use; its log endpoint would let anybody write into our log. */
const ACTIONS = new Set(["signin", "callback", "signout", "csrf", "providers", "error"]);

function json(status: number, body: unknown): Response {
  return Response.json(body, { status, headers: { "Cache-Control": "no-store" } });
}

/** Back to the sign-in page by way of NextAuth, which still knows where the person wanted to go. */
function backToSignIn(error: SignInError): Response {
  return new Response(null, {
    status: 302,
    headers: { Location: `/api/auth/signin?error=${error}`, "Cache-Control": "no-store" },
  });
}

/** What a page may know about who is signed in: the name and the role of this moment. */
async function session(): Promise<Response> {
  try {
    const member = await currentMember();
    return json(200, member ? { user: { name: member.name, role: member.role } } : {});
  } catch (err) {
    if (!(err instanceof AppError)) throw err;
    log().error({ err }, "the session could not be read");
    return json(STATUS[err.code], { message: err.message });
  }
}

/** Why a page may not end this session: it was rendered for another one. */
async function otherSessionMessage(request: NextRequest): Promise<string | null> {
  try {
    const member = await currentMember();
    if (member) assertOwnPage(member, request.headers.get(RENDERED_FOR_FIELD), "read");
    return null;
  } catch (err) {
    // Without the database NextAuth's own event says that the session could not be ended.
    return err instanceof AppError && err.code === "CONFLICT" ? err.message : null;
  }
}

async function answer(request: NextRequest, context: Context): Promise<Response> {
  const [action = ""] = (await context.params).nextauth;
  if (action === "session" && request.method === "GET") return session();
  if (!ACTIONS.has(action)) return json(404, { message: "There is nothing here." });

  const refused = action === "callback" ? request.nextUrl.searchParams.get("error") : null;
  if (refused) {
    const reason = authorizationRefusal(refused);
    log().info({ reason, code: refused.slice(0, 60) }, "Microsoft sent the person back without a sign-in");
    counts.signIn(reason);
    return backToSignIn(reason);
  }

  if (action === "signout" && request.method === "POST") {
    const otherSession = await otherSessionMessage(request);
    if (otherSession) return json(409, { message: otherSession });
  }

  const outcome: AuthOutcome = {};
  const response = (await NextAuth(request, context, authOptions(outcome))) as Response;
  if (outcome.signOutFailed)
    return json(503, { message: "You are still signed in: the database does not answer. Try again in a moment." });
  if (outcome.callbackFailure) {
    counts.signIn(outcome.callbackFailure);
    response.headers.set("Location", `/api/auth/signin?error=${outcome.callbackFailure}`);
  }
  if (outcome.refused) {
    response.headers.append("Set-Cookie", refusedCookie(outcome.refused, env().NEXTAUTH_URL.startsWith("https://")));
  }
  response.headers.set("Cache-Control", "no-store");
  return response;
}

const handle = (request: NextRequest, context: Context) => onBehalfOf(request.headers, () => answer(request, context));

export { handle as GET, handle as POST };
