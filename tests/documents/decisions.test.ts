import { describe, expect, it } from "vitest";

import { headings, projectFiles, readProjectFile } from "./project-files";

const FOLDER = "docs/decisions/";
const decisions = projectFiles(FOLDER.slice(0, -1)).filter((file) => !file.endsWith("README.md"));

describe("docs/decisions", () => {
  it("numbers decisions without gaps", () => {
    const numbers = decisions.map((file) => Number(file.slice(FOLDER.length, FOLDER.length + 3))).sort((a, b) => a - b);
    expect(numbers).toEqual(numbers.map((_, n) => n + 1));
  });

  it.each(decisions)("%s has its number in its title, and says context, decision and consequences", (file) => {
    const [title, ...sections] = headings(readProjectFile(file));
    expect(title).toMatch(new RegExp(`^${file.slice(FOLDER.length, FOLDER.length + 3)}: .{10}`));
    expect(sections).toEqual(["Context", "Decision", "Consequences"]);
  });

  it("indexes every decision once, by its title", () => {
    const indexed = [...readProjectFile(`${FOLDER}README.md`).matchAll(/^- \[(\d{3})\]\(([^)]+)\) (.+)$/gm)];
    const expected = decisions.map(
      (file) => `${file.slice(FOLDER.length)} ${headings(readProjectFile(file))[0] ?? ""}`,
    );
    expect(indexed.map(([, number, file, title]) => `${file} ${number}: ${title}`).sort()).toEqual(expected.sort());
  });
});
