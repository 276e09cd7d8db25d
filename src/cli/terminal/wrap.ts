import { widthOf } from './fit-line.ts';

/** @returns Lines that break between words, where these are not longer than a line. */
export function wrap(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && widthOf(longer) > columns) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

/** The same of several lines, each of which goes on two columns further in than it begins. */
export function wrapAll(text: string, columns: number): string {
  return text
    .split('\n')
    .flatMap((line) => {
      const margin = line.slice(0, line.length - line.trimStart().length);
      const [first = '', ...rest] = wrap(line.slice(margin.length), columns - margin.length - 2);
      return [`${margin}${first}`, ...rest.map((more) => `${margin}  ${more}`)];
    })
    .join('\n');
}
