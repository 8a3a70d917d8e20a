// Repository rules that no published plugin has.
import path from "node:path";

import ts from "typescript";

/** Server-only modules. A module that imports one must not be reachable from a browser. */
const SERVER_MODULES =
  /^(node:|pg$|pino$|@azure\/|@prisma\/|next\/headers$|next-auth$|next-auth\/(?!react)|@\/lib\/(db\/(client|pool)|config\/env|logging\/log)$|@\/lib\/generated\/prisma\/client$)/;

/** @type {import("eslint").Rule.RuleModule} */
const serverOnlyFirst = {
  meta: {
    type: "problem",
    schema: [],
    messages: { missing: 'A module that imports {{ name }} must begin with `import "server-only"`.' },
  },
  create: (context) => ({
    Program(program) {
      const imports = program.body.filter((node) => node.type === "ImportDeclaration");
      if (imports[0]?.source.value === "server-only") return;
      const server = imports.find(
        (node) =>
          /** @type {{ importKind?: string }} */ (node).importKind !== "type" &&
          SERVER_MODULES.test(String(node.source.value)),
      );
      if (server) context.report({ node: server, messageId: "missing", data: { name: String(server.source.value) } });
    },
  }),
};

/** @type {import("eslint").Rule.RuleModule} */
const fileName = {
  meta: {
    type: "problem",
    schema: [],
    messages: {
      kebab: "File names are kebab-case: {{ name }}.",
      vague: "A file is named for what it does: {{ name }} says nothing.",
    },
  },
  create: (context) => ({
    Program(node) {
      const name = path.basename(context.filename);
      if (!/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)+$/.test(name))
        context.report({ node, messageId: "kebab", data: { name } });
      if (/^(utils?|helpers?|misc|common|index)\./.test(name))
        context.report({ node, messageId: "vague", data: { name } });
    },
  }),
};

/** SQL that changes keys. */
const KEY_SQL = /\b(insert\s+into|update|delete\s+from|truncate(\s+table)?|merge\s+into)\s+"?api_keys\b/i;

/**
 * Prisma's writing methods on `apiKey` and SQL that changes `api_keys`; with the option "sql" such SQL is allowed.
 * @type {import("eslint").Rule.RuleModule}
 */
const oneKeyWriter = {
  meta: {
    type: "problem",
    schema: [{ enum: ["sql"] }],
    messages: { writer: "Only lib/api-keys/service.ts and update.ts change keys." },
  },
  create: (context) => {
    const text = (/** @type {import("estree").Node} */ node, /** @type {string} */ value) => {
      if (context.options[0] !== "sql" && KEY_SQL.test(value)) context.report({ node, messageId: "writer" });
    };
    return {
      "CallExpression > MemberExpression.callee[property.name=/^(create|update|delete|upsert)/]"(
        /** @type {import("estree").MemberExpression} */ node,
      ) {
        const { object } = node;
        const named = object.type === "MemberExpression" ? object.property : object;
        if (named.type === "Identifier" && named.name === "apiKey") context.report({ node, messageId: "writer" });
      },
      Literal: (node) => text(node, String(node.value)),
      TemplateElement: (node) => text(node, node.value.raw),
    };
  },
};

/**
 * How React treats a child: `text` is a text node that stays, `changing text` one that React rewrites or removes,
 * `changing` an element that comes and goes, `still` an element that stays.
 * @typedef {"text" | "changing text" | "changing" | "still"} ChildKind
 */

/**
 * What these rules read of a node; ESLint's types do not know JSX.
 * @typedef {object} JsxNode
 * @property {string} type
 * @property {unknown} [name]
 * @property {unknown} [value]
 * @property {JsxNode[]} [children]
 * @property {JsxNode[]} [attributes]
 * @property {JsxNode} [expression]
 * @property {JsxNode} [consequent]
 * @property {JsxNode} [alternate]
 * @property {JsxNode} [right]
 * @property {JsxNode} [callee]
 * @property {JsxNode} [property]
 */

/**
 * What the parser adds with type information.
 * @typedef {{ getTypeAtLocation?: (node: JsxNode) => import("typescript").Type }} TypeServices
 */

/** @param {JsxNode} node */
const reported = (node) => /** @type {import("eslint").JSSyntaxElement} */ (/** @type {unknown} */ (node));

/** Types that React renders as a text node. */
const TEXT_TYPES =
  ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.StringLike | ts.TypeFlags.NumberLike | ts.TypeFlags.BigIntLike;

/**
 * What a child expression renders, by its syntax, else by its type; without types it counts as text.
 * A `children` prop is judged where it is written.
 * @param {JsxNode} node
 * @param {TypeServices} services
 * @returns {ChildKind}
 */
function kindOf(node, services) {
  const isText = (/** @type {JsxNode | undefined} */ part) => part && kindOf(part, services).endsWith("text");
  switch (node.type) {
    case "JSXElement":
      return "still";
    case "JSXFragment":
      return "changing";
    case "Literal":
      return typeof node.value === "string" || typeof node.value === "number" ? "text" : "still";
    case "ConditionalExpression":
      return isText(node.consequent) || isText(node.alternate) ? "changing text" : "changing";
    case "LogicalExpression":
      return isText(node.right) ? "changing text" : "changing";
  }
  // Lists of elements.
  if (node.type === "CallExpression" && node.callee?.property?.name === "map") return "changing";
  const named = node.callee ?? node;
  if (named.type === "Identifier" && named.name === "children") return "still";
  const type = services.getTypeAtLocation?.(node);
  if (!type) return "changing text";
  const parts = type.isUnion() ? type.types : [type];
  return parts.some(({ flags }) => flags & TEXT_TYPES) ? "changing text" : "changing";
}

/**
 * A browser's translation moves text nodes into its own elements. React then can't insert before or remove such a node,
 * which crashes the page, and writes new text where nobody sees it. Text that is the only child of its element is safe:
 * React sets the element's text.
 * @type {import("eslint").Rule.RuleModule}
 */
const textAlone = {
  meta: {
    type: "problem",
    schema: [],
    messages: {
      beside: "Text beside something that changes needs an element of its own, or a browser's translation breaks it.",
      fragment: "Text in a fragment needs an element of its own, or a browser's translation breaks it.",
      translated: 'Code must not be translated: add translate="no".',
    },
  },
  create: (context) => {
    /** @type {unknown} */
    const found = context.sourceCode.parserServices;
    const services = /** @type {TypeServices} */ (found);
    const look = (/** @type {JsxNode} */ parent) => {
      const isBlank = (/** @type {JsxNode | undefined} */ node) =>
        typeof node?.value === "string" && node.value.trim() === "";
      const children = (parent.children ?? []).filter(
        (child) => !(child.type === "JSXText" && isBlank(child)) && child.expression?.type !== "JSXEmptyExpression",
      );
      /** @type {ChildKind[]} */
      const kinds = children.map((child) => {
        if (child.type === "JSXText") return "text";
        // Whitespace between two elements is not translated.
        if (child.type !== "JSXExpressionContainer" || !child.expression || isBlank(child.expression)) return "still";
        return kindOf(child.expression, services);
      });
      const text = children[kinds.findIndex((kind) => kind.endsWith("text"))];
      if (!text) return;
      if (parent.type === "JSXFragment") context.report({ node: reported(text), messageId: "fragment" });
      else if (kinds.length > 1 && kinds.some((kind) => kind.startsWith("changing")))
        context.report({ node: reported(text), messageId: "beside" });
    };
    return {
      JSXElement: look,
      JSXFragment: look,
      "JSXOpeningElement[name.name=/^(code|pre|kbd|samp)$/]:not(:has(JSXAttribute[name.name='translate'][value.value='no']))":
        (/** @type {JsxNode} */ node) => {
          context.report({ node: reported(node), messageId: "translated" });
        },
    };
  },
};

/** @type {import("eslint").ESLint.Plugin} */
export const house = {
  rules: {
    "server-only-first": serverOnlyFirst,
    "file-name": fileName,
    "one-key-writer": oneKeyWriter,
    "text-alone": textAlone,
  },
};
