import { describe, expect, it } from "vitest";

import { testEnvironment } from "../../tests/support/test-environment";

import { effectiveSettings } from "./effective-settings";
import { nearMisses, readEnv } from "./env";
import { proxyError, proxyFor } from "./outgoing-proxy";

const PROXY = "http://proxy.example:3128";
const through = (address: string, NO_PROXY = "") =>
  proxyFor(new URL(address), { HTTPS_PROXY: PROXY, HTTP_PROXY: "http://plain.example", NO_PROXY });

describe("the proxy for a URL", () => {
  it("is HTTPS_PROXY or HTTP_PROXY by the URL's scheme, or none", () => {
    expect(through("https://graph.microsoft.com/v1.0")).toBe(PROXY);
    expect(through("http://collector:4318/v1/traces")).toBe("http://plain.example");
    expect(proxyFor(new URL("http://collector:4318"), { HTTPS_PROXY: PROXY })).toBeUndefined();
    expect(proxyFor(new URL("https://graph.microsoft.com"), {})).toBeUndefined();
  });

  it.each([
    "localhost",
    "LOCALHOST:3000",
    "app.localhost",
    "127.0.0.1",
    "127.8.9.1:81",
    "[::1]:4318",
    "[::ffff:127.0.0.1]",
  ])("is none for loopback: %s", (host) => {
    expect(through(`https://${host}/`)).toBeUndefined();
    expect(through(`http://${host}/`)).toBeUndefined();
  });

  it.each([
    ["https://graph.microsoft.com", "*"],
    ["https://graph.microsoft.com", "other.example, graph.microsoft.com"],
    ["https://graph.microsoft.com", "MICROSOFT.com"],
    ["https://graph.microsoft.com", ".microsoft.com"],
    ["https://graph.microsoft.com", "*.microsoft.com"],
    ["https://microsoft.com", ".microsoft.com"],
    ["https://graph.microsoft.com", "a graph.microsoft.com:443"],
    ["http://collector:4318", "collector:4318"],
    ["http://10.1.2.3:4318", "10.0.0.0/8"],
    ["http://10.1.2.3:4318", "10.1.2.3:4318"],
    ["http://[fd00::7]:4318", "fd00::/8"],
    ["http://[fd00::7]:4318", "[fd00:0::7]:4318"],
    ["http://[fd00::7]:4318", "fd00::7"],
  ])("%s is reached directly with NO_PROXY=%s", (address, list) => {
    expect(through(address, list)).toBeUndefined();
  });

  it.each([
    ["https://notmicrosoft.com", "microsoft.com"],
    ["https://microsoft.com.example", "microsoft.com"],
    ["https://graph.microsoft.com", "graph.microsoft.com:8443"],
    ["http://collector:4318", "collector:80,other"],
    ["http://11.1.2.3", "10.0.0.0/8"],
    ["http://[fe80::1]", "10.0.0.0/8 fd00::/8"],
  ])("%s is reached through a proxy with NO_PROXY=%s", (address, list) => {
    expect(through(address, list)).toBeDefined();
  });

  it("is named in an error without its password", () => {
    expect(proxyError("http://neo:secret@proxy.example:3128", new Error("why")).message).toBe(
      "The proxy http://proxy.example:3128 can't be used: why",
    );
  });
});

describe("the proxy's settings", () => {
  const read = (settings: Record<string, string>) => readEnv({ ...testEnvironment("postgres://x"), ...settings });

  it("are also read in lower case, which takes precedence, and without a scheme", () => {
    expect(read({ HTTPS_PROXY: "http://upper:1", https_proxy: "lower:3128" }).HTTPS_PROXY).toBe("http://lower:3128");
    expect(read({ HTTPS_PROXY: "https://upper", https_proxy: " " }).HTTPS_PROXY).toBe("https://upper");
    expect(read({ http_proxy: "a:b%40c@plain:8080/" }).HTTP_PROXY).toBe("http://a:b%40c@plain:8080/");
    expect(read({ no_proxy: "localhost,10.0.0.0/8,.corp" }).NO_PROXY).toBe("localhost,10.0.0.0/8,.corp");
    expect(read({})).toMatchObject({ HTTPS_PROXY: undefined, HTTP_PROXY: undefined, NO_PROXY: undefined });
    expect(nearMisses({ https_proxy: "lower:3128", no_proxy: "x", httpProxy: "x" })).toEqual([
      "httpProxy is no setting of this application and is ignored; HTTP_PROXY is.",
    ]);
  });

  it.each([
    "socks5://neo:pa55word@proxy:1080",
    "http://proxy:3128/proxy.pac",
    "http://proxy:3128?x=pa55word",
    "http://neo:pa55word%@proxy:3128",
    "http://neo:12#pa55word@proxy:3128",
    "http://",
    "proxy:port",
    "two words",
  ])("refuse %s by name, without echoing it", (value) => {
    for (const name of ["HTTPS_PROXY", "HTTP_PROXY", "https_proxy"]) {
      const message = messageOf(() => read({ [name]: value }));
      expect(message).toContain(`${name.toUpperCase()} must be the address of an HTTP proxy`);
      expect(message).not.toContain("pa55word");
    }
  });

  it.each(["http://corp.example", "10.0.0.0/33", "fd00::/129", "192.168.*", "a/b", "[::1"])(
    "refuse NO_PROXY=%s by name",
    (list) => {
      expect(() => read({ NO_PROXY: `localhost,${list}` })).toThrow("NO_PROXY must be");
    },
  );

  it("are logged without the password", () => {
    const { settings } = effectiveSettings(read({ HTTPS_PROXY: "neo:pa55word@proxy:3128" }));
    expect(settings.HTTPS_PROXY).toBe("http://***@proxy:3128");
  });
});

function messageOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return (error as Error).message;
  }
  return "";
}
