import { clsx } from "clsx";
import type { ReactNode } from "react";

import { CodeBlock } from "@/components/ui/code-block";
import { LinkedHeading, MarkedText, WithSamples } from "@/components/docs/prose";
import { Samples } from "@/components/docs/samples";
import { FieldList, SchemaView } from "@/components/docs/schema-view";
import { TryIt } from "@/components/docs/try-it";
import { textLinkClass } from "@/components/ui/link";
import type { Program } from "@/lib/docs/languages";
import type { Example, ReferenceOperation } from "@/lib/docs/reference";
import { tryable } from "@/lib/docs/try-request";

const METHOD_TONES: Readonly<Record<string, string>> = {
  GET: "bg-accent-wash text-accent",
  POST: "bg-good-wash text-good",
  PUT: "bg-warn-wash text-warn",
  DELETE: "bg-bad-wash text-bad",
};

/** An endpoint: what it takes and returns, and beside it programs that call it and an example of its response. */
export function Operation({ operation, programs }: { operation: ReferenceOperation; programs: readonly Program[] }) {
  const { id, method, path, summary, description, access, success } = operation;
  const samples = (
    <>
      <Samples title={summary} programs={programs}>
        <TryIt operation={tryable(operation)} />
      </Samples>
      {success.map(({ status, examples: [example] }) =>
        example ? (
          <CodeBlock
            key={status}
            title={`Response ${status}`}
            code={example.json}
            label={`Example response: ${summary}`}
          />
        ) : null,
      )}
    </>
  );
  return (
    <article aria-labelledby={id} className="min-w-0 border-t border-line pt-6">
      <WithSamples samples={samples}>
        <div className="grid min-w-0 gap-1.5">
          <LinkedHeading id={id} level="h3">
            {summary}
          </LinkedHeading>
          <p className="flex min-w-0 flex-wrap items-baseline gap-2 font-mono text-xs">
            <span
              className={clsx(
                // The border shows only in forced colours.
                "rounded-sm border border-transparent px-1.5 py-px font-semibold",
                METHOD_TONES[method],
              )}
            >
              {method}
            </span>
            <span className="min-w-0 [overflow-wrap:anywhere]">{path}</span>
          </p>
          <p className="text-xs text-soft">{`Who may call: ${access}`}</p>
          {description ? <MarkedText text={description} className="max-w-prose" /> : null}
        </div>
        <Takes operation={operation} />
        <Returns operation={operation} />
      </WithSamples>
    </article>
  );
}

const PLACES = { path: "In the path", query: "In the query", header: "Headers" };

/** Parameters and body. */
function Takes({ operation: { summary, parameters, body } }: { operation: ReferenceOperation }) {
  return (
    <>
      {parameters.length > 0 ? (
        <Part title="Parameters">
          {Object.entries(PLACES).map(([place, title]) => {
            const placed = parameters.filter((parameter) => parameter.place === place).map(({ schema }) => schema);
            return placed.length === 0 ? null : (
              <div key={place} className="grid min-w-0 gap-1">
                <p className="text-xs text-soft">{title}</p>
                <FieldList side="request" fields={placed} label={`${title} of ${summary}`} />
              </div>
            );
          })}
        </Part>
      ) : null}
      {body ? (
        <Part title="Body">
          <SchemaView side="request" schema={body.schema} label={`Body fields of ${summary}`} />
          <MoreExamples examples={body.examples} label={`Example body: ${summary}`} />
        </Part>
      ) : null}
    </>
  );
}

/** Fields of the response, and errors. */
function Returns({ operation: { summary, success, failures } }: { operation: ReferenceOperation }) {
  return (
    <>
      {success.map(({ status, description: meaning, schema, examples }) => (
        <Part key={status} title={`Success ${status}`}>
          {meaning && meaning !== "Success" ? <MarkedText text={meaning} className="max-w-prose text-xs" /> : null}
          {schema ? <SchemaView side="response" schema={schema} label={`Response fields of ${summary}`} /> : null}
          <MoreExamples examples={examples} label={`Example response: ${summary}`} />
        </Part>
      ))}
      {failures.length > 0 ? (
        <p className="text-xs text-soft">
          <span>{`Possible errors: ${failures.join(", ")}.`}</span>{" "}
          <a href="#errors" className={textLinkClass}>
            What they mean
          </a>
        </p>
      ) : null}
    </>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="grid min-w-0 gap-2">
      <h4 className="text-xs font-semibold">{title}</h4>
      {children}
    </div>
  );
}

/** The examples where there are several; one is among the samples. */
function MoreExamples({ examples, label }: { examples: readonly Example[]; label: string }) {
  if (examples.length < 2) return null;
  return examples.map(({ title, json }) => (
    <details key={title ?? ""} className="min-w-0">
      <summary className="py-1 text-xs font-medium">{`Example: ${title ?? ""}`}</summary>
      <div className="pt-2">
        <CodeBlock title="JSON" code={json} label={`${label}, ${title ?? ""}`} />
      </div>
    </details>
  ));
}
