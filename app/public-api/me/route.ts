import { operation, createRoute } from "@/lib/public-api/create-route";
import { credentialData, serializeCredential } from "@/lib/public-api/serializers/credential";

export const dynamic = "force-dynamic";

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = createRoute("/public-api/me", {
  GET: operation({
    operationId: "getMe",
    summary: "Who am I",
    description: "The organisation, and the API key, person or application behind this request’s credential.",
    tag: "Identity",
    allow: { key: true, member: "Viewer", application: "any" },
    data: credentialData,
    handler: ({ caller }) => ({ data: serializeCredential(caller) }),
  }),
});
