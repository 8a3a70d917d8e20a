import { DEMO_CLIENT, STAND_IN_ACCOUNTS, type StandInApplication } from "../../dev/microsoft/directory";

/** Presses a person's button in the stand-in's account picker. @param picker the page @param person a name of the demo */
function pick(standInUrl: string, picker: string, person: string): Promise<Response> {
  const pending = /name="pending" value="([^"]+)"/.exec(picker)?.[1] ?? "";
  const account = STAND_IN_ACCOUNTS.find(({ name }) => name === person)?.oid ?? "";
  return fetch(new URL("/stand-in/pick", standInUrl), {
    method: "POST",
    body: new URLSearchParams({ pending, account }),
    redirect: "manual",
  });
}

/** An access token for the API, from the device flow that `npm run token` uses. */
export async function accessTokenByDeviceCode(standInUrl: string, person: string): Promise<string> {
  const post = (path: string, form: Record<string, string>) =>
    fetch(new URL(path, standInUrl), { method: "POST", body: new URLSearchParams(form) });
  const authority = "/organizations/oauth2/v2.0";
  const scope = `api://${DEMO_CLIENT.id}/access`;
  const begun = await post(`${authority}/devicecode`, { client_id: DEMO_CLIENT.id, scope });
  const { device_code, user_code } = (await begun.json()) as Record<"device_code" | "user_code", string>;
  await pick(standInUrl, await (await post("/devicelogin", { user_code })).text(), person);
  const grant_type = "urn:ietf:params:oauth:grant-type:device_code";
  const granted = await post(`${authority}/token`, { grant_type, client_id: DEMO_CLIENT.id, device_code });
  return ((await granted.json()) as { access_token: string }).access_token;
}

/** An application's own access token for the API. @param tid the organisation's Entra tenant */
export async function accessTokenOfApplication(
  standInUrl: string,
  { clientId, secret }: StandInApplication,
  tid: string,
): Promise<string> {
  const body = new URLSearchParams({
    ...{ grant_type: "client_credentials", client_id: clientId, client_secret: secret },
    scope: `api://${DEMO_CLIENT.id}/.default`,
  });
  const granted = await fetch(new URL(`/${tid}/oauth2/v2.0/token`, standInUrl), { method: "POST", body });
  return ((await granted.json()) as { access_token: string }).access_token;
}

/** A minimal browser: it keeps cookies, and follows no redirects. */
export class CookieJar {
  readonly #cookies = new Map<string, string>();
  readonly #userAgent: string | undefined;

  /** @param userAgent that of its requests; Node's own by default */
  constructor(userAgent?: string) {
    this.#userAgent = userAgent;
  }

  /** The value of its Cookie header. */
  get header(): string {
    return Array.from(this.#cookies, ([name, value]) => `${name}=${value}`).join("; ");
  }

  /** Whether a sign-in gave it a session. */
  get signedIn(): boolean {
    return Array.from(this.#cookies.keys()).some((name) => name.endsWith("next-auth.session-token"));
  }

  /** Its cookies, for a browser. */
  get cookies(): { name: string; value: string }[] {
    return Array.from(this.#cookies, ([name, value]) => ({ name, value }));
  }

  /** Adds a cookie that no response set. */
  set(name: string, value: string): void {
    this.#cookies.set(name, value);
  }

  async fetch(url: string | URL, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set("cookie", this.header);
    if (this.#userAgent) headers.set("user-agent", this.#userAgent);
    const response = await fetch(url, { ...init, headers, redirect: "manual" });
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === "" || /max-age=0|expires=thu, 01 jan 1970/i.test(line)) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return response;
  }

  /** Posts a NextAuth form with its CSRF token. */
  async post(app: string, path: string, form: Record<string, string> = {}): Promise<Response> {
    const { csrfToken } = (await (await this.fetch(`${app}/api/auth/csrf`)).json()) as { csrfToken: string };
    const body = new URLSearchParams({ ...form, csrfToken, callbackUrl: app });
    return this.fetch(`${app}${path}`, { method: "POST", body, headers: { origin: app } });
  }
}

/**
 * Signs a person in at the stand-in.
 * @param app the URL of the instance where it begins
 * @param jar an empty one by default
 * @param back the URL of the instance where it ends, when it differs from the application's own
 */
export async function signInByForms(
  app: string,
  standInUrl: string,
  person: string,
  jar = new CookieJar(),
  back?: string,
): Promise<CookieJar> {
  const begun = await jar.post(app, "/api/auth/signin/azure-ad");
  const picker = await (await fetch(begun.headers.get("location") ?? "")).text();
  const picked = await pick(standInUrl, picker, person);
  const { href, pathname, search } = new URL(picked.headers.get("location") ?? "");
  await jar.fetch(back ? back + pathname + search : href);
  return jar;
}
