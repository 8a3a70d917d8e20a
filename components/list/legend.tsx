/** A status and its meaning. */
export type Term = readonly [term: string, meaning: string];

/** What the words of a list mean, for people who cannot hover over them. */
export function Legend({ terms, title = "What the statuses mean" }: { terms: readonly Term[]; title?: string }) {
  return (
    <details>
      <summary className="py-1.5">{title}</summary>
      <dl className="mt-1 grid max-w-prose gap-1.5">
        {terms.map(([term, meaning]) => (
          <div key={term}>
            <dt className="inline font-medium text-ink">{`${term}: `}</dt>
            <dd className="inline">{meaning}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
