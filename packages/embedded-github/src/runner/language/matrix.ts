import type { Plain } from './expressions.ts';

export type Combination = Readonly<Record<string, Plain>>;

/**
 * Expands `strategy.matrix` as GitHub documents it: the product of the lists, less `exclude`, then each entry of
 * `include` joins every combination whose original values it does not change, or stands alone.
 */
export function expandMatrix(matrix: Combination): readonly Combination[] {
  const { include, exclude, ...axes } = matrix;
  const names = Object.keys(axes);
  const excluded = entriesOf(exclude, 'exclude');
  const product = names
    .reduce<Combination[]>(
      (sofar, name) => sofar.flatMap((one) => axisOf(axes[name], name).map((value) => ({ ...one, [name]: value }))),
      names.length === 0 ? [] : [{}],
    )
    .filter((one) => !excluded.some((entry) => Object.keys(entry).every((key) => same(one[key], entry[key]))));
  return entriesOf(include, 'include').reduce(
    (sofar, entry) => join({ combinations: sofar, entry, product, names }),
    product,
  );
}

function join({
  combinations,
  entry,
  product,
  names,
}: {
  readonly combinations: readonly Combination[];
  readonly entry: Combination;
  readonly product: readonly Combination[];
  readonly names: readonly string[];
}): Combination[] {
  const fits = (one: Combination | undefined): boolean =>
    one !== undefined && names.every((name) => !(name in entry) || same(one[name], entry[name]));
  if (!product.some(fits)) return [...combinations, entry];
  return combinations.map((one, index) => (fits(product[index]) ? { ...one, ...entry } : one));
}

function axisOf(value: Plain | undefined, name: string): readonly Plain[] {
  const values = listOf(value, name);
  if (values.length > 0) return values;
  throw new Error(`strategy.matrix.${name} has no values: give it one, or skip the job with if`);
}

function listOf(value: Plain | undefined, name: string): readonly Plain[] {
  if (Array.isArray(value)) return value;
  throw new Error(`strategy.matrix.${name} is not a list: give its values as a sequence`);
}

function entriesOf(value: Plain | undefined, name: string): readonly Combination[] {
  return value === undefined ? [] : (listOf(value, name) as readonly Combination[]);
}

function same(left: Plain | undefined, right: Plain | undefined): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
