export default function Loading() {
  return (
    <div role="status" aria-label="Loading your sessions" className="mx-auto max-w-3xl">
      <div className="mb-4 h-7 w-40 animate-pulse rounded bg-sunken" />
      <div className="grid gap-5 rounded-lg border border-line bg-surface p-4">
        {Array.from({ length: 3 }, (_, row) => (
          <div key={row} className="h-8 animate-pulse rounded bg-sunken" />
        ))}
      </div>
    </div>
  );
}
