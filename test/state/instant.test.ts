import fc from 'fast-check';
import { expect, it } from 'vitest';
import { millis } from '../../src/state/instant.ts';

const number = (max: number, digits: number) => fc.nat(max).map((value) => String(value).padStart(digits, '0'));

/** Also days that no month has, and hours that no day has. */
const moment = fc
  .tuple(number(9_999, 4), number(13, 2), number(32, 2), number(25, 2), number(61, 2), number(61, 2))
  .map(([year, month, day, hour, minute, second]) => `${year}-${month}-${day}T${hour}:${minute}:${second}Z`);

it('reads every moment, and what is none, as Date.parse does', () => {
  fc.assert(
    fc.property(fc.oneof({ weight: 9, arbitrary: moment }, fc.string()), (at) => {
      expect(millis(at)).toBe(Date.parse(at));
    }),
    { numRuns: 20_000 },
  );
});

it('knows leap days', () => {
  for (const year of ['1600', '1900', '1970', '2000', '2023', '2024', '2100'])
    for (const day of ['02-28', '02-29', '03-01', '12-31', '01-01'])
      expect(millis(`${year}-${day}T23:59:59Z`)).toBe(Date.parse(`${year}-${day}T23:59:59Z`));
});
