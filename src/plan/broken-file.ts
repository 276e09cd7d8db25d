import { lineIndex, type TextFinding } from './position.ts';

/** What happens to a whole file, rather than to a line of it: a merge that stopped, a copy that ended early. */

interface OpenConflict {
  readonly offset: number;
  readonly line: number;
  readonly words: string;
  divided: boolean;
}

/** Conflicts that git left in a text, one finding each. Code between fences may show some: these are none. */
export function conflictFindings(text: string): readonly TextFinding[] {
  if (!text.includes('<<<<<<<')) return [];
  const findings: TextFinding[] = [];
  let open: OpenConflict | undefined;
  let fenced = false;
  let offset = 0;
  for (const [index, line] of text.split('\n').entries()) {
    const words = line.trimEnd();
    if (open === undefined && /^\s{0,3}(?:```|~~~)/.test(line)) fenced = !fenced;
    if (!fenced && /^<{7}(?: |$)/.test(words)) open = { offset, line: index + 1, words, divided: false };
    else if (open !== undefined && words === '=======') open.divided = true;
    else if (open?.divided && /^>{7}(?: |$)/.test(words)) {
      findings.push({ offset: open.offset, message: conflictMessage(open, index + 1) });
      open = undefined;
    }
    offset += line.length + 1;
  }
  if (open !== undefined && findings.length === 0) {
    const message = `\`${shown(open.words)}\` is what git leaves where a merge stopped; write what is meant, and remove the marks`;
    findings.push({ offset: open.offset, message });
  }
  return findings;
}

function conflictMessage({ line, words }: OpenConflict, last: number): string {
  return `a merge stopped here: between \`${shown(words)}\` and line ${last} stand two versions of lines ${line + 1} to ${last - 1}; keep what is meant, and remove the three lines of marks`;
}

function shown(words: string): string {
  return words.length > 40 ? `${words.slice(0, 40)}…` : words;
}

/**
 * Why JSON is not whole: it ends while something is open. One bracket that lacks at the end is a slip, and not this.
 *
 * @returns Undefined where the text does not end too early.
 */
export function cutOffJson(text: string): TextFinding | undefined {
  const open: number[] = [];
  let quote = -1;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (quote >= 0) {
      if (character === '\\') at++;
      else if (character === '"') quote = -1;
      // A text that is not closed on its line is a slip on that line.
      else if (character === '\n') return undefined;
    } else if (character === '"') quote = at;
    else if (character === '{' || character === '[') open.push(at);
    else if (character === '}' || character === ']') open.pop();
  }
  const remedy = 'it was cut off; get the whole file again, or write the rest of it';
  if (quote >= 0) {
    return { offset: quote, message: `the file ends in the middle of the text that begins here: ${remedy}` };
  }
  const innermost = open.at(-1);
  if (innermost === undefined || open.length < 2) return undefined;
  const { line, column } = lineIndex(text)(innermost);
  const what = text[innermost] === '{' ? 'object' : 'list';
  const message = `the file ends here in the middle of the ${what} that begins at ${line}:${column}: ${remedy}`;
  return { offset: Math.max(0, text.trimEnd().length - 1), message };
}

/** A second value behind the end of the first: two files that became one. @param offset Where it begins. */
export function secondPlan(offset: number): TextFinding {
  return {
    offset,
    message:
      'the plan is over, and a second one begins here; a file holds one, so move it into a file of its own or remove it',
  };
}
