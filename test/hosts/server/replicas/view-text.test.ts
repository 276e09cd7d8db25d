import { expect, it } from 'vitest';
import { readView } from '../../../../src/hosts/server/replicas/view-text.ts';
import { fileData } from '../../../../src/progress/dashboard/file-data.ts';
import { planOf } from '../../../progress/views.ts';

const data = fileData({
  plan: planOf('DAW', [{ id: 'A' }, { id: 'B', dependencies: ['A'] }]),
  shape: 'x',
  written: new Map(),
});
const view = { data, svg: '<svg/>', linked: true };

it('reads a view that a replica of this version put there', () => {
  expect(readView(JSON.stringify(view))).toEqual(view);
});

it.each([
  ['without a field', { ...view, data: { ...data, bars: undefined } }],
  ['with a field of another kind', { ...view, data: { ...data, over: 'two' } }],
  ['that is none', []],
])('takes nothing from a view %s', (_, other) => {
  expect(readView(JSON.stringify(other))).toBeUndefined();
});
