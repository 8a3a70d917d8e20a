import { describe, expect, it } from "vitest";

import { keyListHref, loadKeyListUrl } from "@/lib/api-keys/list-url";
import { redactSearch } from "@/lib/text/redact-search";

const DEFAULTS = {
  q: "",
  status: null,
  creator: null,
  attention: null,
  sort: "created",
  dir: "desc",
  page: 1,
  size: 50,
} as const;

describe("the list's URL", () => {
  it("omits defaults", () => {
    expect(keyListHref(DEFAULTS)).toBe("");
  });

  it("round-trips", () => {
    const state = {
      q: "billing & co",
      status: "rotating",
      creator: "removed",
      attention: "never_used",
      sort: "name",
      dir: "asc",
      page: 3,
      size: 100,
    } as const;
    expect(loadKeyListUrl(new URLSearchParams(keyListHref(state)))).toEqual(state);
  });

  it("ignores invalid values", () => {
    expect(
      loadKeyListUrl(
        new URLSearchParams("status=nope&creator=somebody&attention=nope&sort=hash&dir=up&page=many&size=7"),
      ),
    ).toEqual(DEFAULTS);
  });

  it("strips characters from the search that the database refuses", () => {
    expect(loadKeyListUrl(new URLSearchParams("q=a%00b%1Fc")).q).toBe("abc");
    expect(loadKeyListUrl(new URLSearchParams({ q: "x".repeat(5_000) })).q).toHaveLength(200);
    expect(loadKeyListUrl({ q: "\ud800" }).q.isWellFormed()).toBe(true);
  });

  it("never contains a whole key", () => {
    expect(redactSearch("neo_sk_prod_AbCdEf0123456789AbCdEf01")).toBe("neo_sk_prod_…Ef01");
    expect(redactSearch("x neo_sk_prod_AbCdEf0123456789AbCdEf01 y")).toBe("x neo_sk_prod_…Ef01 y");
    expect(redactSearch("neo_sk_prod_…Ef01")).toBe("neo_sk_prod_…Ef01");
  });
});
