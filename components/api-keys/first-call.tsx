/** How a key is used, as a command. @param caption above it */
export function FirstCall({ apiUrl, caption }: { apiUrl: string; caption: string }) {
  return (
    <figure className="grid max-w-full justify-items-start gap-2 text-left">
      <figcaption className="text-xs text-soft">{caption}</figcaption>
      <pre
        translate="no"
        className="rounded-md border border-line bg-sunken px-3 py-2 font-mono text-xs leading-relaxed [overflow-wrap:anywhere] whitespace-pre-wrap"
      >
        {`curl ${apiUrl}/public-api/agents \\\n  -H "Authorization: Bearer $NEO_API_KEY"`}
      </pre>
    </figure>
  );
}
