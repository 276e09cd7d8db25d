import { drawGraph } from '../../pictures/draw.ts';
import type { Plan } from '../../plan/plan.ts';
import { pictureSource } from './dashboard-data.ts';
import { dashboardPage } from './dashboard-page.ts';
import { fileData, type WrittenStatus } from './file-data.ts';

/** The dashboard as a file: what the plan file itself tells. @param text The plan file, which loaded as `plan`. */
export function liveCopy(
  plan: Plan,
  { text, sha256 }: { readonly text: string; readonly sha256: (text: string) => string },
): string {
  const drawn = drawGraph({ plan, format: 'svg', sha256 });
  const data = fileData({ plan, shape: sha256(pictureSource(plan)), written: writtenIn(text) });
  return dashboardPage({ data, svg: drawn?.text ?? '', linked: drawn?.of === 'tasks', live: false, sha256 }).html;
}

/** The fields that the app writes beside the status, where they are as it writes them. */
function writtenIn(text: string): ReadonlyMap<string, WrittenStatus> {
  const { tasks } = JSON.parse(text.replace(/^\ufeff/, '')) as { readonly tasks?: readonly Record<string, unknown>[] };
  const found = (tasks ?? []).map((task) => {
    const field = (name: string) => (typeof task[name] === 'string' ? (task[name] as string) : undefined);
    const moment = (name: string) => (Number.isNaN(Date.parse(field(name) ?? '')) ? undefined : field(name));
    const written = {
      agent_id: field('agent_id'),
      started_at: moment('started_at'),
      completed_at: moment('completed_at'),
    };
    return [field('id') ?? '', written] as const;
  });
  return new Map(found);
}
