export default function Loading() {
  return (
    <div role="status" aria-label="Loading agents">
      <div className="bg-sunken mb-4 h-7 w-24 animate-pulse rounded" />
      <div className="bg-surface border-line grid gap-5 rounded-lg border p-4">
        {Array.from({ length: 8 }, (_, row) => (
          <div key={row} className="bg-sunken h-4 animate-pulse rounded" />
        ))}
      </div>
    </div>
  );
}
