import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { toString as textOf } from 'mdast-util-to-string';
import { gfm } from 'micromark-extension-gfm';
import { describe, expect, it } from 'vitest';
import { routeTask } from '../../src/plan/route.ts';
import { block, inline, prose } from '../../src/state/markdown.ts';
import { newTaskRecord, readGroupRecord, readTaskRecord } from '../../src/state/record.ts';
import { type Result, readResult } from '../../src/state/result.ts';
import { renderComment } from '../../src/task/report/comment.ts';
import { taskBody } from '../../src/text/task-body.ts';
import { past } from '../decide/scene.ts';
import { configOf, taskOf } from '../support/course.ts';
import { ALL_HOSTILE } from './corpus.ts';

/** What GitHub makes of Markdown, as far as a parser of the same dialect tells. */
function parsed(markdown: string) {
  return fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
}

type Node = {
  readonly type: string;
  readonly children?: readonly Node[];
  readonly value?: string;
  readonly url?: string;
};

function nodes(node: Node): readonly Node[] {
  return [node, ...(node.children ?? []).flatMap(nodes)];
}

/** Leads somewhere else than it says: an address that is shown as itself hides nothing. */
function leads(node: Node): boolean {
  if (node.type !== 'link') return ACTIVE.includes(node.type);
  return !(node.url ?? '').endsWith(textOf(node as never));
}

/** Types of what acts or leads somewhere; plain text has none of them. */
const ACTIVE = ['html', 'image', 'linkReference', 'imageReference', 'definition', 'footnoteReference', 'code'];

/** What GitHub finds in rendered text, where no escape is left. */
const REFERENCE = /(?:^|[^\p{L}\p{N}_])(?:@[\p{L}\p{N}]|#\d|GH-\d)/iu;

it('has at least 200 texts, each once', () => {
  expect(ALL_HOSTILE.length).toBeGreaterThanOrEqual(200);
  expect(new Set(ALL_HOSTILE).size).toBe(ALL_HOSTILE.length);
});

describe('a text in a cell of a table', () => {
  it.each(ALL_HOSTILE)('stays in its cell and does nothing: %j', (text) => {
    const root = parsed(`| a | b | c |\n| --- | --- | --- |\n| 1 | ${inline(text)} | 3 |\n`) as Node;

    const all = nodes(root);
    expect(root.children?.map(({ type }) => type)).toEqual(['table']);
    expect(all.filter(({ type }) => type === 'tableRow').map((row) => row.children?.length)).toEqual([3, 3]);
    expect(all.filter(leads)).toEqual([]);
    expect(textOf(all.filter(({ type }) => type === 'tableCell')[4] as never)).not.toMatch(REFERENCE);
  });
});

describe('a text of ours with foreign words, in a cell of a table', () => {
  it.each(ALL_HOSTILE)('stays in its cell and does nothing outside of code: %j', (text) => {
    const root = parsed(
      `| a | b | c |\n| --- | --- | --- |\n| 1 | ${prose(`unknown \`${text}\`: ${text}`)} | 3 |\n`,
    ) as Node;

    const all = nodes(root);
    expect(root.children?.map(({ type }) => type)).toEqual(['table']);
    expect(all.filter(({ type }) => type === 'tableRow').map((row) => row.children?.length)).toEqual([3, 3]);
    expect(all.filter(leads)).toEqual([]);
    for (const { type, value } of all) if (type === 'text') expect(value).not.toMatch(REFERENCE);
  });
});

describe('a text as a paragraph', () => {
  it.each(ALL_HOSTILE)('is text and nothing else: %j', (text) => {
    const all = nodes(parsed(block(text)) as Node);

    const plain = ['root', 'paragraph', 'text', 'list', 'listItem', 'break', 'link'];
    expect(all.filter((node) => !plain.includes(node.type) || leads(node))).toEqual([]);
    for (const { value } of all) if (value !== undefined) expect(value).not.toMatch(REFERENCE);
  });
});

describe('a result whose every word is hostile', () => {
  it.each(ALL_HOSTILE)('reads as one comment with one table and one block, and back as it was: %j', (text) => {
    const result = resultOf(text);

    const body = renderComment(result, 'https://github.com/acme/daw/actions/runs/9');

    const all = nodes(parsed(body) as Node);
    expect(readResult(body)).toEqual(result);
    expect(readTaskRecord(body)).toBeUndefined();
    expect(body.match(/<!--/g)).toHaveLength(1);
    expect(all.filter(({ type }) => type === 'tableRow').map((row) => row.children?.length)).toEqual([4, 4, 4]);
    expect(tagsOf(body.slice(0, body.indexOf('<!--')))).toEqual(
      text.trim() === ''
        ? expect.anything()
        : ['details', 'summary', '/summary', 'pre', '/pre', '/details', 'sub', '/sub'],
    );
    expect(all.filter(leads).flatMap(({ url }) => url ?? [])).toEqual(['https://github.com/acme/daw/actions/runs/9']);
  });
});

describe('an issue whose every word is hostile', () => {
  it.each(ALL_HOSTILE)('holds its own record and no other: %j', (text) => {
    const task = { ...taskOf({ id: 'A' }), title: text, description: text, acceptance: [text], category: text };
    const config = configOf();
    const record = {
      ...newTaskRecord('Plan', task.id),
      attempt: 1,
      guidance: text,
      failure: { what: text, output: text },
      history: [past({ cause: { kind: 'other', message: text } })],
    };

    const body = taskBody({ task, config, record, issueOf: () => 7, repositoryUrl: 'https://github.com/acme/daw' });

    expect(readTaskRecord(body)).toEqual(record);
    expect(readGroupRecord(body)).toBeUndefined();
    expect(readResult(body)).toBeUndefined();
    expect(body.match(/<!--/g)).toHaveLength(3);
    const rows = nodes(parsed(body) as Node).filter(({ type }) => type === 'tableRow');
    expect(rows.map((row) => row.children?.length)).toEqual([2, 2, 2, 2, 2, 6, 6]);
    expect(routeTask(task, config).run).toBe('claude');
  });
});

function resultOf(text: string): Result {
  return {
    task: taskOf({ id: 'A' }).id,
    issue: 7,
    attempt: 1,
    slice: 1,
    dispatch: 1,
    run: 9,
    outcome: 'verification',
    checks: [
      { name: 'compile', status: 'passed', command: text, seconds: 1 },
      { name: 'test', status: 'failed', command: text, seconds: 1, tries: 3 },
    ],
    summary: text,
    failure: { what: text, output: text },
    agent: { type: text, model: text },
  };
}

function tagsOf(body: string): readonly (string | undefined)[] {
  return [...body.matchAll(/<(\/?\w+)/g)].map(([, tag]) => tag);
}
