import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COMMANDS, type Command, mayBeForUs, readComment } from '../../src/state/command.ts';

const plain = { fresh: false, model: undefined, guidance: undefined };

function only(body: string): Command | undefined {
  const { commands } = readComment(body);
  expect(commands.length).toBeLessThan(2);
  return commands[0];
}

describe('a command', () => {
  it.each([
    ['/start', { ...plain, name: 'start' }],
    ['  /PAUSE  ', { ...plain, name: 'pause' }],
    ['/why\r\nis it so slow', { ...plain, name: 'why', guidance: 'is it so slow' }],
    ['/retry fresh model=opus mind it', { name: 'retry', fresh: true, model: 'opus', guidance: 'mind it' }],
    ['/retry MODEL=sonnet[1m] Fresh', { ...plain, name: 'retry', fresh: true, model: 'sonnet[1m]' }],
    ['/retry on a fresh branch', { ...plain, name: 'retry', guidance: 'on a fresh branch' }],
    [
      '/retry\n\nUse the old API.\n\n```\n/cancel\n```',
      { ...plain, name: 'retry', guidance: 'Use the old API.\n\n```\n/cancel\n```' },
    ],
    ['/retry model=$(rm) x', { ...plain, name: 'retry', notModel: '$(rm)', guidance: 'x' }],
    ['/retry model=', { ...plain, name: 'retry', notModel: '' }],
    ['/tell fresh model=opus', { ...plain, name: 'tell', guidance: 'fresh model=opus' }],
    ['/priority 5', { ...plain, name: 'priority', guidance: '5' }],
    ['Thank you.\n/start', { ...plain, name: 'start' }],
    ['/start\ttoday', { ...plain, name: 'start', guidance: 'today' }],
    ['\u00a0/retry\u00a0fresh', { ...plain, name: 'retry', fresh: true }],
    ['\u200b\u202e/re\u2060try', { ...plain, name: 'retry' }],
    ['\ufeff/retry\u200d', { ...plain, name: 'retry' }],
    ['/start.', { ...plain, name: 'start' }],
    ['/Retry: mind the tests', { ...plain, name: 'retry', guidance: 'mind the tests' }],
    ['/why?', { ...plain, name: 'why' }],
    ['> no\n\n/cancel!', { ...plain, name: 'cancel' }],
  ] satisfies [string, Command][])('is read from %j', (body, command) => {
    expect(only(body)).toEqual(command);
  });

  it.each([
    '',
    'please /start',
    '/started',
    '/ start',
    '/usr/bin/env',
    '//start',
    '/cancel?',
    '`/cancel`',
    '**/cancel**',
    '    /cancel',
    '\t/cancel',
    '/start/now',
    '/start-now',
    '- /cancel',
  ])('is none in %j', (body) => {
    expect(readComment(body).commands).toEqual([]);
  });

  it('has all words up to the next one, and several act in their order', () => {
    const { commands } = readComment('Done so far:\n/tell use tabs\nand no\n\nsemicolons\n/priority 2\n/why');

    expect(commands.map(({ name, guidance }) => [name, guidance])).toEqual([
      ['tell', 'use tabs\nand no\n\nsemicolons'],
      ['priority', '2'],
      ['why', undefined],
    ]);
  });

  it('keeps no more than 2,000 characters of guidance', () => {
    expect(only(`/retry ${'x'.repeat(5_000)}`)?.guidance).toHaveLength(2_000);
  });

  it('is found wherever a comment may be for us, and nowhere else', () => {
    const piece = fc.constantFrom(
      '/',
      ' ',
      '\n',
      '\r\n',
      '\t',
      '\u00a0',
      '\u200b',
      'retry',
      'x',
      '>',
      '`',
      '```',
      '-',
      ...COMMANDS,
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const body = pieces.join('');
        const { commands, unknown } = readComment(body);
        if (commands.length > 0 || unknown) expect(mayBeForUs(body)).toBe(true);
        expect(readComment(body.replaceAll('\r\n', '\n'))).toEqual({ commands, unknown });
        expect(readComment(body.replaceAll('\u200b', ''))).toEqual({ commands, unknown });
      }),
    );
  });
});

describe('a first line that is no command', () => {
  it.each([
    ['/retyr', 'retry'],
    ['/retyr fresh, please', 'retry'],
    ['\n/STRAT\nnow', 'start'],
    ['/cancle.', 'cancel'],
    ['/cancel?', 'cancel'],
    ['/hlep', 'help'],
    ['/prioritize 5', 'priority'],
    ['/priority5', 'priority'],
    ['/stop', 'cancel'],
    ['/rerun', 'retry'],
    ['/frobnicate', undefined],
    ['/constructor', undefined],
  ])('gets a word of help: %j', (body, nearest) => {
    expect(readComment(body).unknown).toMatchObject({ nearest });
  });

  it.each([
    '/usr/bin/env is there',
    '/etc is full',
    '/health fails behind the proxy',
    '/lgtm',
    '/cc @octocat',
    '/hold',
    '/retest',
    '//',
    '/ retyr',
    'text\n/retyr',
    '> /retyr',
    '    /retyr',
    '```\n/retyr',
    '/api/v1',
    '/2',
    'retyr',
    '',
  ])('is not for us: %j', (body) => {
    expect(readComment(body).unknown).toBeUndefined();
  });

  it('does not keep the commands below it from acting', () => {
    expect(readComment('/retyr\n/start')).toMatchObject({
      commands: [{ name: 'start' }],
      unknown: { nearest: 'retry' },
    });
  });
});
