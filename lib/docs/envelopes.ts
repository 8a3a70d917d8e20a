import { docUrl } from "@/lib/errors/doc-url";

/** What every response looks like: a success and a failure (docs/api.md, "Envelope"). @param baseUrl the deployment's address */
export const envelopes = (baseUrl: string) => ({
  success: `{
  "data": [
    {
      "id": "019ab2f4-7c1e-7d3a-9b52-0c8e4f6a1d20",
      "name": "Ticket triage", …
    }
  ],
  "meta": {
    "request_id": "5b0c8a7e-2f4d-4c7b-8e19-3d6f0a9b1c52",
    "timings_ms": { "total": 1.9 },
    "pagination": {
      "has_more": true,
      "next_cursor": "eyJ2Ijox…"
    },
    "warnings": []
  }
}`,
  failure: `{
  "error": {
    "code": "UNAUTHORIZED",
    "message": "This API key was revoked.",
    "doc_url": "${docUrl(new URL(baseUrl).origin, "revoked")}",
    "details": { "reason": "revoked" }
  },
  "meta": { "request_id": "c2a4f1d8-90be-4d57-a6c3-7e18b05f29d4" }
}`,
});
