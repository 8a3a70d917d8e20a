import { CodeBlock } from "@/components/ui/code-block";
import type { Outcome } from "@/components/docs/send-request";
import { Callout } from "@/components/ui/callout";
import { textLinkClass } from "@/components/ui/link";
import { Mono } from "@/components/ui/mono";

function statusText(isSending: boolean, outcome: Outcome | null): string {
  if (isSending) return "Sending…";
  if (!outcome || "failure" in outcome) return "";
  return `${outcome.status} ${outcome.statusText}`.trim() + ` in ${outcome.milliseconds} ms`;
}

/** What a request got: status, headers and body. */
export function TryItOutcome({
  summary,
  isSending,
  outcome,
}: {
  summary: string;
  isSending: boolean;
  outcome: Outcome | null;
}) {
  const text = statusText(isSending, outcome);
  return (
    <div className="grid min-w-0 gap-3">
      <p role="status" className={text ? "font-medium" : "sr-only"}>
        {text}
      </p>
      {outcome && "failure" in outcome ? (
        <Callout tone="bad" alert>
          {outcome.failure}
        </Callout>
      ) : null}
      {outcome && "status" in outcome ? (
        <>
          <dl className="grid gap-1">
            {outcome.headers.map(([name, value]) => (
              <div key={name} className="flex flex-wrap gap-x-2 text-xs">
                <dt className="text-soft">{name}</dt>
                <dd className="min-w-0 [overflow-wrap:anywhere]">
                  <Mono>{value}</Mono>
                </dd>
              </div>
            ))}
          </dl>
          {outcome.explained ? (
            <p>
              <a href={outcome.explained} className={textLinkClass}>
                What this error means
              </a>
            </p>
          ) : null}
          {outcome.body ? <CodeBlock title="Body" code={outcome.body} label={`Response to ${summary}`} /> : null}
        </>
      ) : null}
    </div>
  );
}
