// What CLDR says of a language: words, patterns, zones.

import { readdirSync, readFileSync } from 'node:fs';
import { asNet, fillers, monthAffixes, timeWords } from './pattern.mjs';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

export class Cldr {
  constructor(packages) {
    this.dates = `${packages}/cldr-dates-full/main`;
    this.core = `${packages}/cldr-core/supplemental`;
    this.all = readdirSync(this.dates);
  }

  /** All locales of a language, the language itself first. */
  locales(language) {
    // Chinese in Latin letters has no words of its own; two scripts of English are nobody's mailbox.
    const own = this.all.filter((tag) => tag === language || (tag.startsWith(`${language}-`) && !/^zh-Latn|-Dsrt|-Shaw/.test(tag)));
    return own.sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  }

  #read(tag, file) {
    return JSON.parse(readFileSync(`${this.dates}/${tag}/${file}.json`, 'utf8')).main[tag].dates;
  }

  /** Adds what `tag` calls things to `words`. */
  addWords(tag, words) {
    const calendar = this.#read(tag, 'ca-gregorian').calendars.gregorian;
    addDays(calendar.days, words);
    addMonths(calendar, words);
    addHalves(calendar.dayPeriods, words);
    addFillers(calendar, words);
    addRelative(this.#read(tag, 'dateFields').fields, words);
  }

  /** Short date and time in the letters of .NET. */
  formats(tag) {
    const calendar = this.#read(tag, 'ca-gregorian').calendars.gregorian;
    return { d: [asNet(calendar.dateFormats.short)], t: [asNet(calendar.timeFormats.short)] };
  }

  /** Windows name of a zone and its IANA name, for the world. */
  zones() {
    const { windowsZones } = JSON.parse(readFileSync(`${this.core}/windowsZones.json`, 'utf8')).supplemental;
    const world = windowsZones.mapTimezones.filter(({ mapZone }) => mapZone._territory === '001');
    return world.map(({ mapZone }) => [mapZone._other, mapZone._type]);
  }
}

function addDays(days, words) {
  for (const context of ['format', 'stand-alone']) {
    for (const width of ['wide', 'abbreviated', 'short', 'narrow']) {
      const names = DAYS.map((day) => days[context][width][day]);
      // A letter that stands for two days says nothing.
      if (width === 'narrow' && new Set(names.map((name) => name.toLowerCase())).size < 7) continue;
      names.forEach((name, at) => words.add(`d${at + 1}`, name));
    }
  }
}

function addMonths(calendar, words) {
  const { full, long, medium } = calendar.dateFormats;
  const skeletons = Object.entries(calendar.dateTimeFormats.availableFormats).filter(([key]) => /MMM.*d/.test(key));
  const patterns = [full, long, medium, ...skeletons.map(([, pattern]) => pattern)];
  const affixes = [['', ''], ...patterns.flatMap(monthAffixes)];
  for (const context of ['format', 'stand-alone']) {
    for (const width of ['wide', 'abbreviated']) {
      for (const [number, name] of Object.entries(calendar.months[context][width])) {
        for (const [before, after] of affixes) words.add(`m${number}`, before + name + after);
      }
    }
  }
}

function addHalves(periods, words) {
  for (const context of ['format', 'stand-alone']) {
    for (const width of ['wide', 'abbreviated', 'narrow']) {
      for (const half of ['am', 'pm']) {
        const names = [periods[context][width][half], periods[context][width][`${half}-alt-variant`]];
        names.filter((name) => name && !/^[a-z]$/i.test(name)).forEach((name) => words.add(half, name));
      }
    }
  }
}

function addFillers(calendar, words) {
  const { dateFormats, timeFormats, dateTimeFormats } = calendar;
  const joins = Object.values(calendar['dateTimeFormats-atTime'].standard).map((join) => join.replace(/\{\d\}/g, 'y'));
  const skeletons = Object.entries(dateTimeFormats.availableFormats).filter(([key]) => /^[GyMEd]+$/.test(key));
  const patterns = [...Object.values(dateFormats), ...joins, ...skeletons.map(([, pattern]) => pattern)];
  patterns.flatMap(fillers).forEach((word) => words.add('x', word));
  if (patterns.some((pattern) => pattern.includes('G'))) words.add('x', calendar.eras.eraAbbr[1]);
  for (const pattern of [...Object.values(timeFormats), dateTimeFormats.availableFormats.Hm]) {
    const { hour, other } = timeWords(pattern);
    hour.forEach((word) => words.add('h', word));
    other.forEach((word) => words.add('x', word));
  }
}

function addRelative(fields, words) {
  const said = (field, offset) => fields[field][`relative-type-${offset}`];
  for (const offset of [0, -1, -2]) if (said('day', offset)) words.add(`r${offset}`, said('day', offset));
  for (const offset of [0, -1]) {
    words.add(`w${offset}`, said('week', offset));
    words.add(`n${offset}`, said('month', offset));
  }
}
