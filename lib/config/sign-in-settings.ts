import { z } from "zod";

import { isLoopback } from "@/lib/config/outgoing-proxy";
import { PERSONAL_TENANT } from "@/lib/config/personal-tenant";
import { choice, required, wholeNumber } from "@/lib/config/setting-types";

const guid = z.guid("must be a GUID such as 11111111-2222-3333-4444-555555555555");

/** An Entra tenant id. */
const organisation = guid
  .toLowerCase()
  .refine(
    (id) => id !== PERSONAL_TENANT,
    `has ${PERSONAL_TENANT}, which stands for personal Microsoft accounts: those can't sign in`,
  );

/** Entra tenant ids, separated by commas or blanks. */
const tenantList = z
  .string()
  .default("")
  .transform((text) => text.split(/[\s,]+/).filter(Boolean))
  .pipe(z.array(organisation))
  .superRefine((ids, context) => {
    const twice = ids.find((id, n) => ids.indexOf(id) !== n);
    if (twice)
      context.addIssue({ code: "custom", message: `has ${twice} twice: remove it, or write the one you meant` });
  });

/** Checked as written: parsing a URL hides its dots, empty query and backslashes. */
const isOrigin = (address: string) => /^https?:\/\/[^/?#\\@]+\/?$/i.test(address);

/** Whether a browser can open this host and port: no pattern, no list, and not "every address of this machine". */
const isOpenable = (address: string) => {
  const { hostname, port } = new URL(address);
  const isHost = /^(?:\[.+\]|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)$/.test(hostname);
  return isHost && !["0.0.0.0", "[::]"].includes(hostname) && port !== "0";
};

const isSafeOrigin = (address: string) => {
  const { protocol, hostname } = new URL(address);
  return protocol === "https:" || isLoopback(hostname);
};

/** The Microsoft app registration, who may sign in, and sessions. */
export const SIGN_IN_SETTINGS = {
  AZURE_AD_CLIENT_ID: required(
    "AZURE_AD_CLIENT_ID",
    "the Application (client) ID of the Microsoft app registration",
  ).pipe(guid),
  AZURE_AD_CLIENT_SECRET: required("AZURE_AD_CLIENT_SECRET", "a client secret of the Microsoft app registration").pipe(
    z.string().refine(
      // A GUID in any form, also in braces, as a URN or without dashes: a secret's value has 40 characters.
      (value) => !/^(?:urn:uuid:)?\{?[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}\}?$/i.test(value),
      "is the secret's ID, not its value: make a new client secret in Entra and copy its Value, which is shown only once",
    ),
  ),
  /** Where set, only this Entra tenant may sign in, whatever TENANTS and TENANT_SIGN_UP say. */
  AZURE_AD_TENANT_ID: organisation.optional(),
  TENANTS: tenantList,
  /** Which organisations the first sign-in of one of their people creates: those in TENANTS, or any (lib/microsoft/tenants.ts). */
  TENANT_SIGN_UP: choice(["open", "listed"], "listed"),
  NEXTAUTH_URL: required("NEXTAUTH_URL", "the address people open, https://keys.example.com").pipe(
    z
      .url({
        protocol: /^https?$/,
        error: "must be an http or https address, such as https://keys.example.com",
        abort: true,
      })
      .refine(isOrigin, "must be an address without a user, path, query or fragment, such as https://keys.example.com")
      .refine(isOpenable, "must have a host and port that browsers can open, such as https://keys.example.com")
      .refine(
        isSafeOrigin,
        "must begin with https://, unless it is localhost: Microsoft sends nobody back to http, and cookies would go unencrypted",
      )
      // One spelling: HTTPS:// and a host in capitals mean the same, and cookies are secure where it begins with https://.
      .transform((address) => new URL(address).origin),
  ),
  NEXTAUTH_SECRET: required("NEXTAUTH_SECRET", "32 or more random characters, e.g. from openssl rand -base64 32").pipe(
    z
      .string()
      .refine((value) => value.length >= 32, "must have 32 characters or more")
      // 32 random hexadecimal digits contain more, except in 1 of 300,000 cases.
      .refine((value) => new Set(value).size > 8, "is not random: it repeats a few characters"),
  ),
  /** Hours without a request after which a dashboard session ends. */
  SESSION_IDLE_HOURS: wholeNumber(1, 720, 8),
  /** Days after sign-in after which a dashboard session ends, used or not. */
  SESSION_MAX_DAYS: wholeNumber(1, 90, 7),
  /** How old the last sign-in with Microsoft may be for creating and rotating keys and giving access; 0 for any age. */
  FRESH_SIGN_IN_SECONDS: wholeNumber(0, 86_400, 900),
  /** How often Microsoft is asked which members' accounts are disabled or deleted, where it may be. */
  ACCOUNT_CHECK_SECONDS: wholeNumber(1, 3_600, 60),
};
