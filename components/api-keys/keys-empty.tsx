import { KeyRound, SearchX } from "lucide-react";

import { CreateKeyButton } from "@/components/api-keys/create-key-button";
import { ClearFilters } from "@/components/list/clear-filters";

/** The list before the first key: what a key is for, and the first step. */
export function NoKeysYet({ apiUrl }: { apiUrl: string }) {
  return (
    <div className="grid justify-items-center gap-3 px-4 py-14 text-center">
      <KeyRound aria-hidden className="size-8 text-accent" />
      <h2 className="text-lg font-semibold">No API keys yet</h2>
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
    </div>
  );
}

/** The list when search or filter leave nothing. */
export function NoMatch({ path }: { path: string }) {
  return (
    <div className="grid justify-items-center gap-3 px-4 py-14 text-center">
      <SearchX aria-hidden className="size-8 text-soft" />
      <h2 className="text-lg font-semibold">No key matches</h2>
      <p className="text-soft">Try other words, another status or any creator.</p>
      <ClearFilters path={path} />
    </div>
  );
}
