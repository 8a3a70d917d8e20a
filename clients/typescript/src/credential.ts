/** The part of `TokenCredential` of `@azure/identity` that the client uses. */
export interface TokenCredential {
  getToken(scopes: string | string[]): Promise<{ token: string; expiresOnTimestamp: number } | null>;
}

/** An API key, an access token, a function that returns one, or a credential of `@azure/identity`. */
export type Credential = string | (() => string | Promise<string>) | TokenCredential;

/** Where requests get their bearer token. */
export interface TokenSource {
  get(): Promise<string>;
  /** The server refused the token: the next request must not use it again. */
  forget(): void;
}

/** A token is renewed this long before it expires. */
const RENEW_BEFORE_MS = 120_000;

/** @throws TypeError that doesn't repeat the token; that of `Headers` would */
function checked(token: unknown): string {
  if (typeof token === "string" && /^[\x21-\x7e]+$/.test(token)) return token;
  throw new TypeError("The credential is empty, or has spaces, line breaks or characters that a header can't carry.");
}

/** Tokens of `@azure/identity`, kept until shortly before they expire. */
function azureSource(credential: TokenCredential, scope: string): TokenSource {
  let known: { token: string; expiresOnTimestamp: number } | undefined;
  let pending: Promise<string> | undefined;
  const renew = async () => {
    const got = await credential.getToken(scope);
    if (got === null) throw new TypeError("The credential has no token for this scope.");
    const token = checked(got.token);
    known = got;
    return token;
  };
  return {
    get: () => {
      if (known && known.expiresOnTimestamp - Date.now() > RENEW_BEFORE_MS) return Promise.resolve(known.token);
      // Requests that start together share one call.
      pending ??= renew().finally(() => (pending = undefined));
      return pending;
    },
    forget: () => (known = undefined),
  };
}

/** @throws TypeError when the credential can't be used */
export function tokenSource(credential: Credential, scope: string | undefined): TokenSource {
  const forget = () => undefined;
  if (typeof credential === "function") return { get: async () => checked(await credential()), forget };
  if (typeof credential === "object") {
    if (!scope) throw new TypeError("This credential needs a scope, such as api://CLIENT-ID/access.");
    return azureSource(credential, scope);
  }
  const token = checked(credential);
  return { get: () => Promise.resolve(token), forget };
}
