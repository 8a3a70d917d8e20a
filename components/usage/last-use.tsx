import { CallOrigin } from "@/components/api-keys/call-origin";
import { RelativeTime } from "@/components/time/time";
import { FactNote } from "@/components/ui/facts";
import { Mono } from "@/components/ui/mono";
import type { Usage } from "@/lib/usage/read";

/** When, from where, by what and for what a key or an application was used last, as far as it is known. */
export function LastUse({ latest }: { latest: Usage["latest"] }) {
  if (!latest) return <span className="text-soft">Not used yet</span>;
  const { at, address, client, endpoint } = latest;
  return (
    <>
      <RelativeTime at={at} />
      {client ? (
        <FactNote>
          <CallOrigin address={address} client={client} />
        </FactNote>
      ) : null}
      {endpoint ? (
        <FactNote>
          <Mono>{endpoint}</Mono>
        </FactNote>
      ) : null}
    </>
  );
}
