import { describe, expect, it } from 'vitest';
import { NOTIFY_FORMATS } from '../../../src/plan/notify-fields.ts';
import type { NoticeAbout } from '../../../src/state/notice.ts';
import { noticeBody } from '../../../src/text/notify/notice-body.ts';

const EVIL = '<!channel> @everyone <@U1> [free](https://evil.example) **loud** `x` <at>all</at> \u202e\n# head';

const source = {
  plan: { id: 'daw', name: 'DAW', issue: 5 },
  repository: { name: 'acme/daw', url: 'https://github.com/acme/daw' },
} as const;

const body = (about: NoticeAbout, format: (typeof NOTIFY_FORMATS)[number]) =>
  JSON.parse(noticeBody({ id: 7, at: '2026-03-02T09:00:00Z', about }, { format, source }));

const ASKS: NoticeAbout = {
  event: 'needs-person',
  task: 'DB-001',
  title: 'Create the schema',
  issue: 12,
  reason: 'attempt 3 of 3 failed: 2 checks failed; comment /retry',
};

describe('what is posted', () => {
  it('is facts and words in our own form', () => {
    expect(body(ASKS, 'json')).toEqual({
      id: 'acme/daw/5.7',
      event: 'needs-person',
      at: '2026-03-02T09:00:00Z',
      repository: 'acme/daw',
      plan: { id: 'daw', name: 'DAW', issue: 5 },
      task: 'DB-001',
      name: 'Create the schema',
      issue: 12,
      reason: 'attempt 3 of 3 failed: 2 checks failed; comment /retry',
      title: 'DB-001 needs a person: Create the schema',
      text: 'attempt 3 of 3 failed: 2 checks failed; comment /retry',
      url: 'https://github.com/acme/daw/issues/12',
    });
  });

  it.each([
    [
      { event: 'stalled', waiting: 4, reason: '4 tasks wait for others' },
      'DAW has stopped: nothing runs, and nothing will by itself',
    ],
    [{ event: 'budget', percent: 80, of: '$200.00 for the plan' }, 'DAW: 80 % of $200.00 for the plan are spent'],
    [{ event: 'budget', percent: 100, of: '3 runs for wave 2' }, 'DAW: nothing more fits into 3 runs for wave 2'],
    [{ event: 'wave-done', wave: 2, title: 'Core', completed: 9, skipped: 1 }, 'DAW: wave 2 is done'],
    [{ event: 'plan-done', completed: 47, skipped: 0 }, 'DAW is done'],
  ] as const)('has a title for %o', (about, title) => {
    expect(body(about, 'json').title).toBe(title);
  });

  it('means nothing in Slack but what we mean', () => {
    const sent = body({ ...ASKS, title: EVIL, reason: EVIL }, 'slack');

    expect(sent.text).toContain('&lt;!channel&gt;');
    expect(sent.text).not.toMatch(/<[!@]/);
    const marked = JSON.stringify(sent.blocks.flatMap((each: { elements?: object[] }) => each.elements ?? []));
    expect(marked).toContain('<https://github.com/acme/daw/issues/12|Look at it on GitHub>');
    expect(sent.blocks[0].text.type).toBe('plain_text');
  });

  it('means nothing in Teams, and mentions nobody', () => {
    const sent = body({ ...ASKS, title: EVIL, reason: EVIL }, 'teams');
    const [card] = sent.attachments;

    expect(card.contentType).toBe('application/vnd.microsoft.card.adaptive');
    for (const { text } of card.content.body) {
      expect(text).not.toMatch(/<at>|(?<!\\)\[|(?<!\\)\*|https:/);
      expect(text).not.toMatch(/[\n\u202e]/);
    }
    expect(card.content.actions[0].url).toBe('https://github.com/acme/daw/issues/12');
  });

  it('means nothing in Discord, and mentions nobody', () => {
    const sent = body({ ...ASKS, title: EVIL, reason: EVIL.repeat(50) }, 'discord');

    expect(sent.allowed_mentions).toEqual({ parse: [] });
    expect(sent.content).toBe('');
    const [embed] = sent.embeds;
    expect(embed.title).not.toMatch(/@everyone|(?<!\\)\[|(?<!\\)\*|https:/);
    expect([embed.title.length <= 256, embed.description.length <= 4_096]).toEqual([true, true]);
  });

  it.each(NOTIFY_FORMATS)('is within what receivers take: %s', (format) => {
    const long = 'x'.repeat(300);

    expect(
      noticeBody({ id: 7, at: '', about: { ...ASKS, title: long, reason: long } }, { format, source }).length,
    ).toBeLessThan(8_000);
  });
});
