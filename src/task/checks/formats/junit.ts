import { XMLParser } from 'fast-xml-parser';
import { type ToolFinding, toolFinding } from './format.ts';

/** Entities of a document's own could grow without end: none are taken, only those that XML itself knows. */
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  isArray: (name) => ['testsuite', 'testcase', 'failure', 'error'].includes(name),
});

interface Node {
  readonly [name: string]: unknown;
}

/** @returns The failed tests of a JUnit report, as every runner can write it; nothing where it is none. */
export function readJUnit(xml: string): readonly ToolFinding[] {
  if (/<!(?:DOCTYPE|ENTITY)/i.test(xml)) return [];
  try {
    return failedCases(parser.parse(xml));
  } catch {
    // Cut off, or not XML: the output of the check has to do.
    return [];
  }
}

function failedCases(node: unknown, depth = 0): readonly ToolFinding[] {
  if (!isNode(node) || depth > 20) return [];
  const suites = [...listOf(node.testsuites), ...listOf(node.testsuite)];
  const cases = listOf(node.testcase).flatMap((each) => (isNode(each) ? failureOf(each) : []));
  return [...cases, ...suites.flatMap((suite) => failedCases(suite, depth + 1))];
}

function failureOf(testcase: Node): readonly ToolFinding[] {
  const wrong = [...listOf(testcase.failure), ...listOf(testcase.error)][0];
  if (wrong === undefined) return [];
  const body = isNode(wrong) ? text(wrong['#text']) : text(wrong);
  const said = (isNode(wrong) ? decoded(text(wrong.message)) : '') || body;
  // Of a stack the place is taken, not the way there.
  const lines = decoded(said)
    .trim()
    .split('\n')
    .filter((line) => !/^\s+at /.test(line));
  const message = lines.slice(0, 12).join('\n').trim();
  return [toolFinding({ ...placeOf(testcase, decoded(body)), name: nameOf(testcase), message: message || 'failed' })];
}

/** A class says more than a method alone, unless it is the file, or said again in the name. */
function nameOf(testcase: Node): string {
  const [name, group] = [decoded(text(testcase.name)), decoded(text(testcase.classname))];
  const known = /[/\\]|\.[cm]?[jt]sx?$/.test(group) || group === 'test' || name.startsWith(group);
  return known || group === '' ? name : `${group} › ${name}`;
}

function placeOf(testcase: Node, body: string): { readonly file?: string; readonly line?: string } {
  const stated = text(testcase.file);
  const group = text(testcase.classname);
  const file = stated || (/\.\w+$/.test(group) && /[/\\]|\.[cm]?[jt]sx?$/.test(group) ? group : '');
  // Places in the body, as Python, JavaScript and Java write them; that of the test itself is preferred.
  const places = [...body.matchAll(/([\w./@-]+\.(?:py|[cm]?[jt]sx?|java|kt|go|rs|rb|php|cs)):(\d+)/g)];
  const own = places.find(([, path = '']) => file !== '' && (file.endsWith(path) || path.endsWith(file)));
  const simple = group.split('.').at(-1)?.replace(/\$.*/, '') ?? '';
  const fitting =
    own ?? places.find(([, path = '']) => simple !== '' && path.includes(simple)) ?? (file ? undefined : places.at(-1));
  const line = fitting?.[2] ?? text(testcase.line);
  const named = file || fitting?.[1] || '';
  return { ...(named ? { file: named } : {}), ...(line ? { line } : {}) };
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Numbered characters, which the parser leaves as they are. */
function decoded(value: string): string {
  return value.replace(/&#(?:x([\da-f]{1,6})|(\d{1,7}));/gi, (whole, hex?: string, decimal?: string) => {
    const code = hex ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
