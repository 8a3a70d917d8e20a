import { clsx } from "clsx";
import Link from "next/link";
import type { ReactNode } from "react";

import { CodeBlock } from "@/components/docs/code-block";
import { Code, DocSection, MarkedText, Paragraph, textLink } from "@/components/docs/prose";
import { FieldList, SchemaView } from "@/components/docs/schema-view";
import { QUICKSTART_PATH } from "@/components/shell/paths";
import { REASONS } from "@/lib/errors/reasons";
import type { Example, Reference, ReferenceOperation } from "@/lib/docs/reference";

/** Every endpoint, by section, with a table of contents. */
export function ReferenceView({ reference, documentPath }: { reference: Reference; documentPath: string }) {
  return (
    <div className="grid gap-8 lg:grid-cols-[15rem_minmax(0,1fr)]">
      <Contents reference={reference} />
      <div className="grid min-w-0 gap-10">
        <div className="grid gap-2">
          {reference.description ? <MarkedText text={reference.description} className="max-w-prose" /> : null}
          <Paragraph>
            Every response uses the{" "}
            <Link href={`${QUICKSTART_PATH}#envelope`} className={textLink}>
              envelope
            </Link>
            ; “Success” below shows its <Code>data</Code>. The same reference as an OpenAPI 3.1 document:{" "}
            <a href={documentPath} className={textLink}>
              {documentPath}
            </a>
            .
          </Paragraph>
        </div>
        {reference.groups.map((group) => (
          <DocSection key={group.id} id={group.id} title={group.name}>
            {group.description ? <MarkedText text={group.description} className="max-w-prose" /> : null}
            {group.operations.map((operation) => (
              <Operation key={operation.id} operation={operation} />
            ))}
          </DocSection>
        ))}
        <DocSection id="errors" title="Errors">
          <Paragraph>
            A failure has an <Code>error.code</Code>, and <Code>error.details.reason</Code> says which of its reasons
            applies. Branch on these two; messages are for people and may change. New reasons may be added: handle one
            that you don’t know by its code.
          </Paragraph>
          <ErrorsTable
            caption="Failures, by status"
            heading="Status"
            rows={reference.failures.map(({ status, code, description }) => [status, code, description])}
          />
          <ErrorsTable
            caption="Reasons, by code"
            heading="Reason"
            rows={Object.entries(REASONS).map(([reason, [code, when]]) => [reason, code, when])}
          />
        </DocSection>
      </div>
    </div>
  );
}

function Contents({ reference: { groups } }: { reference: Reference }) {
  return (
    <nav aria-label="On this page" className="min-w-0">
      <ul className="grid gap-3 lg:sticky lg:top-4 lg:max-h-[calc(100dvh-2rem)] lg:overflow-y-auto lg:border-r lg:border-line lg:pr-4">
        {groups.map((group) => (
          <li key={group.id}>
            <a href={`#${group.id}`} className="inline-block py-0.5 font-semibold hover:underline">
              {group.name}
            </a>
            <ul className="grid gap-1 pt-1 pl-2">
              {group.operations.map(({ id, summary }) => (
                <li key={id}>
                  <a href={`#${id}`} className="inline-block py-0.5 text-soft hover:text-ink hover:underline">
                    {summary}
                  </a>
                </li>
              ))}
            </ul>
          </li>
        ))}
        <li>
          <a href="#errors" className="inline-block py-0.5 font-semibold hover:underline">
            Errors
          </a>
        </li>
      </ul>
    </nav>
  );
}

const METHOD_TONES: Readonly<Record<string, string>> = {
  GET: "bg-accent-wash text-accent",
  POST: "bg-good-wash text-good",
  PUT: "bg-warn-wash text-warn",
  DELETE: "bg-bad-wash text-bad",
};

function Operation({ operation }: { operation: ReferenceOperation }) {
  const { id, method, path, summary, description, access, parameters, body, success, failures } = operation;
  return (
    <article aria-labelledby={id} className="grid min-w-0 gap-4 rounded-lg border border-line bg-surface p-4">
      <div className="grid min-w-0 gap-1.5">
        <h3 id={id} className="scroll-mt-4 font-semibold">
          <a href={`#${id}`} className="inline-block min-h-6 hover:underline">
            {summary}
          </a>
        </h3>
        <p className="flex min-w-0 flex-wrap items-baseline gap-2 font-mono text-xs">
          <span className={clsx("rounded px-1.5 py-0.5 font-semibold", METHOD_TONES[method])}>{method}</span>
          <span className="min-w-0 [overflow-wrap:anywhere]">{path}</span>
        </p>
        <p className="text-xs text-soft">{`Who may call: ${access}`}</p>
        {description ? <MarkedText text={description} className="max-w-prose" /> : null}
      </div>
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
          <Examples examples={body.examples} label={`Example body: ${summary}`} />
        </Part>
      ) : null}
      {success.map(({ status, description: meaning, schema, examples }) => (
        <Part key={status} title={`Success ${status}`}>
          {meaning && meaning !== "Success" ? <MarkedText text={meaning} className="max-w-prose text-xs" /> : null}
          {schema ? <SchemaView side="response" schema={schema} label={`Response fields of ${summary}`} /> : null}
          <Examples examples={examples} label={`Example response: ${summary}`} />
        </Part>
      ))}
      {failures.length > 0 ? (
        <p className="text-xs text-soft">
          <span>{`Possible errors: ${failures.join(", ")}.`}</span>{" "}
          <a href="#errors" className={textLink}>
            What they mean
          </a>
        </p>
      ) : null}
    </article>
  );
}

const PLACES = { path: "In the path", query: "In the query", header: "Headers" };

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="grid min-w-0 gap-2">
      <h4 className="text-xs font-semibold">{title}</h4>
      {children}
    </div>
  );
}

function Examples({ examples, label }: { examples: readonly Example[]; label: string }) {
  return examples.map(({ title, json }) => (
    <details key={title ?? ""} className="min-w-0">
      <summary className="py-1 text-xs font-medium">{title ? `Example: ${title}` : "Example"}</summary>
      <div className="pt-2">
        <CodeBlock code={json} label={title ? `${label}, ${title}` : label} />
      </div>
    </details>
  ));
}

/** A status or reason, its code, and when it is sent. */
type ErrorsRow = readonly [name: string, code: string | null, when: string];

/** The errors of the API, by status or by reason. */
function ErrorsTable({ caption, heading, rows }: { caption: string; heading: string; rows: readonly ErrorsRow[] }) {
  return (
    <table className="w-full rounded-lg border border-line bg-surface text-left max-sm:block">
      <caption className="sr-only">{caption}</caption>
      <thead className="border-b border-line max-sm:sr-only">
        <tr>
          {[heading, "Code", "When"].map((title) => (
            <th key={title} scope="col" className="px-3 py-2 text-xs font-medium text-soft">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="max-sm:block">
        {rows.map(([name, code, when]) => (
          <tr
            key={name}
            className="border-t border-line align-baseline first:border-t-0 max-sm:flex max-sm:flex-wrap max-sm:gap-x-2 max-sm:px-3 max-sm:py-2"
          >
            <th scope="row" className="px-3 py-2 font-mono text-xs max-sm:p-0">
              {name}
            </th>
            <td className="px-3 py-2 max-sm:p-0">{code ? <Code>{code}</Code> : null}</td>
            <td className="px-3 py-2 max-sm:w-full max-sm:p-0">
              <MarkedText text={when} className="max-w-prose" />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
