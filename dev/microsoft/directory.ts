/** An organisation of the demo directory. */
export interface StandInTenant {
  readonly id: string;
  readonly name: string;
}

/** A person of the demo directory. */
export interface StandInAccount {
  readonly tid: string;
  readonly oid: string;
  readonly name: string;
  readonly email: string;
  /** App roles assigned to the person. The `roles` claim is omitted when there are none, as in Entra. */
  readonly roles: readonly ("Admin" | "User" | "Viewer")[];
  /** No mailbox: Graph returns a sign-in name that cannot receive mail. */
  readonly signInName?: string;
  /** A guest: another directory signs this person in. */
  readonly guest?: boolean;
  /** What this account is for, shown in the account picker. */
  readonly note?: string;
}

/** The stand-in's only app registration in a demo. Not a secret: it works only with the stand-in. */
export const DEMO_CLIENT = {
  id: "5a4e2d10-0000-4000-8000-00000000c11e",
  secret: "demo-secret-of-the-local-stand-in",
} as const;

export const CONTOSO: StandInTenant = { id: "c0117050-0000-4000-8000-000000000001", name: "Contoso" };
export const FABRIKAM: StandInTenant = { id: "fab21ca0-0000-4000-8000-000000000002", name: "Fabrikam" };
/** A tenant that the demo's `TENANTS` excludes. */
export const NORTHWIND: StandInTenant = { id: "402714d0-0000-4000-8000-000000000003", name: "Northwind" };
/** Another, where nobody has an app role: its first member becomes its Admin. */
export const TAILSPIN: StandInTenant = { id: "7a115914-0000-4000-8000-000000000004", name: "Tailspin" };
/** Microsoft's tenant for personal accounts. */
export const PERSONAL: StandInTenant = { id: "9188040d-6c67-4c5b-b112-36a304b66dad", name: "Personal account" };

export const STAND_IN_TENANTS: readonly StandInTenant[] = [CONTOSO, FABRIKAM, NORTHWIND, TAILSPIN, PERSONAL];

/** The two tenants that a demo allows. */
export const DEMO_TENANTS: readonly StandInTenant[] = [CONTOSO, FABRIKAM];

const oid = (group: string, n: number) => `${group}-0000-4000-9000-${String(n).padStart(12, "0")}`;

/** An application that calls with its own tokens, in the tenants that have a service principal of it. */
export interface StandInApplication {
  readonly clientId: string;
  readonly secret: string;
  /** The object id of its service principal, by tenant. */
  readonly principals: Readonly<Record<string, string>>;
}

/** The applications of the demo. Their secrets work only with the stand-in. */
export const NIGHTLY_SYNC: StandInApplication = {
  clientId: "5a4e2d10-0000-4000-8000-0000000a9901",
  secret: "demo-secret-of-nightly-sync",
  principals: { [CONTOSO.id]: oid("c0117050", 301), [FABRIKAM.id]: oid("fab21ca0", 301) },
};
export const LOG_READER: StandInApplication = {
  clientId: "5a4e2d10-0000-4000-8000-0000000a9902",
  secret: "demo-secret-of-log-reader",
  principals: { [CONTOSO.id]: oid("c0117050", 302) },
};
export const STAND_IN_APPLICATIONS: readonly StandInApplication[] = [NIGHTLY_SYNC, LOG_READER];

/** Two people share admin@contoso.example across tenants: an e-mail address must never decide who somebody is. */
export const STAND_IN_ACCOUNTS: readonly StandInAccount[] = [
  {
    tid: CONTOSO.id,
    oid: oid("c0117050", 11),
    name: "Contoso Admin",
    email: "admin@contoso.example",
    roles: ["Admin"],
  },
  { tid: CONTOSO.id, oid: oid("c0117050", 12), name: "Contoso User", email: "user@contoso.example", roles: ["User"] },
  {
    tid: CONTOSO.id,
    oid: oid("c0117050", 13),
    name: "Contoso Viewer",
    email: "viewer@contoso.example",
    roles: ["Viewer"],
  },
  {
    tid: FABRIKAM.id,
    oid: oid("fab21ca0", 21),
    name: "Fabrikam Admin",
    email: "admin@fabrikam.example",
    roles: ["Admin"],
  },
  {
    tid: FABRIKAM.id,
    oid: oid("fab21ca0", 22),
    name: "Fabrikam User",
    email: "admin@contoso.example",
    roles: ["User"],
    note: "has Contoso Admin’s e-mail address",
  },
  {
    tid: FABRIKAM.id,
    oid: oid("fab21ca0", 23),
    name: "Fabrikam Viewer",
    email: "viewer@fabrikam.example",
    roles: ["Viewer"],
  },
  {
    tid: CONTOSO.id,
    oid: oid("c0117050", 14),
    name: "Contoso Newcomer",
    email: "newcomer@contoso.example",
    roles: [],
    note: "not a member: refused",
  },
  {
    tid: FABRIKAM.id,
    oid: oid("fab21ca0", 24),
    name: "Fabrikam Newcomer",
    email: "newcomer@contoso.example",
    roles: [],
    note: "not a member, with Contoso Newcomer’s e-mail address: refused",
  },
  {
    tid: NORTHWIND.id,
    oid: oid("402714d0", 31),
    name: "Northwind Admin",
    email: "admin@northwind.example",
    roles: ["Admin"],
    note: "organisation not let in: refused",
  },
  {
    tid: NORTHWIND.id,
    oid: oid("402714d0", 32),
    name: "Northwind User",
    email: "user@northwind.example",
    roles: ["User"],
    note: "organisation not let in: refused",
  },
  ...[1, 2].map((n) => ({
    tid: TAILSPIN.id,
    oid: oid("7a115914", 50 + n),
    name: `Tailspin ${n === 1 ? "One" : "Two"}`,
    email: `${n === 1 ? "one" : "two"}@tailspin.example`,
    roles: [],
    note: "organisation not let in: refused",
  })),
  {
    tid: TAILSPIN.id,
    oid: oid("7a115914", 53),
    name: "Tailspin Guest",
    email: "guest@fabrikam.example",
    roles: [],
    guest: true,
    note: "a guest there; organisation not let in: refused",
  },
  {
    tid: PERSONAL.id,
    oid: "00000000-0000-0000-9000-000000000041",
    name: "Pat Personal",
    email: "pat@outlook.example",
    roles: [],
    note: "personal account: refused",
  },
];

/** Contoso's colleagues, whom the people picker finds but nobody signs in as. */
const COLLEAGUES = ["Adele Vance", "Alex Wilber", "Diego Siciliani", "Grady Archie", "Isaiah Langer", "Johanna Lorenz"];

/** Everyone in Microsoft Graph. */
export const DIRECTORY_ACCOUNTS: readonly StandInAccount[] = [
  ...STAND_IN_ACCOUNTS,
  ...COLLEAGUES.map((name, index) => ({
    tid: CONTOSO.id,
    oid: oid("c0117050", 101 + index),
    name,
    email: `${name.toLowerCase().replace(" ", ".")}@contoso.example`,
    roles: [],
  })),
  {
    tid: CONTOSO.id,
    oid: oid("c0117050", 201),
    name: "Gita Partner",
    email: "gita@partner.example",
    signInName: "gita_partner.example#EXT#@contoso.onmicrosoft.com",
    roles: [],
    guest: true,
  },
  {
    tid: CONTOSO.id,
    oid: oid("c0117050", 202),
    name: "Uma Unlicensed",
    email: "uma@contoso.example",
    signInName: "uma@contoso.onmicrosoft.com",
    roles: [],
  },
];

/** In the demo Contoso has consented to directory access and Fabrikam has not, to show both cases. */
export const WITHOUT_CONSENT: readonly string[] = [FABRIKAM.id, NORTHWIND.id, PERSONAL.id];
