import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { conflictFindings, cutOffJson, secondPlan } from './broken-file.ts';
import { type Locate, lineIndex, type Path, type TextFinding } from './position.ts';

export type ParsedJson =
  | { ok: true; value: unknown; locate: Locate; duplicateKeys: readonly TextFinding[] }
  | { ok: false; findings: readonly TextFinding[] };

export const LIMITS = { characters: 20_000_000, depth: 64, values: 2_000_000 } as const;

/**
 * Parses plain JSON, and finds where things stand once somebody asks. Cheap limits come first, so that a hostile file
 * costs one look at its text. Keys that stand twice in one object are reported beside the value, in which the last wins.
 */
export function parseJson(text: string): ParsedJson {
  const { excess, keys, escapes } = measure(text);
  if (excess !== undefined) return { ok: false, findings: [excess] };
  try {
    const value: unknown = JSON.parse(text);
    let tree: Node | undefined;
    const root = () => {
      tree ??= parseTree(text);
      if (tree === undefined)
        throw new Error('this is JSON to the platform, and nothing to the parser that finds places');
      return tree;
    };
    // Of a file that is in order nobody asks where anything stands, and to find that out takes longer than all the rest.
    const duplicateKeys = !escapes && keysIn(value) === keys ? [] : findDuplicateKeys(root());
    return { ok: true, value, locate: (path, part) => locate(root(), { path, part }), duplicateKeys };
  } catch (error) {
    return { ok: false, findings: refusal(text, error) };
  }
}

interface Measured {
  readonly excess?: TextFinding;
  /** So many keys are written, where the text is JSON: nothing else has a colon outside of quotes. */
  readonly keys: number;
  /** Some key has an escape: V8 13.6 gives an object with such keys, one of them twice, keys that stand nowhere in the text. */
  readonly escapes: boolean;
}

function measure(text: string): Measured {
  let depth = 0;
  let values = 0;
  let keys = 0;
  let quoted = false;
  /** In the text in quotes that was last read. */
  let escaped = false;
  let escapes = false;
  const exceeds = (offset: number, message: string): Measured => ({ excess: { offset, message }, keys, escapes });
  if (text.length > LIMITS.characters)
    return exceeds(0, `the file has ${text.length} characters; at most ${LIMITS.characters} are read`);
  for (let offset = 0; offset < text.length; offset++) {
    const code = text.charCodeAt(offset);
    if (quoted) {
      if (code === 92 /* \ */) {
        offset++;
        escaped = true;
      } else if (code === 34 /* " */ || code === 10) quoted = false;
    } else if (code === 34) {
      quoted = true;
      escaped = false;
    } else if (code === 44 /* , */) values++;
    else if (code === 58 /* : */) {
      keys++;
      escapes ||= escaped;
    } else if (code === 91 /* [ */ || code === 123 /* { */) {
      depth++;
      values++;
    } else if (code === 93 || code === 125) depth--;
    if (depth > LIMITS.depth) return exceeds(offset, `nested more than ${LIMITS.depth} levels deep; make it flatter`);
    if (values > LIMITS.values) return exceeds(offset, `more than ${LIMITS.values} values; divide the file`);
  }
  return { keys, escapes };
}

/** Keys of all objects in a value, of one that stands twice the last alone. */
function keysIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let keys = 0;
  if (Array.isArray(value)) for (const entry of value) keys += keysIn(entry);
  else for (const key of Object.keys(value)) keys += 1 + keysIn((value as Record<string, unknown>)[key]);
  return keys;
}

function refusal(text: string, error: unknown): readonly TextFinding[] {
  const conflicts = conflictFindings(text);
  if (conflicts.length > 0) return conflicts;
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
  if (errors.length > 0 || root === undefined) return syntaxFindings(errors, text);
  // The tolerant parser overlooked something; the platform's own has the last word.
  const offset = Number(/at position (\d+)/.exec(String(error))?.[1] ?? 0);
  return [{ offset, message: 'this is not valid JSON; fix it from here on' }];
}

/** One finding per line and none after text that is not closed: what follows the first slip is mostly its echo. */
function syntaxFindings(errors: readonly ParseError[], text: string): readonly TextFinding[] {
  if (text.trim() === '') return [{ offset: 0, message: 'the file is empty; write { "name": "…", "tasks": [] }' }];
  const [first] = errors;
  if (first && printParseErrorCode(first.error) === 'EndOfFileExpected' && /^[{[]/.test(text.slice(first.offset)))
    return [secondPlan(first.offset)];
  const cut = cutOffJson(text);
  const position = lineIndex(text);
  const byLine = new Map<number, TextFinding>();
  for (const { error, offset } of errors) {
    const code = printParseErrorCode(error);
    const { line } = position(offset);
    // What is said of the end of a file that was cut off is an echo of that.
    if (cut !== undefined && offset >= cut.offset) return [...byLine.values(), cut];
    if (!byLine.has(line)) byLine.set(line, { offset, message: syntaxMessage(code, text[offset]) });
    if (code === 'UnexpectedEndOfString') break;
  }
  return [...byLine.values()];
}

function syntaxMessage(code: string, character: string | undefined): string {
  const end = character === undefined;
  switch (code) {
    case 'InvalidCommentToken':
      return 'comments are not allowed in JSON; remove it, or say it in a field of your own';
    case 'PropertyNameExpected':
      return end || character === '}'
        ? 'a key is missing here; remove the comma before, or write "key": value'
        : 'a key in double quotes is missing here; write "key": value';
    case 'ValueExpected':
      if (end) return 'the file ends where a value is expected; write the rest of it';
      return character === ']' || character === '}' || character === ','
        ? 'a value is missing here; write it, or remove the comma'
        : 'this is not a JSON value; write text in double quotes, a number, a list or an object';
    case 'ColonExpected':
      return 'a `:` is missing after the key; write "key": value';
    case 'CommaExpected':
      return 'a `,` is missing before this; add it';
    case 'CloseBraceExpected':
      return 'an object is not closed; add `}`';
    case 'CloseBracketExpected':
      return 'a list is not closed; add `]`';
    case 'EndOfFileExpected':
      return 'there is text after the end of the plan; remove it';
    case 'UnexpectedEndOfString':
      return 'this text is not closed; add `"` on the same line';
    case 'InvalidCharacter':
      return 'this text contains a tab or another control character; write it as an escape such as \\t';
    case 'InvalidEscapeCharacter':
    case 'InvalidUnicode':
      return 'this text has an escape that JSON does not know; write `\\\\` for a backslash';
    case 'InvalidNumberFormat':
    case 'UnexpectedEndOfNumber':
      return 'this is not a number that JSON knows; write it with plain digits';
    default:
      return 'this is not JSON; write text in double quotes, a number, true, false or null';
  }
}

interface Place {
  readonly path: Path;
  readonly part: 'key' | 'value' | undefined;
}

function locate(root: Node, { path, part }: Place): number {
  let node = root;
  let property: Node | undefined;
  for (const step of path) {
    const child = node.type === 'object' ? propertyOf(node, step) : node.children?.[Number(step)];
    const value = child?.type === 'property' ? child.children?.[1] : child;
    if (child === undefined || value === undefined) return node.offset;
    property = child.type === 'property' ? child : undefined;
    node = value;
  }
  return part === 'key' && property !== undefined ? property.offset : node.offset;
}

function propertyOf(object: Node, name: PropertyKey): Node | undefined {
  return object.children?.findLast((property) => property.children?.[0]?.value === name);
}

function findDuplicateKeys(root: Node): readonly TextFinding[] {
  const findings: TextFinding[] = [];
  const open = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.type === 'object') findings.push(...duplicateKeysOf(node));
    for (const child of node.children ?? []) open.push(child);
  }
  return findings;
}

function duplicateKeysOf(object: Node): readonly TextFinding[] {
  const seen = new Set<string>();
  const findings: TextFinding[] = [];
  for (const property of object.children ?? []) {
    const key = String(property.children?.[0]?.value);
    if (seen.has(key))
      findings.push({ offset: property.offset, message: `\`${key}\` appears twice in this object; keep one` });
    seen.add(key);
  }
  return findings;
}
