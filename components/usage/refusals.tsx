import type { AddressMode } from "@/components/usage/callers";
import { MarkedText } from "@/components/docs/prose";
import { Cell, DataTable, RowGroup, RowHeader } from "@/components/list/data-table";
import { LocalAndUtcTime } from "@/components/time/time";
import { IpAddress } from "@/components/ui/ip-address";
import { Mono } from "@/components/ui/mono";
import { Section } from "@/components/ui/section";
import type { Usage } from "@/lib/usage/read";
import { REASONS } from "@/lib/errors/reasons";

const ADDRESS = { id: "address", label: "IP address", width: "md:w-32 xl:w-36" };
const COLUMNS = [
  { id: "when", label: "When", width: "md:w-24 xl:w-52" },
  { id: "reason", label: "Reason" },
  { id: "status", label: "Status", width: "md:w-14 xl:w-18" },
  { id: "endpoint", label: "Endpoint", width: "md:w-32 xl:w-58" },
  ADDRESS,
  { id: "request", label: "Request ID", width: "md:w-28 xl:w-52" },
];

/** The meaning of a reason; one of another version of Neo stays as it is stored. */
const meaningOf = (reason: string) => Object.entries(REASONS).find(([name]) => name === reason)?.[1][1] ?? null;

/** The latest calls with a key, or of an application, that were answered with 4xx. */
export function RecentRefusals({ refusals, addresses }: { refusals: Usage["refusals"]; addresses: AddressMode }) {
  // An operator may have switched addresses off just now.
  const hasAddresses = addresses !== "off" || refusals.some(({ address }) => address !== null);
  return (
    <Section title="Recent refusals">
      <div className="rounded-lg border border-line bg-surface">
        {refusals.length === 0 ? (
          <p className="p-4 text-soft">No calls were refused in the last 30 days.</p>
        ) : (
          <DataTable
            caption="The latest calls answered with 4xx"
            columns={COLUMNS.filter((column) => hasAddresses || column !== ADDRESS)}
          >
            {refusals.map((refusal) => (
              <Refusal key={refusal.requestId} refusal={refusal} hasAddresses={hasAddresses} />
            ))}
          </DataTable>
        )}
      </div>
      {hasAddresses || refusals.length === 0 ? null : (
        <p className="px-1 pt-2 text-xs text-soft">Addresses aren’t recorded.</p>
      )}
    </Section>
  );
}

function Refusal({ refusal, hasAddresses }: { refusal: Usage["refusals"][number]; hasAddresses: boolean }) {
  const { at, reason, status, endpoint, address, requestId } = refusal;
  const meaning = meaningOf(reason);
  return (
    <RowGroup>
      <tr className="list-row">
        <Cell label="When">
          <LocalAndUtcTime at={at} seconds />
        </Cell>
        <RowHeader className="font-normal! max-md:order-first">
          {meaning ? <MarkedText text={meaning} /> : null}
          <Mono className="text-soft">{reason}</Mono>
        </RowHeader>
        <Cell label="Status">{status}</Cell>
        <Cell label="Endpoint">
          <Mono className="[overflow-wrap:anywhere]">{endpoint}</Mono>
        </Cell>
        {hasAddresses ? (
          <Cell label={ADDRESS.label}>
            <span className="inline-block min-w-28">
              <IpAddress address={address} />
            </span>
          </Cell>
        ) : null}
        <Cell label="Request ID">
          <Mono className="[overflow-wrap:anywhere]">{requestId}</Mono>
        </Cell>
      </tr>
    </RowGroup>
  );
}
