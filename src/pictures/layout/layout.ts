import { px } from '../text.ts';
import { layerGraph } from './lanes.ts';
import { type GraphShape, layersOf } from './layers.ts';
import { orderLayers } from './order-layers.ts';
import { placeItems } from './place-items.ts';
import { portsOf } from './ports.ts';

/** Places of everything, in pixels from the upper left corner. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  /** Upper left corner of each box. */
  readonly boxes: readonly { readonly x: number; readonly y: number }[];
  /** One band for each group, over the whole width. */
  readonly bands: readonly { readonly y: number; readonly height: number }[];
  /** For each edge the data of its path, from the first box to the second; it passes no box in between. */
  readonly paths: readonly string[];
}

/** Room above the first and below the last layer of a band. */
const PAD = 14;

const SPACING = { boxes: 16, boxLane: 13, lanes: 9, width: 1_180 } as const;

export interface BoxSize {
  readonly width: number;
  readonly height: number;
  readonly leastBand: number;
  /** Room at the top of each band, for its name. */
  readonly head?: number;
  /** Width that the picture may have, though it could do with less. */
  readonly spread?: number;
  /** Free room between two boxes, a box and a lane, two lanes. */
  readonly spacing?: { readonly boxes: number; readonly boxLane: number; readonly lanes: number };
}

/**
 * Draws groups as bands from top to bottom and edges as smooth lines between layers.
 *
 * @returns Undefined where the edges are too tangled for any picture.
 */
export function layOut(shape: GraphShape, size: BoxSize): Layout | undefined {
  const layers = layersOf(shape);
  const woven = layerGraph(shape, layers);
  if (!woven) return undefined;
  const order = orderLayers(woven);
  const x = placeItems(woven, {
    order,
    spacing: { ...SPACING, ...size.spacing, width: size.spread ?? SPACING.width, box: size.width },
  });
  const rooms = roomsBelow(order, { below: woven.below, x });
  const { tops, bands, height } = stackLayers(layers.groupOfLayer, { rooms, size });
  const ports = portsOf(woven, { x, width: size.width });
  const topOf = (item: number) => tops[woven.layerOfItem[item] ?? 0] ?? 0;
  const paths = woven.routes.map((route) => {
    const down = (woven.layerOfItem[route[0] ?? 0] ?? 0) < (woven.layerOfItem[route.at(-1) ?? 0] ?? 0);
    const points = (down ? route : route.toReversed()).map((item, nth, all) => {
      const before = all[nth - 1];
      const after = all[nth + 1];
      return {
        top: topOf(item),
        in: before === undefined ? 0 : ports.top(item, before),
        out: after === undefined ? 0 : ports.bottom(item, after, down),
      };
    });
    return down ? pathDown(points, size.height) : pathUp(points, size.height);
  });
  const width = x.reduce((most, middle, item) => Math.max(most, middle + (item < woven.boxes ? size.width / 2 : 0)), 0);
  return {
    width,
    height,
    bands,
    paths,
    boxes: shape.groupOf.map((_, box) => ({ x: (x[box] ?? 0) - size.width / 2, y: topOf(box) })),
  };
}

/** Joins that go far to the side need a higher room, or they would lie on each other. */
function roomsBelow(
  order: readonly (readonly number[])[],
  { below, x }: { readonly below: readonly (readonly { readonly item: number }[])[]; readonly x: Float64Array },
): readonly number[] {
  return order.map((layer) => {
    let widest = 0;
    for (const item of layer) {
      for (const join of below[item] ?? []) widest = Math.max(widest, Math.abs((x[item] ?? 0) - (x[join.item] ?? 0)));
    }
    return Math.round(24 + Math.min(32, widest / 14));
  });
}

function stackLayers(
  groupOfLayer: readonly number[],
  { rooms, size }: { readonly rooms: readonly number[]; readonly size: BoxSize },
): { readonly tops: readonly number[]; readonly bands: Layout['bands']; readonly height: number } {
  const tops: number[] = [];
  const bands: { y: number; height: number }[] = [];
  let y = 0;
  let start = 0;
  for (const [layer, group] of groupOfLayer.entries()) {
    const first = groupOfLayer[layer - 1] !== group;
    if (first) {
      start = y;
      y += PAD + (size.head ?? 0);
    }
    tops.push(y);
    y += size.height;
    if (groupOfLayer[layer + 1] === group) {
      y += rooms[layer] ?? 0;
      continue;
    }
    y = Math.max(y + Math.max(PAD, (rooms[layer] ?? 0) - PAD), start + size.leastBand);
    bands.push({ y: start, height: y - start });
  }
  return { tops, bands, height: y };
}

interface Point {
  readonly top: number;
  readonly in: number;
  readonly out: number;
}

/** From the lower side of the first point to the upper side of the last; lanes are straight lines in their layers. */
function pathDown(points: readonly Point[], height: number): string {
  const [first] = points;
  if (!first) return '';
  let path = `M${px(first.out)} ${px(first.top + height)}`;
  for (const [nth, point] of points.entries()) {
    const before = points[nth - 1];
    if (!before) continue;
    path += curve({ x: before.out, y: before.top + height }, { x: point.in, y: point.top });
    if (nth < points.length - 1) path += `V${px(point.top + height)}`;
  }
  return path;
}

/** The same against the order of layers, for a task that waits for a later wave. */
function pathUp(points: readonly Point[], height: number): string {
  const last = points.at(-1);
  if (!last) return '';
  let path = `M${px(last.in)} ${px(last.top)}`;
  for (let nth = points.length - 2; nth >= 0; nth--) {
    const [point, before] = [points[nth], points[nth + 1]];
    if (!point || !before) continue;
    path += curve({ x: before.in, y: before.top }, { x: point.out, y: point.top + height });
    if (nth > 0) path += `V${px(point.top)}`;
  }
  return path;
}

function curve(from: { x: number; y: number }, to: { x: number; y: number }): string {
  if (Math.abs(from.x - to.x) < 0.5) return `V${px(to.y)}`;
  const middle = (from.y + to.y) / 2;
  return `C${px(from.x)} ${px(middle)} ${px(to.x)} ${px(middle)} ${px(to.x)} ${px(to.y)}`;
}
