/** One thing wrong, as a tool's output tells it. Paths are as the tool wrote them. */
export interface ToolFinding {
  readonly file?: string;
  readonly line?: number;
  readonly name?: string;
  /** One line or a few. */
  readonly message: string;
}

/** Reads one tool's output: text without colours and carriage returns. Output of other tools gives nothing. */
export type OutputParser = (output: string) => readonly ToolFinding[];

/** @returns A finding without what is empty. */
export function toolFinding({
  file,
  line,
  name,
  message,
}: {
  readonly file?: string | undefined;
  readonly line?: string | number | undefined;
  readonly name?: string | undefined;
  readonly message: string;
}): ToolFinding {
  const number = Number(line);
  return {
    ...(file ? { file } : {}),
    ...(number > 0 ? { line: number } : {}),
    ...(name ? { name } : {}),
    message: message.trim(),
  };
}

/** @returns Lines without the indentation that all of them share. */
export function unindented(lines: readonly string[]): string {
  const depths = lines.filter((line) => line.trim()).map((line) => /^\s*/.exec(line)?.[0].length ?? 0);
  const depth = Math.min(...depths, 40);
  return lines
    .map((line) => line.slice(depth).trimEnd())
    .join('\n')
    .trim();
}
