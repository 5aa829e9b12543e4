//! People and words of the he-IL mailboxes.

use chrono_tz::Tz;

use super::Locale;

pub(super) const LOCALE: Locale = Locale {
    culture: "he-IL",
    windows_zone: "Israel Standard Time",
    zone: Tz::Asia__Jerusalem,
    date_format: "dd/MM/yyyy",
    time_format: "HH:mm",
    owner: ("tal.kochavi", "טל כוכבי"),
    folders: [
        "תיבת דואר נכנס",
        "טיוטות",
        "פריטים שנשלחו",
        "פריטים שנמחקו",
        "דואר זבל",
        "ארכיון",
        "תיבת דואר יוצא",
        "סדנת עפיפונים",
        "כרטיסים",
    ],
    other_folders: ["לוח שנה", "אנשי קשר"],
    people: &[
        ("gal.ananim", "גל עננים"),
        ("shir.yareah", "שיר ירח"),
        ("oren.shahar", "אורן שחר"),
        ("lior.gesher", "ליאור גשר"),
        ("noga.pinat", "נגה פינת"),
        ("erez.tapuah", "ארז תפוח"),
    ],
    subjects: &[
        "סידור ישיבה בחג העפיפונים",
        "הזמנת פנסים כחולים",
        "סיכום מועדון הירח",
        "מרוץ סירות נייר",
        "מגדל השעון פתוח?",
        "חשבונית על 40 בלונים",
        "תוכנית למוזיאון העננים",
        "המטרייה נמצאה",
    ],
    sentences: &[
        "העפיפונים מגיעים ביום חמישי, חוץ מהירוק.",
        "נא להביא שני פנסים וסולם.",
        "מאז האביב איש לא ספר את סירות הנייר.",
        "המגדל סגור כל עוד הינשופים מקננים.",
        "הבלונים בארון השני.",
        "השבוע הכניסה לעננים חופשית.",
        "המטרייה צהובה ואינה נשמעת לאיש.",
        "ניפגש בצהריים מתחת למפה הגדולה.",
    ],
    reply: "השב: ",
    undeliverable: "לא ניתן למסירה: ",
};
