import { Mono } from "@/components/ui/mono";

/** The address of a call or a person. @param address null for one that isn't known */
export function IpAddress({ address }: { address: string | null }) {
  if (!address) return <span className="text-soft">Unknown</span>;
  return <Mono className="[overflow-wrap:anywhere]">{address}</Mono>;
}
