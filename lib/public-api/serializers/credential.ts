import { z } from "zod";

import { ApplicationRole } from "@/lib/generated/prisma/enums";
import type { ApplicationCredential, Credential } from "@/lib/public-api/credentials/credential";

const moment = (epochMs: number | null) => (epochMs === null ? null : new Date(epochMs).toISOString());

const at = z.iso.datetime();

const apiKeyCredential = z
  .object({
    kind: z.literal("api_key"),
    id: z.guid(),
    name: z.string(),
    environment: z.string(),
    last4: z.string().meta({ description: "The last four characters of the key.", minLength: 4, maxLength: 4 }),
    created_at: at,
    expires_at: at.nullable(),
    rotation: z.object({
      state: z.enum(["none", "rotating"]),
      replaced: z.boolean(),
      rotated_at: at.nullable(),
      works_until: at.nullable().meta({ description: "When a rotated key stops working." }),
    }),
    read_only: z.boolean().meta({ description: "Whether it may only read." }),
    networks: z.array(z.string()).meta({ description: "Where it may call from; empty for anywhere." }),
  })
  .meta({ id: "ApiKeyCredential" });

const accessTokenCredential = z
  .object({
    kind: z.literal("access_token"),
    member_id: z.guid(),
    name: z.string(),
    email: z.string().nullable(),
    role: z.enum(["Admin", "User", "Viewer"]),
    expires_at: at,
  })
  .meta({ id: "AccessTokenCredential" });

const applicationCredential = z
  .object({
    kind: z.literal("application"),
    id: z.guid(),
    name: z.string(),
    role: z.enum(ApplicationRole),
    client_id: z.guid().meta({ description: "The application (client) id at Microsoft." }),
    object_id: z.guid().meta({ description: "The object id of its service principal." }),
    networks: z.array(z.string()).meta({ description: "Where it may call from; empty for anywhere." }),
    bound_until: at.nullable().meta({ description: "When the binding ends; null for never." }),
    expires_at: at.meta({ description: "When the access token expires." }),
  })
  .meta({ id: "ApplicationCredential" });

/** The `data` of `GET /public-api/me`. */
export const credentialData = z
  .object({
    tenant: z.object({ id: z.guid(), name: z.string() }),
    credential: z.discriminatedUnion("kind", [apiKeyCredential, accessTokenCredential, applicationCredential]),
  })
  .meta({
    id: "Me",
    description: "Whose credential this is.",
    example: {
      tenant: { id: "0190a1b2-0000-7000-8000-000000000001", name: "Contoso" },
      credential: {
        kind: "api_key",
        id: "0190a1b2-0000-7000-8000-000000000002",
        name: "Ticket sync",
        environment: "prod",
        last4: "x7Qp",
        created_at: "2026-11-01T09:00:00.000Z",
        expires_at: "2027-11-01T09:00:00.000Z",
        rotation: { state: "none", replaced: false, rotated_at: null, works_until: null },
        read_only: false,
        networks: [],
      },
    },
  });

function applicationFields({ actor, application, expiresAtMs }: ApplicationCredential) {
  return {
    kind: "application" as const,
    id: actor.applicationId,
    name: actor.name,
    role: actor.role,
    client_id: application.client_id,
    object_id: application.oid,
    networks: [...application.networks],
    bound_until: moment(application.expires_at),
    expires_at: new Date(expiresAtMs).toISOString(),
  };
}

/** The answer of `GET /public-api/me`: whose credential this is and what will become of it. */
export function serializeCredential(caller: Credential): z.input<typeof credentialData> {
  const { tenant } = caller;
  if (caller.kind === "access_token") {
    const { memberId, name, email, role } = caller.actor;
    const expires_at = new Date(caller.expiresAtMs).toISOString();
    return { tenant, credential: { kind: "access_token", member_id: memberId, name, email, role, expires_at } };
  }
  if (caller.kind === "application") return { tenant, credential: applicationFields(caller) };
  const { key } = caller;
  return {
    tenant,
    credential: {
      kind: "api_key",
      id: key.id,
      name: key.name,
      environment: key.environment,
      last4: key.last4,
      created_at: new Date(key.created_at).toISOString(),
      expires_at: moment(key.expires_at),
      // A rotated key is the old one of its pair: it was replaced, and works until its grace ends.
      rotation: {
        state: key.rotated_at === null ? "none" : "rotating",
        replaced: key.rotated_at !== null,
        rotated_at: moment(key.rotated_at),
        works_until: moment(key.grace_ends_at),
      },
      read_only: key.read_only,
      networks: [...key.networks],
    },
  };
}
