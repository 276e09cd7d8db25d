/** A reviewer has to see what nobody sees: signs that hide, or turn the direction of text, are spelled out. */
export function revealHidden(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n/g, '\n')
    .replace(
      /[\p{Cf}[\p{Cc}--[\t\n]]]/gv,
      (sign) => `<U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`,
    );
}
