import type { ServerResponse } from "node:http";

import type { StandInAccount } from "./directory";
import { answerDevice } from "./device-code";
import { accountPicker, errorPage } from "./pages";
import { redirect, sendHtml } from "./responses";
import { accountsOf, CODE_MS, PENDING_MS, randomToken, signedInAt, type StandInState } from "./state";

/** The authorization endpoint: shows the account picker, or refuses. */
export function authorize(state: StandInState, res: ServerResponse, authority: string, query: URLSearchParams): void {
  const untrusted = refusalPage(state, query);
  if (untrusted !== null) return sendHtml(state, res, 400, untrusted);
  const refusal = refusalFor(query);
  if (refusal) {
    const [error, error_description] = refusal;
    return redirect(res, state.redirectUri, { error, error_description, state: query.get("state") });
  }
  const id = randomToken();
  state.pendings.set(id, {
    authority,
    redirectUri: state.redirectUri,
    state: query.get("state"),
    nonce: query.get("nonce"),
    challenge: query.get("code_challenge") ?? "",
    scopes: scopesOf(query),
    isLogin: query.get("prompt") === "login",
    maxAge: query.has("max_age") ? Number(query.get("max_age")) : null,
    expiresAt: state.clock() + PENDING_MS,
  });
  const hint = query.get("login_hint")?.toLowerCase();
  const hinted = (a: StandInAccount) => (a.email === hint ? 0 : 1);
  const accounts = accountsOf(authority).sort((a, b) => hinted(a) - hinted(b));
  sendHtml(state, res, 200, accountPicker(id, accounts, query.get("prompt") === "login" ? "again" : "browser"));
}

const scopesOf = (query: URLSearchParams) => (query.get("scope") ?? "").split(" ").filter(Boolean);

/** Why the response must not be a redirect: its target may not be the application's. Null when it is. */
function refusalPage({ clientId, redirectUri }: StandInState, query: URLSearchParams): string | null {
  const repeated = [...new Set(query.keys())].find((name) => query.getAll(name).length > 1);
  if (repeated) return errorPage("AADSTS9000411", `The parameter “${repeated}” is duplicated.`);
  const [client, back] = [query.get("client_id") ?? "", query.get("redirect_uri") ?? ""];
  if (client !== clientId) return errorPage("AADSTS700016", `The application “${client}” is not registered here.`);
  if (back !== redirectUri)
    return errorPage("AADSTS50011", `The redirect URI “${back}” is not the registered one, ${redirectUri}.`);
  return null;
}

/** The error that the application receives, or null. */
function refusalFor(query: URLSearchParams): [error: string, description: string] | null {
  if (query.get("response_type") !== "code")
    return ["unsupported_response_type", "Only the code flow is supported here."];
  if ((query.get("response_mode") ?? "query") !== "query")
    return ["invalid_request", "Only response_mode=query is supported here."];
  if (!scopesOf(query).includes("openid")) return ["invalid_request", "AADSTS900144: The scope must contain openid."];
  if (query.get("code_challenge_method") !== "S256" || !/^[A-Za-z0-9_-]{43}$/.test(query.get("code_challenge") ?? ""))
    return ["invalid_request", "AADSTS9002325: Proof Key for Code Exchange (S256) is required."];
  const prompt = query.get("prompt");
  if (prompt === "none") return ["login_required", "AADSTS50058: Nobody is signed in: the stand-in keeps no session."];
  if (prompt !== null && !["login", "select_account", "consent"].includes(prompt))
    return ["invalid_request", `AADSTS90023: Unsupported prompt value “${prompt}”.`];
  if (!/^\d{0,9}$/.test(query.get("max_age") ?? "")) return ["invalid_request", "AADSTS90014: max_age is no number."];
  return null;
}

/** Handles the account picker's choice, for a sign-in in this browser or on another device. */
export function pick(state: StandInState, res: ServerResponse, form: URLSearchParams): void {
  const id = form.get("pending") ?? "";
  if (state.devices.authorityOf(id) !== undefined) return answerDevice(state, res, id, form);
  const pending = state.pendings.get(form.get("pending") ?? "");
  if (!pending || pending.expiresAt <= state.clock())
    return sendHtml(
      state,
      res,
      400,
      errorPage("AADSTS50089", "This page has expired. Go back to the application and start again."),
    );
  if (form.has("cancel"))
    return redirect(res, pending.redirectUri, {
      error: "access_denied",
      error_subcode: "cancel",
      error_description: "AADSTS65004: User declined to consent to access the app.",
      state: pending.state,
    });
  const account = accountsOf(pending.authority).find((a) => a.oid === form.get("account"));
  if (!account) return sendHtml(state, res, 400, errorPage("AADSTS50020", "That account is not in this organisation."));
  const code = randomToken();
  state.codes.set(code, {
    ...pending,
    account,
    signedInAt: signedInAt(state, pending),
    used: false,
    family: randomToken(),
    expiresAt: state.clock() + CODE_MS,
  });
  redirect(res, pending.redirectUri, { code, state: pending.state, session_state: randomToken().slice(0, 22) });
}
