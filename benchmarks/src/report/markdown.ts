/** A table in Markdown. The first column is text, the others are figures. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const [titles = []] = rows;
  const rule = titles.map((_, index) => (index === 0 ? "---" : "---:"));
  const all = [titles, rule, ...rows.slice(1)];
  const widths = titles.map((_, index) => Math.max(...all.map((row) => row[index]?.length ?? 0)));
  return all.map((row) => lineOf(row, widths)).join("\n");
}

function lineOf(row: readonly string[], widths: readonly number[]): string {
  const cells = row.map((cell, index) => {
    const width = widths[index] as number;
    return index === 0 ? cell.padEnd(width) : cell.padStart(width);
  });
  return `| ${cells.join(" | ")} |`;
}
