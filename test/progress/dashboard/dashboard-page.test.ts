import { describe, expect, it } from 'vitest';
import { liveCopy } from '../../../src/progress/dashboard/live-copy.ts';
import { planOf, sha256 } from './plans.ts';

const pageOf = (count: number, title?: string) => {
  const { plan, text } = planOf(count, title);
  return liveCopy(plan, { text, sha256 });
};

describe('the dashboard as a file', () => {
  it('holds nothing that a plan could have written as markup or script', () => {
    const html = pageOf(10, '</script><script>alert(1)</script><img src=x onerror=alert(1)> "quoted" &amp;');

    expect(html.match(/<script/g)?.length).toBe(2);
    expect(html).not.toContain('<img');
    const markup = html.replace(/<script[\s\S]*?<\/script>/g, '').replace(/<(?:title|text)[^>]*>[^<]*/g, '');
    expect(markup).not.toMatch(/\son\w+=/i);
    const data = /id="data">(.*?)<\/script>/.exec(html)?.[1] ?? '';
    expect(JSON.parse(data).tasks[0].title).toContain('</script><script>alert(1)');
  });

  it('allows its own style and script, and no network', () => {
    const html = pageOf(10);
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? '';
    const [script = ''] = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, text]) => text);

    expect(policy).toContain(`script-src 'sha256-${sha256(script)}'`);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/connect-src|unsafe|https?:/);
    expect(html).not.toMatch(/\b(?:src|style)=/);
  });

  it('tells where each task stands as the plan file has it, and leaves out what is no moment', () => {
    const { plan, text } = planOf(10);
    const html = liveCopy(plan, { text: text.replace(/"started_at":"[^"]*"/, '"started_at":"soon"'), sha256 });
    const data = JSON.parse(/id="data">(.*?)<\/script>/.exec(html)?.[1] ?? '');

    expect([data.over, data.tasks.length, data.bars.length]).toEqual([4, 10, 3]);
    expect(data.tasks[0]).toMatchObject({ id: 'TASK-000', shade: 'completed', slot: 'A1' });
    expect(data.tasks[0].started).toBeUndefined();
  });

  it('is the same bytes for the same plan', () => {
    expect(pageOf(47)).toBe(pageOf(47));
  });
});
