export default function Loading() {
  return (
    <div role="status" aria-label="Loading agents">
      <div className="mb-4 h-7 w-24 animate-pulse rounded bg-sunken" />
      <div className="grid gap-5 rounded-lg border border-line bg-surface p-4">
        {Array.from({ length: 8 }, (_, row) => (
          <div key={row} className="h-4 animate-pulse rounded bg-sunken" />
        ))}
      </div>
    </div>
  );
}
