/** The fenced blocks of a Markdown page. @returns what follows the three backticks, and the code, without the indentation of a list */
export function fencedBlocks(page: string): { info: string; code: string }[] {
  return Array.from(page.matchAll(/^( *)```(.+)\n([\s\S]*?)^\1```$/gm), ([, indent = "", info = "", code = ""]) => ({
    info,
    code: code.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
  }));
}

/** The only block with this info. @throws Error unless there is exactly one */
export function fencedBlock(page: string, info: string): string {
  const [block, ...others] = fencedBlocks(page).filter((found) => found.info === info);
  if (!block || others.length > 0) throw new Error(`The page must have one block with \`\`\`${info}.`);
  return block.code;
}
