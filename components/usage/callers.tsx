import { Section } from "@/components/ui/section";
import { RelativeTime } from "@/components/time/time";
import type { Usage, UsageCaller } from "@/lib/usage/read";
import { numberText } from "@/lib/text/number";

/** How client addresses are recorded: `USAGE_ADDRESSES`. */
export type AddressMode = "full" | "truncated" | "off";

/** Who called most with a key, or as an application, in the last 30 days, and what for. */
export function TopCallers({ callers, addresses }: { callers: Usage["callers"]; addresses: AddressMode }) {
  return (
    <Section title="Top callers of the last 30 days">
      <div className="grid gap-4 lg:grid-cols-3">
        <Callers
          title="Addresses"
          rows={callers.address}
          empty={addresses === "off" ? "Addresses aren’t recorded." : undefined}
          note={addresses === "truncated" ? "Only the network part of each address is recorded." : undefined}
        />
        <Callers title="Clients" rows={callers.client} />
        <Callers title="Endpoints" rows={callers.endpoint} />
      </div>
    </Section>
  );
}

function Callers({
  title,
  rows,
  empty = "No calls yet.",
  note,
}: {
  title: string;
  rows: readonly UsageCaller[];
  empty?: string | undefined;
  note?: string | undefined;
}) {
  return (
    <div className="min-w-0 rounded-lg border border-line bg-surface p-4">
      {rows.length === 0 ? (
        <>
          <h4 className="py-1 text-xs font-medium text-soft">{title}</h4>
          <p className="text-soft">{empty}</p>
        </>
      ) : (
        <table className="w-full text-left text-xs">
          <caption className="sr-only">{`${title} with the most calls of the last 30 days`}</caption>
          <thead>
            <tr className="border-b border-line text-soft">
              <th scope="col" className="py-1 font-medium">
                {title}
              </th>
              <th scope="col" className="py-1 pl-3 text-right font-medium">
                Calls
              </th>
              <th scope="col" className="py-1 pl-3 font-medium">
                Last seen
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ value, calls, lastSeen }) => (
              <tr key={value} className="border-b border-line align-top last:border-0">
                <th
                  scope="row"
                  translate={value === "other" ? undefined : "no"}
                  className="py-1 font-mono font-normal [overflow-wrap:anywhere]"
                >
                  {value === "other" ? "All others" : value}
                </th>
                <td className="py-1 pl-3 text-right tabular-nums">{numberText(calls)}</td>
                <td className="py-1 pl-3">
                  <RelativeTime at={lastSeen} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {note && rows.length > 0 ? <p className="mt-2 text-xs text-soft">{note}</p> : null}
    </div>
  );
}
