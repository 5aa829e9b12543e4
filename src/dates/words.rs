//! Words for weekdays and halves of the day.

use chrono::Weekday;

const DAYS: [Weekday; 7] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

/// Per language, Monday first: every form of each day, in lower case and without a final dot.
const WEEKDAYS: [(&str, [&str; 7]); 15] = [
    (
        "en",
        [
            "mon monday",
            "tue tuesday",
            "wed wednesday",
            "thu thursday",
            "fri friday",
            "sat saturday",
            "sun sunday",
        ],
    ),
    (
        "de",
        [
            "mo montag",
            "di dienstag",
            "mi mittwoch",
            "do donnerstag",
            "fr freitag",
            "sa samstag",
            "so sonntag",
        ],
    ),
    (
        "fr",
        ["lun lundi", "mar mardi", "mer mercredi", "jeu jeudi", "ven vendredi", "sam samedi", "dim dimanche"],
    ),
    (
        "es",
        [
            "lun lunes",
            "mar martes",
            "mié miércoles",
            "jue jueves",
            "vie viernes",
            "sáb sábado",
            "dom domingo",
        ],
    ),
    (
        "it",
        [
            "lun lunedì",
            "mar martedì",
            "mer mercoledì",
            "gio giovedì",
            "ven venerdì",
            "sab sabato",
            "dom domenica",
        ],
    ),
    (
        "pt",
        [
            "seg segunda segunda-feira",
            "ter terça terça-feira",
            "qua quarta quarta-feira",
            "qui quinta quinta-feira",
            "sex sexta sexta-feira",
            "sáb sábado",
            "dom domingo",
        ],
    ),
    (
        "nl",
        ["ma maandag", "di dinsdag", "wo woensdag", "do donderdag", "vr vrijdag", "za zaterdag", "zo zondag"],
    ),
    (
        "sv",
        [
            "mån måndag",
            "tis tisdag",
            "ons onsdag",
            "tors torsdag tor",
            "fre fredag",
            "lör lördag",
            "sön söndag",
        ],
    ),
    (
        "pl",
        [
            "pon poniedziałek pn",
            "wt wtorek",
            "śr środa",
            "czw czwartek",
            "pt piątek pią",
            "sob sobota so",
            "niedz niedziela nd niedz",
        ],
    ),
    ("cs", ["po pondělí", "út úterý", "st středa", "čt čtvrtek", "pá pátek", "so sobota", "ne neděle"]),
    (
        "ru",
        [
            "пн понедельник",
            "вт вторник",
            "ср среда",
            "чт четверг",
            "пт пятница",
            "сб суббота",
            "вс воскресенье",
        ],
    ),
    (
        "ja",
        [
            "月 月曜 月曜日",
            "火 火曜 火曜日",
            "水 水曜 水曜日",
            "木 木曜 木曜日",
            "金 金曜 金曜日",
            "土 土曜 土曜日",
            "日 日曜 日曜日",
        ],
    ),
    ("ko", ["월 월요일", "화 화요일", "수 수요일", "목 목요일", "금 금요일", "토 토요일", "일 일요일"]),
    (
        "zh",
        [
            "周一 週一 星期一",
            "周二 週二 星期二",
            "周三 週三 星期三",
            "周四 週四 星期四",
            "周五 週五 星期五",
            "周六 週六 星期六",
            "周日 週日 星期日 星期天",
        ],
    ),
    ("he", ["ב ב׳ שני", "ג ג׳ שלישי", "ד ד׳ רביעי", "ה ה׳ חמישי", "ו ו׳ שישי", "ש ש׳ שבת", "א א׳ ראשון"]),
];

/// Words that carry nothing: Hebrew "day", units and particles of .NET's own patterns.
const FILLERS: [&str; 8] = ["יום", "uhr", "uur", "kl", "h", "г", "klo", "年月日"];

/// The weekday that `word` (lower case, no final dot) names in the language of `tag`.
pub(super) fn weekday(word: &str, tag: &str) -> Option<Weekday> {
    let language = tag.split(['-', '_']).next()?;
    let (_, days) = WEEKDAYS.iter().find(|(code, _)| code.eq_ignore_ascii_case(language))?;
    // Hebrew writes the geresh as U+05F3 or as an apostrophe.
    let word = word.replace(['\'', '’'], "׳");
    days.iter().position(|forms| forms.split(' ').any(|form| form == word)).map(|index| DAYS[index])
}

/// Whether `word` may stand in a date without meaning anything.
pub(super) fn is_filler(word: &str) -> bool {
    FILLERS.contains(&word)
}

/// Whether `word` marks the afternoon (`true`) or the morning (`false`).
pub(super) fn afternoon(word: &str) -> Option<bool> {
    match word {
        "am" | "上午" | "午前" | "오전" | "fm" | "dop" | "vorm" | "πμ" | "ap" | "дп" => Some(false),
        "pm" | "下午" | "午後" | "오후" | "em" | "odp" | "nachm" | "μμ" | "ip" | "пп" => Some(true),
        _ => None,
    }
}
