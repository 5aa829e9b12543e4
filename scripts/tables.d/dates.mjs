// Writes src/dates/tables: dates.mjs PACKAGES OUT, where PACKAGES has the modules of package.json.

import { writeFileSync } from 'node:fs';
import { Cldr } from './cldr.mjs';
import { Net } from './net.mjs';
import { Words } from './words.mjs';

// The languages that Outlook on the web or Windows is offered in.
const LANGUAGES = `af am ar as az be bg bn bs ca cs cy da de el en es et eu fa fi fil fo fr ga gd gl gu he hi hr hu hy id is it ja ka kk
  km kn ko ky lb lo lt lv mk ml mn mr ms mt my nb ne nl nn or pa pl ps pt ro ru si sk sl sq sr sv sw ta te th tk tr uk ur uz vi
  zh zu`.split(/\s+/);

const [packages, out] = process.argv.slice(2);
const cldr = new Cldr(packages);
const net = new Net(packages);

const words = LANGUAGES.map((language) => {
  const found = new Words();
  for (const tag of cldr.locales(language)) cldr.addWords(tag, found);
  net.addWords(language, found);
  return found.line(language);
});

const formats = Object.entries(net.formats).map(([tag, { d, t }]) => [tag, d.join('|'), t.join('|')].join('\t'));
for (const language of LANGUAGES) {
  const own = cldr.formats(language);
  for (const tag of cldr.locales(language)) {
    const { d, t } = cldr.formats(tag);
    const differs = d[0] !== own.d[0] || t[0] !== own.t[0];
    if (!net.formats[tag] && (tag === language || differs)) formats.push([`~${tag}`, d[0], t[0]].join('\t'));
  }
}

const zones = cldr.zones().map((pair) => pair.join('\t'));
for (const [name, lines] of Object.entries({ words, formats, zones })) writeFileSync(`${out}/${name}.txt`, `${lines.join('\n')}\n`);
