// Patterns of CLDR (UTS 35) taken apart into fields and the text between them.

/** Parts of a pattern in order: `{ field: 'MMMM' }` or `{ text: 'den ' }`. Letters beyond ASCII are text. */
export function parts(pattern) {
  const found = [];
  const pieces = pattern.matchAll(/'((?:[^']|'')*)'|([a-zA-Z])\2*|([^'a-zA-Z]+)/gu);
  for (const [whole, quoted, letter] of pieces) {
    if (letter) found.push({ field: whole });
    else addText(found, quoted === undefined ? whole : quoted.replaceAll("''", "'") || "'");
  }
  return found;
}

function addText(found, text) {
  const last = found.at(-1);
  if (last?.text) last.text += text;
  else found.push({ text });
}

const isWord = (text) => /\p{L}/u.test(text);

/** Texts with letters that stand between the fields. */
export function fillers(pattern) {
  return parts(pattern).filter((part) => part.text && isWord(part.text)).flatMap((part) => part.text.split(/[\s,،、()]+/)).filter(isWord);
}

/** What is written straight before and after the name of a month, such as `['ב', '']`. */
export function monthAffixes(pattern) {
  const all = parts(pattern);
  const glued = (text, edge) => (text && isWord(text) && !edge.test(text) ? text : '');
  return all.flatMap((part, at) =>
    /^[ML]{3,}$/.test(part.field ?? '')
      ? [[glued(all[at - 1]?.text?.match(/\S*$/)?.[0], /\s$/), glued(all[at + 1]?.text?.match(/^\S*/)?.[0], /^\s/)]]
      : [],
  );
}

/** Words between hour and minute (`hour`) and elsewhere (`other`) in a pattern of the time of day. */
export function timeWords(pattern) {
  const words = { hour: [], other: [] };
  const all = parts(pattern.replaceAll('tt', 'a'));
  all.forEach((part, at) => {
    if (!part.text || !isWord(part.text)) return;
    const between = /^[HhKk]/.test(all[at - 1]?.field ?? '') && /^m/.test(all[at + 1]?.field ?? '');
    words[between ? 'hour' : 'other'].push(part.text);
  });
  return words;
}

/** A short pattern of CLDR in the letters of .NET: `d/M/y` as `d/M/yyyy`, `h:mm a` as `h:mm tt`. */
export function asNet(pattern) {
  const letters = { a: 'tt', b: 'tt', B: 'tt', y: 'yyyy', G: '', GGGGG: '' };
  const text = parts(pattern).map(({ field, text }) => (field ? (letters[field] ?? field.replaceAll('L', 'M').replaceAll('u', 'y')) : /\p{L}/u.test(text) ? `'${text}'` : text));
  return text.join('').replace(/[\u200e\u200f\u061c]/g, '').replace(/[\u00a0\u202f]/g, ' ').trim();
}
