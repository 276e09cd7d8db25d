import type { Join, LayeredGraph } from './lanes.ts';

export interface Spacing {
  /** Width of a box. */
  readonly box: number;
  /** Free room between two boxes, a box and a lane, two lanes. */
  readonly boxes: number;
  readonly boxLane: number;
  readonly lanes: number;
  /** Width that a picture may have, though it could do with less. */
  readonly width: number;
}

/** Middle of every item, from left to right: the order is kept, nothing is closer than allowed, joins are short. */
export function placeItems(
  weave: LayeredGraph,
  { order, spacing }: { readonly order: readonly (readonly number[])[]; readonly spacing: Spacing },
): Float64Array {
  const x = new Float64Array(weave.layerOfItem.length);
  const gaps = order.map((layer) => gapsOf(layer, { boxes: weave.boxes, spacing }));
  for (const [nth, layer] of order.entries()) {
    let sum = -sumOf(gaps[nth] ?? []) / 2;
    for (const [place, item] of layer.entries()) x[item] = sum += gaps[nth]?.[place] ?? 0;
  }
  const widest = gaps.reduce((most, layer) => Math.max(most, sumOf(layer)), 0) + spacing.box;
  const side = Math.max(spacing.width, widest * 1.1) / 2;
  const rounds = weave.layerOfItem.length > 5_000 ? 6 : 60;
  for (let round = 0; round < rounds; round++) {
    const last = round >= rounds - 3;
    const down = round % 2 === 0;
    const straight = round >= rounds / 3;
    const indices = order.map((_, nth) => (down ? nth : order.length - 1 - nth));
    for (const nth of indices) {
      const layer = order[nth] ?? [];
      const joinsOf = (item: number): readonly Join[] => {
        const [near, far] = down ? [weave.above, weave.below] : [weave.below, weave.above];
        return last ? [...(near[item] ?? []), ...(far[item] ?? [])] : (near[item] ?? []);
      };
      placeLayer({ layer, gaps: gaps[nth] ?? [], joinsOf, x, straight, side: side - spacing.box / 2 });
    }
  }
  const left = x.reduce(
    (least, middle, item) => Math.min(least, middle - halfOf(item, { boxes: weave.boxes, spacing })),
    Infinity,
  );
  return Float64Array.from(x, (middle) => Math.round(middle - left));
}

function sumOf(gaps: readonly number[]): number {
  return gaps.reduce((sum, gap) => sum + gap, 0);
}

function gapsOf(
  layer: readonly number[],
  { boxes, spacing }: { readonly boxes: number; readonly spacing: Spacing },
): readonly number[] {
  return layer.map((item, nth) => {
    const before = layer[nth - 1];
    if (before === undefined) return 0;
    const lanes = Number(item >= boxes) + Number(before >= boxes);
    const room = lanes === 2 ? spacing.lanes : lanes === 1 ? spacing.boxLane : spacing.boxes;
    return halfOf(before, { boxes, spacing }) + room + halfOf(item, { boxes, spacing });
  });
}

function halfOf(item: number, { boxes, spacing }: { readonly boxes: number; readonly spacing: Spacing }): number {
  return item < boxes ? spacing.box / 2 : 0;
}

/** Items that touch each other move as one block. */
interface Block {
  sum: number;
  weight: number;
  items: number;
}

/**
 * The places that are nearest to what the joins want, by squares, with the gaps kept: neighbours that want to be in
 * each other's room are merged into a block that stands where its items want to be together.
 */
function placeLayer({
  layer,
  gaps,
  joinsOf,
  x,
  straight,
  side,
}: {
  readonly layer: readonly number[];
  readonly gaps: readonly number[];
  readonly joinsOf: (item: number) => readonly Join[];
  readonly x: Float64Array;
  readonly straight: boolean;
  /** How far from the middle of the picture an item may be. */
  readonly side: number;
}): void {
  const blocks: Block[] = [];
  const offsets: number[] = [];
  let offset = 0;
  for (const [nth, item] of layer.entries()) {
    offset += gaps[nth] ?? 0;
    offsets.push(offset);
    const { wanted, weight } = desiredPosition(item, { joins: joinsOf(item), x, straight });
    blocks.push({ sum: (wanted - offset) * weight, weight, items: 1 });
    for (let last = blocks.at(-1), before = blocks.at(-2); last && before && mean(before) > mean(last); ) {
      blocks.splice(-2, 2, {
        sum: before.sum + last.sum,
        weight: before.weight + last.weight,
        items: before.items + last.items,
      });
      last = blocks.at(-1);
      before = blocks.at(-2);
    }
  }
  let nth = 0;
  for (const block of blocks) {
    const start = Math.min(side - offset, Math.max(-side, mean(block)));
    for (let item = 0; item < block.items; item++, nth++) x[layer[nth] ?? 0] = start + (offsets[nth] ?? 0);
  }
}

/**
 * An item without joins wants to stay, but gives way to any that has some. Near ends count more than far ones once
 * `straight` is asked for: that makes lines with one bend out of lines that drift.
 */
function desiredPosition(
  item: number,
  { joins, x, straight }: { readonly joins: readonly Join[]; readonly x: Float64Array; readonly straight: boolean },
): { wanted: number; weight: number } {
  const here = x[item] ?? 0;
  if (joins.length === 0) return { wanted: here, weight: 0.01 };
  let sum = 0;
  let weight = 0;
  for (const { item: other, pull } of joins) {
    const there = x[other] ?? 0;
    const share = straight ? (pull * 20) / (6 + Math.abs(there - here)) : pull;
    sum += there * share;
    weight += share;
  }
  return { wanted: sum / weight, weight };
}

function mean({ sum, weight }: Block): number {
  return sum / weight;
}
