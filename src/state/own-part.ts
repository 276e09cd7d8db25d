/**
 * The part of a body that is the app's: between two markers, each on a line of its own. What people write around it is
 * theirs and stays; what they write inside is replaced with the next write.
 */

const BEGIN = '<!-- agent-waves:begin -->';
const END = '<!-- agent-waves:end -->';

interface Span {
  readonly start: number;
  readonly end: number;
}

/** @returns The text as a body holds it. */
export function ownPart(text: string): string {
  return `${BEGIN}\n${text}\n${END}`;
}

/** @returns What our part says in front of the last thing in it, as `ownPart` was given it; undefined where more comes after that. */
export function textBefore(part: string, { start, end }: Span): string | undefined {
  const isLast = part.length === end + 1 + END.length && part[end] === '\n';
  return isLast ? part.slice(BEGIN.length + 1, start) : undefined;
}

/** @returns Our part with its markers, its line ends as we write them; undefined where there is not exactly one pair. */
export function findOwnPart(body: string): string | undefined {
  const span = spanIn(body);
  return span && body.slice(span.start, span.end).replaceAll('\r\n', '\n');
}

export function hasMarkers(body: string): boolean {
  return markersIn(body).length > 0;
}

/** @returns The body with our part replaced, or appended where there is no pair: then without the markers that are astray. */
export function withOwnPart(body: string, part: string): string {
  const span = spanIn(body);
  if (span) return `${body.slice(0, span.start)}${part}${body.slice(span.end)}`;
  const kept = markersIn(body)
    .toReversed()
    .reduce((text, { start, end }) => `${text.slice(0, start)}${text.slice(end).replace(/^\r?\n/, '')}`, body);
  const text = kept.trimEnd();
  return text === '' ? part : `${text}\n\n${part}`;
}

interface Marker extends Span {
  readonly begins: boolean;
  /** Between the lines that open and close a block of code. */
  readonly inCode: boolean;
}

function spanIn(body: string): Span | undefined {
  const plain = plainSpan(body);
  if (plain) return plain;
  const all = markersIn(body);
  // Whoever shows an old body as code means no second one; but a fence that is never closed hides nothing of ours.
  const [begin, end, more] = all.length > 2 ? all.filter(({ inCode }) => !inCode) : all;
  return begin?.begins && end && !end.begins && !more ? { start: begin.start, end: end.end } : undefined;
}

/** Where each marker is there once, on a line of its own, as we write them: nearly everywhere. */
function plainSpan(body: string): Span | undefined {
  const start = body.indexOf(BEGIN);
  const end = body.indexOf(END);
  if (start < 0 || end < start || body.indexOf(BEGIN, start + 1) >= 0 || body.indexOf(END, end + 1) >= 0)
    return undefined;
  if (!isOnOwnLine(body, start, BEGIN) || !isOnOwnLine(body, end, END)) return undefined;
  return { start, end: end + END.length };
}

function isOnOwnLine(body: string, start: number, marker: string): boolean {
  const after = body.slice(start + marker.length, start + marker.length + 2);
  return (start === 0 || body[start - 1] === '\n') && (after === '' || after[0] === '\n' || after === '\r\n');
}

function markersIn(body: string): readonly Marker[] {
  if (!body.includes(BEGIN) && !body.includes(END)) return [];
  const markers: Marker[] = [];
  let inCode = false;
  let start = 0;
  for (const line of body.split('\n')) {
    const text = line.replace(/\r$/, '');
    if (/^ {0,3}(?:```|~~~)/.test(text)) inCode = !inCode;
    if (text === BEGIN || text === END)
      markers.push({ start, end: start + text.length, begins: text === BEGIN, inCode });
    start += line.length + 1;
  }
  return markers;
}
