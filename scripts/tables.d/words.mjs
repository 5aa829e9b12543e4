// The words of one language, each in lower case under what it can mean.

export class Words {
  #forms = new Map();

  /** Adds a word under `sense`: `d1` Monday … `d7`, `m1` … `m12`, `am`, `pm`, `r0` today, `r-1` yesterday, `w0` this week, `n0` this month, `h` between hour and minute, `x` says nothing. */
  add(sense, word) {
    const form = word?.normalize('NFC').toLowerCase().replace(/[\u200b-\u200f\u061c]/g, '').replace(/[\s\u00a0\u202f]+/g, ' ').replace(/^[\s.,]+|[\s.,]+$/g, '');
    // What begins with a digit is read by its number.
    if (!form || /^\p{Nd}/u.test(form)) return;
    if (!this.#forms.has(sense)) this.#forms.set(sense, new Set());
    this.#forms.get(sense).add(form);
  }

  line(language) {
    const senses = [...this.#forms].map(([sense, forms]) => `${sense}=${[...forms].sort().join('|')}`);
    return [language, ...senses.sort()].join('\t');
  }
}
