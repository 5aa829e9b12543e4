// What the list shows for an instant: the mailbox's zone and formats, the interface language's words.
// The world's clock may differ from the browser's.
const skew = boot.now - Date.now();
const today = () => civilOf(new Date(Date.now() + skew));
const dayNumber = (civil) => Date.UTC(civil.year, civil.month - 1, civil.day) / 864e5;
const weekday = (civil) => (dayNumber(civil) + 4) % 7;

const civilOf = (instant) => {
  state.zone ??= new Intl.DateTimeFormat('en-US', { timeZone: boot.timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric',
    day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' });
  const parts = state.zone.formatToParts(instant).map(({ type, value }) => [type, Number(value)]);
  return Object.fromEntries(parts);
};

const pad = (number, width) => String(number).padStart(width, '0');
const token = (c, text) => {
  const [kind, width] = [text[0], text.length];
  switch (kind) {
    case 'd': return width > 2 ? words.days[weekday(c)] : pad(c.day, width);
    case 'M': return width === 4 ? words.longMonths[c.month - 1] : width === 3 ? words.months[c.month - 1] : pad(c.month, width);
    case 'y': return width > 2 ? String(c.year) : pad(c.year % 100, 2);
    case 'H': return pad(c.hour, width);
    case 'h': return pad(c.hour % 12 || 12, width);
    case 'm': return pad(c.minute, width);
    case 's': return pad(c.second, width);
    case 't': return c.hour < 12 ? words.am : words.pm;
    default: return text.slice(1, -1);
  }
};
// Patterns are .NET's, as the mailbox's regional settings hold them.
const format = (pattern, civil) => words.mark + pattern.replace(/'[^']*'|d+|M+|y+|H+|h+|m+|s+|t+/g, (text) => token(civil, text));

// The stretch of the date format from its first to its last part of day and month; one character behind it stays.
const withoutYear = (pattern) => {
  const parts = [...pattern.matchAll(/[dM]+/g)];
  const end = parts.at(-1).index + parts.at(-1)[0].length;
  return pattern.slice(parts[0].index, pattern.length - end === 1 ? pattern.length : end);
};

const join = (layout, day, rest) => layout.replace('{0}', day).replace('{1}', rest);
const fullDate = (iso) => {
  const civil = civilOf(new Date(iso));
  const date = join(words.dayDate, words.days[weekday(civil)], format(settings.dateFormat, civil));
  return `${date} ${format(settings.timeFormat, civil)}`;
};

const shortDate = (iso) => {
  const civil = civilOf(new Date(iso));
  const age = dayNumber(today()) - dayNumber(civil);
  const day = words.days[weekday(civil)];
  if (age === 0) return format(settings.timeFormat, civil);
  if (age > 0 && age <= 3) return join(words.dayTime, day, format(settings.timeFormat, civil));
  if (age > 0 && age <= 30) return join(words.dayDate, day, format(withoutYear(settings.dateFormat), civil));
  return format(settings.dateFormat, civil);
};

// The name of the group that a row stands under, for a business mailbox.
const groupOf = (iso) => {
  const civil = civilOf(new Date(iso));
  const now = today();
  const age = dayNumber(now) - dayNumber(civil);
  const intoWeek = (weekday(now) - settings.weekStart + 7) % 7;
  const months = (now.year - civil.year) * 12 + now.month - civil.month;
  if (age <= 0) return words.today;
  if (age === 1) return words.yesterday;
  if (age <= intoWeek) return words.thisWeek;
  if (age <= intoWeek + 7) return words.lastWeek;
  if (months === 0) return words.thisMonth;
  if (months === 1) return words.lastMonth;
  return civil.year === now.year ? words.longMonths[civil.month - 1] : String(civil.year);
};
