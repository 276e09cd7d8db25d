import type { RefChange } from '../../git/refs.ts';

/** Payloads of pkt-lines up to the first flush or delimiter; what follows it is `rest`. */
export function readPktLines(data: Buffer): { readonly lines: readonly Buffer[]; readonly rest: Buffer } {
  const lines: Buffer[] = [];
  let at = 0;
  while (at + 4 <= data.length) {
    const length = Number.parseInt(data.subarray(at, at + 4).toString('latin1'), 16);
    if (Number.isNaN(length)) break;
    if (length < 4) return { lines, rest: data.subarray(at + 4) };
    lines.push(data.subarray(at + 4, at + length));
    at += length;
  }
  return { lines, rest: data.subarray(at) };
}

/** The ref updates that a push asks for: `old new ref`, the first followed by NUL and capabilities. */
export function pushCommands(body: Buffer): RefChange[] {
  return readPktLines(body).lines.flatMap((line): RefChange[] => {
    const text = line.toString('utf8').split('\0')[0]?.trim() ?? '';
    const match = /^([0-9a-f]{40}) ([0-9a-f]{40}) (\S+)$/.exec(text);
    const [, before, after, name] = match ?? [];
    return before && after && name ? [{ before, after, name }] : [];
  });
}

const REFUSED = /Repository rule violations found for (\S+)\./g;

/** A report of a push in which refs that rules refused carry GitHub's reason instead of git's own. */
export function nameRefusals(report: Buffer): Buffer {
  const { lines, rest } = readPktLines(report);
  const messages = lines.filter((line) => line[0] === 2).map((line) => line.subarray(1).toString('utf8'));
  const refused = new Set([...messages.join('').matchAll(REFUSED)].map(([, name]) => name));
  if (refused.size === 0) return report;
  const status = readPktLines(Buffer.concat(lines.filter((line) => line[0] === 1).map((line) => line.subarray(1))));
  const named = status.lines.map((line) => {
    const name = /^ng (\S+) /.exec(line.toString('utf8'))?.[1];
    return name !== undefined && refused.has(name) ? Buffer.from(`ng ${name} ${REFUSAL}\n`) : line;
  });
  const banded = Buffer.concat([Buffer.from([1]), ...named.map(pktLine), FLUSH]);
  return Buffer.concat([...lines.filter((line) => line[0] !== 1).map(pktLine), pktLine(banded), FLUSH, rest]);
}

const REFUSAL = 'push declined due to repository rule violations';
export const FLUSH = Buffer.from('0000');

export function pktLine(payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from((payload.length + 4).toString(16).padStart(4, '0')), payload]);
}

/** Names of the refs that git reports as updated: `ok <ref>` lines, plain or within side band 1. */
export function updatedRefs(report: Buffer): ReadonlySet<string> {
  const { lines } = readPktLines(report);
  const banded = lines.filter((line) => line[0] === 1).map((line) => line.subarray(1));
  const status = banded.length > 0 ? readPktLines(Buffer.concat(banded)).lines : lines;
  const names = status.flatMap((line) => /^ok (\S+)/.exec(line.toString('utf8'))?.[1] ?? []);
  return new Set(names);
}
