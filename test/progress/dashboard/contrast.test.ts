import { expect, it } from 'vitest';
import { DARK, LIGHT } from '../../../src/pictures/palette.ts';
import { dashboardStyle } from '../../../src/progress/dashboard/dashboard-style.ts';

/** https://www.w3.org/TR/WCAG21/#dfn-relative-luminance */
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

const [light = '', dark = ''] = dashboardStyle().split('@media (prefers-color-scheme:dark)');
const surfaces = (style: string) => [...style.matchAll(/\.task\.is-([\w-]+)>\.card\{fill:(#\w{6})\}/g)];

// Axe looks at text of HTML alone: this is what stands in the boxes of the picture.
it.each([
  ['light', light, LIGHT],
  ['dark', dark, DARK],
] as const)('text is read on the surface of every state: %s', (_, style, theme) => {
  const found = surfaces(style).map(([, state, colour = '']) => ({ state, ratio: contrast(theme.text, colour) }));

  expect(found.length).toBe(9);
  expect(found.filter(({ ratio }) => !(ratio >= 4.5))).toEqual([]);
});
