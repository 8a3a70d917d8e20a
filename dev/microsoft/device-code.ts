import type { ServerResponse } from "node:http";

import { accountPicker, deviceAnsweredPage, deviceCodePage, errorPage } from "./pages";
import { sendHtml } from "./responses";
import { accountsOf, readScopes, signedInAt, type StandInState } from "./state";
import { TokenError } from "./token-error";

/** Starts a device-code sign-in (RFC 8628, 3.1). The client is public: it has no secret. */
export function beginDevice(state: StandInState, authority: string, form: URLSearchParams): unknown {
  if (form.get("client_id") !== state.clientId)
    throw new TokenError(400, "unauthorized_client", "AADSTS700016: The application was not found in the directory.");
  const { userCode, deviceCode, expiresIn, interval } = state.devices.begin(authority, readScopes(state, form));
  const verificationUri = `${state.url}/devicelogin`;
  return {
    user_code: userCode,
    device_code: deviceCode,
    verification_uri: verificationUri,
    expires_in: expiresIn,
    interval,
    message: `To sign in, use a web browser to open the page ${verificationUri} and enter the code ${userCode} to authenticate.`,
  };
}

export function enterUserCode(state: StandInState, res: ServerResponse, form: URLSearchParams): void {
  const entered = state.devices.enter(form.get("user_code") ?? "");
  if (!entered)
    return sendHtml(state, res, 400, deviceCodePage("That code did not work. Check it, or start again for a new one."));
  sendHtml(state, res, 200, accountPicker(entered.pending, accountsOf(entered.authority), "device"));
}

export function answerDevice(state: StandInState, res: ServerResponse, pending: string, form: URLSearchParams): void {
  if (form.has("cancel")) {
    state.devices.answer(pending, null, 0);
    return sendHtml(state, res, 200, deviceAnsweredPage(false));
  }
  const account = accountsOf(state.devices.authorityOf(pending) ?? "").find((a) => a.oid === form.get("account"));
  if (!account) return sendHtml(state, res, 400, errorPage("AADSTS50020", "That account is not in this organisation."));
  state.devices.answer(pending, account, signedInAt(state));
  sendHtml(state, res, 200, deviceAnsweredPage(true));
}
