import { KeyRound } from "lucide-react";

import { CreateKeyButton } from "@/components/api-keys/key-buttons";
import { EmptyState } from "@/components/list/empty-state";

/** The list before the first key: what a key is for, and the first step. */
export function NoKeysYet({ apiUrl }: { apiUrl: string }) {
  return (
    <EmptyState icon={KeyRound} title="No API keys yet">
      <p className="max-w-md text-soft">
        A key lets a script or an integration use the API on behalf of your organisation. Create one per integration,
        and name it after the integration.
      </p>
      <CreateKeyButton />
      <p className="mt-3 text-xs text-soft">Then send it as a bearer token:</p>
      <pre
        translate="no"
        className="max-w-full overflow-x-auto rounded-md bg-sunken px-3 py-2 text-left font-mono text-xs"
      >
        {`curl ${apiUrl}/public-api/agents \\\n  -H "Authorization: Bearer $NEO_API_KEY"`}
      </pre>
    </EmptyState>
  );
}
