import { describe, expect, it } from "vitest";

import { DEMO_CLIENT } from "../dev/microsoft/directory";
import { readTokenSettings } from "./token-settings";

const ID = "11111111-2222-4333-8444-555555555555";
const TENANT = "66666666-2222-4333-8444-555555555555";

describe("readTokenSettings", () => {
  it("asks the one organisation, or any", () => {
    expect(readTokenSettings({ AZURE_AD_CLIENT_ID: ID, AZURE_AD_TENANT_ID: TENANT }, false)).toEqual({
      kind: "entra",
      clientId: ID,
      authority: `https://login.microsoftonline.com/${TENANT}`,
      scope: `api://${ID}/access`,
    });
    expect(readTokenSettings({ AZURE_AD_CLIENT_ID: ID, AZURE_AD_TENANT_ID: "" }, true)).toMatchObject({
      kind: "entra",
      authority: "https://login.microsoftonline.com/organizations",
    });
  });

  it("is for the demo only when nothing is set and one runs", () => {
    expect(readTokenSettings({}, true)).toMatchObject({ kind: "demo", clientId: DEMO_CLIENT.id });
    expect(readTokenSettings({}, false)).toMatchObject({
      kind: "refused",
      message: expect.stringMatching(/npm start/) as string,
    });
  });

  it("names every setting that is wrong", () => {
    const refused = readTokenSettings({ AZURE_AD_CLIENT_ID: "app", AZURE_AD_TENANT_ID: "contoso" }, true);
    expect(refused).toMatchObject({
      kind: "refused",
      message: expect.stringMatching(/CLIENT_ID[\s\S]*TENANT_ID/) as string,
    });
    expect(readTokenSettings({ AZURE_AD_TENANT_ID: TENANT }, true)).toMatchObject({ kind: "refused" });
  });
});
