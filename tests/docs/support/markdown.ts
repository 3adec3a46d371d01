/** A fenced block. */
export interface Block {
  readonly language: string;
  readonly text: string;
  /** Where its fence opens, counted from 1. */
  readonly line: number;
}

/** A table, and the heading it stands under. */
export interface Table {
  readonly heading: string;
  /** Without the head. */
  readonly rows: readonly (readonly string[])[];
}

const FENCED = /^```(\w*)\n(.*?)^```$/gms;
const CODE_SPAN = /`[^`\n]+`/g;

export function blocksOf(markdown: string): readonly Block[] {
  return Array.from(markdown.matchAll(FENCED), ({ 1: language = "", 2: text = "", index }) => ({
    language,
    text,
    line: markdown.slice(0, index).split("\n").length,
  }));
}

/** Where the links of a page lead, as they are written. */
export function linksOf(markdown: string): readonly string[] {
  const prose = markdown.replace(FENCED, "").replace(CODE_SPAN, "");
  return Array.from(prose.matchAll(/\]\(([^)\s]+)\)/g), ([, target]) => target ?? "");
}

/** The names by which headings can be linked to, as GitHub makes them. */
export function anchorsOf(markdown: string): ReadonlySet<string> {
  return new Set(headingsOf(markdown.replace(FENCED, "")).map(anchorOf));
}

export function tablesOf(markdown: string): readonly Table[] {
  const tables: { heading: string; rows: string[][] }[] = [];
  let heading = "";
  let isInside = false;
  for (const line of markdown.replace(FENCED, "").split("\n")) {
    const isRow = line.startsWith("|");
    if (isRow && !isInside) tables.push({ heading, rows: [] });
    if (isRow) tables.at(-1)?.rows.push(cellsOf(line));
    heading = headingsOf(line)[0] ?? heading;
    isInside = isRow;
  }
  // The first two rows are the head and the line below it.
  return tables.map((table) => ({ heading: table.heading, rows: table.rows.slice(2) }));
}

/** The first table under a heading. Throws where there is none. */
export function tableUnder(tables: readonly Table[], heading: string): Table {
  const table = tables.find((candidate) => candidate.heading === heading);
  if (table === undefined) throw new Error(`There is no table under "${heading}".`);
  return table;
}

/** The names in the first column. */
export function namesIn({ rows }: Table): readonly string[] {
  return rows.flatMap(([name]) => codesIn(name));
}

/** The text in a cell that is nothing but one piece of code. */
export function codeIn(cell: string | undefined): string | undefined {
  return /^`([^`]+)`$/.exec(cell ?? "")?.[1];
}

/** All pieces of code in a cell. */
export function codesIn(cell: string | undefined): readonly string[] {
  return Array.from((cell ?? "").matchAll(/`([^`]+)`/g), ([, code]) => code ?? "");
}

function headingsOf(markdown: string): readonly string[] {
  return Array.from(markdown.matchAll(/^#+ +(.+)$/gm), ([, heading]) => heading ?? "");
}

function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

/** A bar within a cell is written with a backslash before it. */
function cellsOf(row: string): string[] {
  return row
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll("\\|", "|"));
}
