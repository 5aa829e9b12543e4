// What the cultures of .NET say: globalize 0.1.1 has their words, netformats.json the formats of thirty of them.

import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { timeWords } from './pattern.mjs';

const require = createRequire(import.meta.url);

export class Net {
  constructor(packages) {
    const library = `${packages}/globalize/lib`;
    const globalize = require(`${library}/globalize.js`);
    for (const file of readdirSync(`${library}/cultures`)) require(`${library}/cultures/${file}`);
    this.cultures = globalize.cultures;
    this.formats = JSON.parse(readFileSync(new URL('netformats.json', import.meta.url), 'utf8'));
  }

  addWords(language, words) {
    const cultures = Object.entries(this.cultures).filter(([tag]) => tag.split('-')[0] === language);
    for (const [, culture] of cultures) addCalendar(culture.calendars.standard, words);
    const formats = Object.entries(this.formats).filter(([tag]) => tag.split('-')[0] === language);
    for (const [, culture] of formats) addFormats(culture, words);
  }
}

function addCalendar({ name, days, months, monthsGenitive, AM, PM }, words) {
  // Theirs begin with Sunday.
  for (const names of [days.names, days.namesAbbr]) names.forEach((day, at) => words.add(`d${at || 7}`, day));
  // A calendar that is named is not the Gregorian one.
  const lists = name ? [] : [months, monthsGenitive].filter(Boolean).flatMap((list) => [list.names, list.namesAbbr]);
  for (const names of lists) names.slice(0, 12).forEach((month, at) => words.add(`m${at + 1}`, month));
  if (AM) words.add('am', AM[0]);
  if (PM) words.add('pm', PM[0]);
}

function addFormats({ d, t, am, pm, abd }, words) {
  (abd ?? []).forEach((day, at) => words.add(`d${at + 1}`, day));
  words.add('am', am);
  words.add('pm', pm);
  for (const { hour, other } of t.map(timeWords)) {
    hour.forEach((word) => words.add('h', word));
    other.forEach((word) => words.add('x', word));
  }
  const quoted = d.flatMap((pattern) => [...pattern.matchAll(/'([^']*\p{L}[^']*)'/gu)]);
  quoted.forEach(([, word]) => words.add('x', word));
}
