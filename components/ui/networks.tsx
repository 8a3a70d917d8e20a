import { Mono } from "@/components/ui/mono";

/** The networks that something may be used from. */
export function Networks({ networks }: { networks: readonly string[] }) {
  if (networks.length === 0) return <span className="text-soft">Anywhere</span>;
  return networks.map((network) => (
    <span key={network} className="block">
      <Mono>{network}</Mono>
    </span>
  ));
}
