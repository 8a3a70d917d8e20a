import Link from "next/link";

import { CredentialsProvider } from "@/components/docs/credentials";
import { ErrorsTable } from "@/components/docs/errors-table";
import { LanguageLinks } from "@/components/docs/language-links";
import type { NavSection } from "@/components/docs/nav-filter";
import { Operation } from "@/components/docs/operation";
import { PageNav } from "@/components/docs/page-nav";
import { Code, DocPage, DocSection, MarkedText, Paragraph } from "@/components/docs/prose";
import { QUICKSTART_PATH } from "@/components/shell/paths";
import { textLinkClass } from "@/components/ui/link";
import type { Program } from "@/lib/docs/languages";
import type { Reference, ReferenceOperation } from "@/lib/docs/reference";
import { errorAnchor } from "@/lib/errors/doc-url";
import { type Reason, REASONS } from "@/lib/errors/reasons";

/** Every endpoint, by section, and the errors. @param programsOf writes a request for an operation in every language */
export function ReferenceView({
  reference,
  documentPath,
  collectionPath,
  programsOf,
}: {
  reference: Reference;
  documentPath: string;
  collectionPath: string;
  programsOf: (operation: ReferenceOperation) => readonly Program[];
}) {
  return (
    <DocPage nav={<PageNav searchable sections={navigation(reference)} />}>
      <div className="grid gap-2">
        {reference.description ? <MarkedText text={reference.description} className="max-w-prose" /> : null}
        <Paragraph>
          Every response uses the{" "}
          <Link href={`${QUICKSTART_PATH}#envelope`} className={textLinkClass}>
            envelope
          </Link>
          ; “Success” below lists the fields of its <Code>data</Code>. The same reference as an OpenAPI 3.1 document:{" "}
          <a href={documentPath} className={textLinkClass}>
            {documentPath}
          </a>
          , and as a Postman collection:{" "}
          <a href={collectionPath} className={textLinkClass}>
            {collectionPath}
          </a>
          .
        </Paragraph>
        <LanguageLinks />
      </div>
      <CredentialsProvider>
        {reference.groups.map((group) => (
          <DocSection key={group.id} id={group.id} title={group.name}>
            {group.description ? <MarkedText text={group.description} className="max-w-prose" /> : null}
            <div className="mt-3 grid min-w-0 gap-10">
              {group.operations.map((operation) => (
                <Operation key={operation.id} operation={operation} programs={programsOf(operation)} />
              ))}
            </div>
          </DocSection>
        ))}
      </CredentialsProvider>
      <DocSection id="errors" title="Errors">
        <Paragraph>
          A failure has an <Code>error.code</Code>, and <Code>error.details.reason</Code> says which of its reasons
          applies. Branch on these two; messages are for people and may change. <Code>error.doc_url</Code> leads to the
          row below. New reasons may be added: handle one that you don’t know by its code.
        </Paragraph>
        <ErrorsTable failures={reference.failures} />
      </DocSection>
    </DocPage>
  );
}

/** The page's sections. Errors are too many to list before a search. */
const navigation = ({ groups }: Reference): NavSection[] => [
  ...groups.map(({ id, name, operations }) => ({
    id,
    title: name,
    entries: operations.map(({ id: anchor, summary, method, path }) => ({
      id: anchor,
      title: summary,
      words: `${method} ${path}`,
    })),
  })),
  {
    id: "errors",
    title: "Errors",
    onlySearched: true,
    entries: (Object.keys(REASONS) as Reason[]).map((reason) => ({
      id: errorAnchor(reason),
      title: reason,
      words: REASONS[reason][0],
    })),
  },
];
