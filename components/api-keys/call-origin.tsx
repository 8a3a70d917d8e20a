/** Where a call came from, as far as that is known: "from 203.0.113.7 by curl". */
export function CallOrigin({ address, client }: { address: string | null; client: string | null }) {
  return (
    <>
      {address ? (
        <span>
          from <span translate="no">{address}</span>{" "}
        </span>
      ) : null}
      {client ? (
        <span>
          by <bdi translate="no">{client}</bdi>
        </span>
      ) : null}
    </>
  );
}
