import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { taskDrawing } from '../../src/pictures/drawing.ts';
import { layOutGraph } from '../../src/pictures/graph-svg.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { loaded } from '../plan/loaded.ts';
import { planText, randomTasks } from '../plan/random-plan.ts';
import { example, largePlan, planOf } from './plans.ts';

function layoutOf(plan: Plan) {
  const drawing = taskDrawing(plan);
  const laid = layOutGraph(drawing);
  if (!laid) throw new Error('too tangled');
  const { layout, card } = laid;
  return { drawing, layout, card, boxes: layout.boxes.map((box) => ({ ...box, ...card })) };
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/** Points on a path, near enough to each other that no box fits between two. */
function pointsOn(path: string): readonly { x: number; y: number }[] {
  const points: { x: number; y: number }[] = [];
  let x = 0;
  let y = 0;
  for (const [, command = '', text = ''] of path.matchAll(/([MCV])([^MCV]*)/g)) {
    const numbers = text.trim().split(' ').map(Number);
    const [x0, y0] = [x, y];
    if (command === 'V') y = numbers[0] ?? 0;
    else [x = 0, y = 0] = numbers.slice(-2);
    for (let step = 0; command !== 'M' && step <= 40; step++) {
      const t = step / 40;
      const ease = command === 'V' ? t : t * t * (3 - 2 * t);
      const middle = (y0 + y) / 2;
      const curve = (1 - t) ** 3 * y0 + 3 * (1 - t) ** 2 * t * middle + 3 * (1 - t) * t * t * middle + t ** 3 * y;
      points.push({ x: x0 + (x - x0) * ease, y: command === 'V' ? y0 + (y - y0) * t : curve });
    }
  }
  return points;
}

function inside({ x, y }: { x: number; y: number }, box: Box): boolean {
  return x > box.x + 1 && x < box.x + box.width - 1 && y > box.y + 1 && y < box.y + box.height - 1;
}

const PLANS = {
  'the small example': example('small'),
  'the large example': example('daw'),
  '300 tasks': largePlan(300, 12),
  '60 tasks side by side': planOf(Array.from({ length: 60 }, (_, nth) => ({ id: `T-${nth}` }))),
  'waves that wait for later ones': planOf([
    { id: 'A', wave: 3 },
    { id: 'B', wave: 2, dependencies: ['A'] },
    { id: 'C', wave: 1, dependencies: ['A', 'B'] },
    { id: 'D', wave: 3, dependencies: ['C'] },
    { id: 'E', wave: 1, dependencies: ['A'] },
  ]),
};

describe.each(Object.entries(PLANS))('the layout of %s', (_name, plan) => {
  const { drawing, layout, boxes } = layoutOf(plan);

  it('lets no two boxes overlap, and keeps every box in the picture and in the band of its wave', () => {
    for (const [nth, box] of boxes.entries()) {
      const band = layout.bands[drawing.boxes[nth]?.group ?? -1] ?? { y: Number.NaN, height: 0 };

      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width).toBeLessThanOrEqual(layout.width);
      expect(box.y).toBeGreaterThan(band.y);
      expect(box.y + box.height).toBeLessThan(band.y + band.height);
      for (const other of boxes.slice(nth + 1)) expect(overlap(box, other)).toBe(false);
    }
  });

  it('leads no edge through a box, and every one from box to box', () => {
    for (const [nth, { from, to }] of drawing.edges.entries()) {
      const points = pointsOn(layout.paths[nth] ?? '');
      const [source, target] = [boxes[from], boxes[to]];
      const [start, end] = [points[0], points.at(-1)];
      if (!source || !target || !start || !end) throw new Error('an edge without ends');

      for (const box of boxes) expect(points.some((point) => inside(point, box))).toBe(false);
      const down = source.y < target.y;
      expect(start.y).toBeCloseTo(down ? source.y + source.height : source.y, 0);
      expect(end.y).toBeCloseTo(down ? target.y : target.y + target.height, 0);
      expect(Math.abs(start.x - source.x - source.width / 2)).toBeLessThan(source.width / 2);
      expect(Math.abs(end.x - target.x - target.width / 2)).toBeLessThan(target.width / 2);
    }
  });
});

describe('layout', () => {
  it('puts every task below all that it waits for where waves allow it, whatever the plan', () => {
    fc.assert(
      fc.property(randomTasks(40), (tasks) => {
        const plan = loaded(planText(tasks));
        const { drawing, boxes } = layoutOf(plan);

        for (const { from, to } of drawing.edges) expect(boxes[from]?.y).toBeLessThan(boxes[to]?.y ?? 0);
        for (const [nth, box] of boxes.entries()) {
          for (const other of boxes.slice(nth + 1)) expect(overlap(box, other)).toBe(false);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('shows the large example at full size on the screen of a laptop', () => {
    const { layout } = layoutOf(example('daw'));

    expect(layout.width).toBeLessThanOrEqual(1_230);
  });
});
