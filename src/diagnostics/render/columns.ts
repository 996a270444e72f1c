/** How wide text is on a terminal, in columns. */

/** Tabs reach to the next multiple of this many columns. */
const tabStop = 4;

/**
 * One printable line: tabs become spaces up to their stop, and what could move the cursor or colour the terminal
 * becomes `�`, because file contents and names are other people's. `columnOf(offset)` is the column, from 0, where
 * the character at that UTF-16 offset begins.
 */
export function printable(line: string): { readonly text: string; readonly columnOf: (offset: number) => number } {
  const columns: number[] = [];
  let text = '';
  let column = 0;
  for (const character of line) {
    for (let unit = 0; unit < character.length; unit++) columns.push(column);
    if (character === '\t') {
      const width = tabStop - (column % tabStop);
      text += ' '.repeat(width);
      column += width;
    } else {
      const shown = isControl(character) ? '\ufffd' : character;
      text += shown;
      column += widthOf(shown);
    }
  }
  return { text, columnOf: (offset) => columns[offset] ?? column + Math.max(0, offset - columns.length) };
}

/** C0, C1, DEL, and the marks that reorder or hide text (Unicode, "Bidirectional Algorithm", explicit formatting). */
export const isControl = (character: string): boolean => /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/.test(character);

/** Columns of one character: 2 for East Asian wide and emoji, 0 for combining marks and joiners (UAX #11). */
export function widthOf(character: string): 0 | 1 | 2 {
  if (/^[\p{Mn}\p{Me}\u200b-\u200d\ufe00-\ufe0f]$/u.test(character)) return 0;
  const point = character.codePointAt(0) ?? 0;
  if (point < 0x1100) return 1;
  return wide.some(([first, last]) => point >= first && point <= last) || /^\p{Emoji_Presentation}$/u.test(character) ? 2 : 1;
}

/** Ranges that UAX #11 lists as wide or full width, joined where nothing narrow in between is assigned. */
const wide: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f], [0x2e80, 0x303e], [0x3041, 0x33ff], [0x3400, 0x4dbf], [0x4e00, 0xa4cf], [0xa960, 0xa97f],
  [0xac00, 0xd7a3], [0xf900, 0xfaff], [0xfe30, 0xfe6f], [0xff00, 0xff60], [0xffe0, 0xffe6], [0x20000, 0x3fffd],
];
