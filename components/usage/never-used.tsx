import { FirstCall } from "@/components/api-keys/first-call";
import { Section } from "@/components/ui/section";
import { OUTCOMES } from "@/lib/usage/outcome";
import type { Usage } from "@/lib/usage/read";

/** Whether no call with a key, or of an application, is known, not even a refused one. */
export const isNeverUsed = ({ latest, refusals, totals }: Usage) =>
  latest === null && refusals.length === 0 && OUTCOMES.every((outcome) => totals[outcome] === 0);

/** In place of the figures of a key without calls. @param apiUrl for an example; null for a key that no longer works */
export function NeverUsed({ apiUrl }: { apiUrl: string | null }) {
  return (
    <Section title="Requests">
      <div className="grid gap-3 rounded-lg border border-line bg-surface p-4">
        <p className="text-soft">No calls yet.</p>
        {apiUrl === null ? null : <FirstCall apiUrl={apiUrl} caption="Send the key with every request:" />}
      </div>
    </Section>
  );
}
