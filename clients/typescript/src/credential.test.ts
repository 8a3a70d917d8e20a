import { describe, expect, it } from "vitest";

import { tokenSource } from "./credential.js";

/** A credential as those of `@azure/identity`, which counts its calls. */
function azure(lifetimeMs: number) {
  const scopes: (string | string[])[] = [];
  const getToken = async (scope: string | string[]) => {
    scopes.push(scope);
    await Promise.resolve();
    return { token: `token-${scopes.length}`, expiresOnTimestamp: Date.now() + lifetimeMs };
  };
  return { scopes, getToken };
}

describe("a credential", () => {
  it("that is a function is called for each request", async () => {
    let calls = 0;
    const source = tokenSource(() => `token-${++calls}`, undefined);
    expect([await source.get(), await source.get()]).toEqual(["token-1", "token-2"]);
  });

  it("of @azure/identity is asked once for requests that start together, and again after a refusal", async () => {
    const credential = azure(3_600_000);
    const source = tokenSource(credential, "api://neo/access");
    expect(await Promise.all([source.get(), source.get()])).toEqual(["token-1", "token-1"]);
    expect(await source.get()).toBe("token-1");
    source.forget();
    expect(await source.get()).toBe("token-2");
    expect(credential.scopes).toEqual(["api://neo/access", "api://neo/access"]);
  });

  it("of @azure/identity is asked again shortly before its token expires", async () => {
    const source = tokenSource(azure(60_000), "api://neo/access");
    expect([await source.get(), await source.get()]).toEqual(["token-1", "token-2"]);
  });

  it("of @azure/identity is asked again after it failed", async () => {
    let calls = 0;
    const getToken = () => {
      if (++calls === 1) return Promise.reject(new Error("offline"));
      return Promise.resolve({ token: "token", expiresOnTimestamp: Date.now() + 3_600_000 });
    };
    const source = tokenSource({ getToken }, "api://neo/access");
    await expect(source.get()).rejects.toThrow("offline");
    expect(await source.get()).toBe("token");
  });

  it("of @azure/identity needs a scope", () => {
    expect(() => tokenSource(azure(1), undefined)).toThrow("scope");
  });

  it.each(["", "neo_sk_prod_secret\n", "two words", "ключ"])(
    "that no header can carry is not repeated: %j",
    async (token) => {
      const refused = expect.objectContaining({ message: expect.not.stringContaining("secret") as string }) as unknown;
      expect(() => tokenSource(token, undefined)).toThrow(TypeError);
      await expect(tokenSource(() => token, undefined).get()).rejects.toEqual(refused);
    },
  );
});
