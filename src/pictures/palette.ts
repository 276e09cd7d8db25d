/** Colours of pictures, in light and dark. Waves are a range of cool colours; the one warm colour is the critical path. */

export interface Theme {
  readonly page: string;
  readonly band: string;
  readonly card: string;
  readonly border: string;
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  readonly grid: string;
  readonly critical: string;
  readonly criticalCard: string;
}

export const LIGHT: Theme = {
  page: '#ffffff',
  band: '#f6f8fa',
  card: '#ffffff',
  border: '#c9d1d9',
  text: '#1f2328',
  muted: '#59636e',
  line: '#9aa4af',
  grid: '#e4e8ec',
  critical: '#d9480f',
  criticalCard: '#fff3ea',
};

export const DARK: Theme = {
  page: '#0d1117',
  band: '#151b23',
  card: '#1c232c',
  border: '#3d444d',
  text: '#e6edf3',
  muted: '#9198a1',
  line: '#6b7480',
  grid: '#262d36',
  critical: '#ff9248',
  criticalCard: '#33210f',
};

export const SANS = 'system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif';
export const FIXED = 'ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono","Liberation Mono",monospace';

/** Colours of one wave: its mark, and the surface of its bars. */
interface Hue {
  readonly mark: string;
  readonly surface: string;
}

/** The nth of so many waves. More than these share colours in turn: nobody tells more apart. */
const MAX_HUES = 24;

export function hues(waves: number, dark: boolean): readonly Hue[] {
  const count = Math.min(waves, MAX_HUES);
  return Array.from({ length: count }, (_, nth) => {
    const hue = count === 1 ? 215 : 165 + (nth * 145) / (count - 1);
    const lift = nth % 2 === 0 ? 0 : 6;
    return dark
      ? {
          mark: hex({ hue, saturation: 45, lightness: 60 + lift }),
          surface: hex({ hue, saturation: 30, lightness: 24 + lift / 2 }),
        }
      : {
          mark: hex({ hue, saturation: 50, lightness: 40 + lift }),
          surface: hex({ hue, saturation: 48, lightness: 91 - lift / 2 }),
        };
  });
}

/** Class of a wave, by its place among the waves. */
export function hueClass(group: number): string {
  return `h${group % MAX_HUES}`;
}

/** Renderers of SVG outside of browsers know no hsl(). */
function hex({
  hue,
  saturation,
  lightness,
}: {
  readonly hue: number;
  readonly saturation: number;
  readonly lightness: number;
}): string {
  const s = saturation / 100;
  const l = lightness / 100;
  const channel = (n: number) => {
    const k = (n + hue / 30) % 12;
    const value = l - s * Math.min(l, 1 - l) * Math.max(-1, Math.min(k - 3, 9 - k, 1));
    return Math.round(value * 255)
      .toString(16)
      .padStart(2, '0');
  };
  return `#${channel(0)}${channel(8)}${channel(4)}`;
}
