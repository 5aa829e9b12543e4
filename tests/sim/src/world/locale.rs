//! Languages and zones of the world's people. Every name and every sentence is invented.

use chrono_tz::Tz;

/// What differs from one mailbox's language to the next.
#[derive(Debug)]
pub(crate) struct Locale {
    pub(crate) culture: &'static str,
    pub(crate) windows_zone: &'static str,
    pub(crate) zone: Tz,
    pub(crate) date_format: &'static str,
    pub(crate) time_format: &'static str,
    /// Owner of the first mailbox in this language: local part of the address, display name.
    pub(crate) owner: (&'static str, &'static str),
    /// Inbox, Drafts, Sent Items, Deleted Items, Junk, Archive, Outbox, and two of the owner's own.
    pub(crate) folders: [&'static str; 9],
    pub(crate) people: &'static [(&'static str, &'static str)],
    pub(crate) subjects: &'static [&'static str],
    pub(crate) sentences: &'static [&'static str],
    /// In front of the subject of an answer.
    pub(crate) reply: &'static str,
    /// In front of the subject of a message that did not arrive.
    pub(crate) undeliverable: &'static str,
}

/// In the order in which accounts are made.
pub(crate) static LOCALES: [Locale; 9] = [
    Locale {
        culture: "en-US",
        windows_zone: "Eastern Standard Time",
        zone: Tz::America__New_York,
        date_format: "M/d/yyyy",
        time_format: "h:mm tt",
        owner: ("avery.quill", "Avery Quill"),
        folders: ["Inbox", "Drafts", "Sent Items", "Deleted Items", "Junk Email", "Archive", "Outbox", "Kite Works", "Tickets"],
        people: &[
            ("odette.fenn", "Odette Fenn"), ("marlow.pike", "Pike, Marlow (Kites)"), ("jun.harrow", "Jun Harrow"),
            ("tansy.bell", "Tansy Bell"), ("rufus.oake", "Rufus Oake"), ("ines.calloway", "Ines Calloway"),
        ],
        subjects: &[
            "Kite festival seating", "Blue lantern order", "Minutes of the moon club", "Paper boat race", "Is the clock tower open?",
            "Invoice for 40 balloons", "Plan for the cloud museum", "Lost umbrella, found",
        ],
        sentences: &[
            "The kites arrive on Thursday, all but the green one.", "Please bring two lanterns and a ladder.",
            "Nobody has counted the paper boats since spring.", "The clock tower will stay closed while the owls nest.",
            "I have put the balloons in the second cupboard.", "Could you tell the museum that clouds are free this week?",
            "The umbrella is yellow and answers to no one.", "See you under the big map at noon.",
        ],
        reply: "RE: ",
        undeliverable: "Undeliverable: ",
    },
    Locale {
        culture: "de-DE",
        windows_zone: "W. Europe Standard Time",
        zone: Tz::Europe__Berlin,
        date_format: "dd.MM.yyyy",
        time_format: "HH:mm",
        owner: ("lina.morgenrot", "Lina Morgenrot"),
        folders: ["Posteingang", "Entwürfe", "Gesendete Elemente", "Gelöschte Elemente", "Junk-E-Mail", "Archiv", "Postausgang", "Drachenwerk", "Fahrkarten"],
        people: &[
            ("jost.wiesel", "Jost Wiesel"), ("gundel.ahorn", "Ahorn, Gundel"), ("till.regen", "Till Regen"),
            ("frieda.moewe", "Frieda Möwe"), ("kuno.stern", "Kuno Stern"), ("alma.brueck", "Alma Brück"),
        ],
        subjects: &[
            "Sitzplan fürs Drachenfest", "Bestellung blaue Laternen", "Protokoll des Mondvereins", "Papierbootrennen",
            "Ist der Uhrturm offen?", "Rechnung über 40 Luftballons", "Plan fürs Wolkenmuseum", "Schirm verloren, Schirm gefunden",
        ],
        sentences: &[
            "Die Drachen kommen am Donnerstag, alle bis auf den grünen.", "Bitte bring zwei Laternen und eine Leiter mit.",
            "Seit dem Frühling hat niemand mehr die Papierboote gezählt.", "Der Uhrturm bleibt zu, solange die Eulen brüten.",
            "Die Luftballons liegen im zweiten Schrank.", "Sagst du dem Museum, dass Wolken diese Woche nichts kosten?",
            "Der Schirm ist gelb und hört auf niemanden.", "Wir sehen uns um zwölf unter der großen Karte.",
        ],
        reply: "AW: ",
        undeliverable: "Unzustellbar: ",
    },
    Locale {
        culture: "en-GB",
        windows_zone: "GMT Standard Time",
        zone: Tz::Europe__London,
        date_format: "dd/MM/yyyy",
        time_format: "HH:mm",
        owner: ("winifred.thorne", "Winifred Thorne"),
        folders: ["Inbox", "Drafts", "Sent Items", "Deleted Items", "Junk Email", "Archive", "Outbox", "Teapots", "Tickets"],
        people: &[
            ("basil.crumb", "Basil Crumb"), ("hester.lowe", "Lowe, Hester"), ("percy.vane", "Percy Vane"),
            ("maud.ottery", "Maud Ottery"), ("clement.rye", "Clement Rye"), ("dilys.marsh", "Dilys Marsh"),
        ],
        subjects: &[
            "Teapot parade on Saturday", "Colour of the gate", "Notes from the fog society", "Bicycle for the lighthouse",
            "Who has the spare key?", "Quote for 12 kettles", "Programme of the puddle concert", "Scarf left on the pier",
        ],
        sentences: &[
            "The parade starts at the third lamp post.", "We agreed on a colour that does not exist yet.",
            "Fog is expected, and so is cake.", "The lighthouse keeper prefers the red bicycle.",
            "Somebody has labelled every key 'spare'.", "The kettles whistle in G, as requested.",
            "Bring wellingtons to the concert.", "The scarf is long enough for two.",
        ],
        reply: "RE: ",
        undeliverable: "Undeliverable: ",
    },
    Locale {
        culture: "ja-JP",
        windows_zone: "Tokyo Standard Time",
        zone: Tz::Asia__Tokyo,
        date_format: "yyyy/MM/dd",
        time_format: "H:mm",
        owner: ("hoshino.kazune", "星野 風音"),
        folders: ["受信トレイ", "下書き", "送信済みアイテム", "削除済みアイテム", "迷惑メール", "アーカイブ", "送信トレイ", "凧工房", "切符"],
        people: &[
            ("mizuki.sorato", "水木 空人"), ("hanamori.yuki", "花守 雪"), ("kumoi.ren", "雲井 蓮"),
            ("tsukino.aoi", "月野 葵"), ("kazami.sou", "風見 奏"), ("fuyuki.rin", "冬木 凛"),
        ],
        subjects: &["凧まつりの席順", "青い提灯の注文", "月の会の議事録", "紙の舟の競走", "時計台は開いていますか", "風船40個の請求書", "雲の博物館の計画", "傘の忘れもの"],
        sentences: &[
            "凧は木曜日に届きます。緑のものだけ遅れます。", "提灯を二つとはしごを持ってきてください。", "春から紙の舟を数えた人はいません。",
            "ふくろうの巣があるあいだ時計台は閉まります。", "風船は二番目の棚に入れました。", "今週は雲の見学が無料です。",
            "傘は黄色で、だれの言うことも聞きません。", "正午に大きな地図の下で会いましょう。",
        ],
        reply: "RE: ",
        undeliverable: "配信不能: ",
    },
    Locale {
        culture: "ko-KR",
        windows_zone: "Korea Standard Time",
        zone: Tz::Asia__Seoul,
        date_format: "yyyy-MM-dd",
        time_format: "tt h:mm",
        owner: ("byeol.haneul", "한별 하늘"),
        folders: ["받은 편지함", "임시 보관함", "보낸 편지함", "지운 편지함", "정크 메일", "보관", "보낼 편지함", "연 공방", "승차권"],
        people: &[
            ("seo.param", "서바람"), ("nam.garam", "남가람"), ("yun.saebyeok", "윤새벽"),
            ("ma.nuri", "마누리"), ("cha.isul", "차이슬"), ("ok.dana", "옥다나"),
        ],
        subjects: &["연 축제 자리 배치", "파란 등불 주문", "달 모임 회의록", "종이배 경주", "시계탑이 열려 있나요?", "풍선 40개 청구서", "구름 박물관 계획", "우산을 찾았습니다"],
        sentences: &[
            "연은 목요일에 도착합니다. 초록색만 늦습니다.", "등불 두 개와 사다리를 가져오세요.", "봄부터 종이배를 센 사람이 없습니다.",
            "부엉이가 둥지를 트는 동안 시계탑은 닫습니다.", "풍선은 두 번째 찬장에 넣었습니다.", "이번 주에는 구름 관람이 무료입니다.",
            "우산은 노란색이고 누구의 말도 듣지 않습니다.", "정오에 큰 지도 아래에서 만나요.",
        ],
        reply: "RE: ",
        undeliverable: "배달되지 않음: ",
    },
    Locale {
        culture: "zh-CN",
        windows_zone: "China Standard Time",
        zone: Tz::Asia__Shanghai,
        date_format: "yyyy/M/d",
        time_format: "H:mm",
        owner: ("yun.xiaofeng", "云晓风"),
        folders: ["收件箱", "草稿", "已发送邮件", "已删除邮件", "垃圾邮件", "存档", "发件箱", "风筝坊", "车票"],
        people: &[
            ("lu.qingchen", "陆清晨"), ("bai.yuhe", "白雨荷"), ("jiang.yueming", "江月明"),
            ("song.xue", "宋雪"), ("he.shan", "贺山"), ("lin.duoduo", "林朵朵"),
        ],
        subjects: &["风筝节座位安排", "蓝色灯笼订单", "月亮俱乐部会议记录", "纸船比赛", "钟楼开放吗？", "四十个气球的发票", "云彩博物馆计划", "雨伞找到了"],
        sentences: &[
            "风筝星期四到，只有绿色的晚一点。", "请带两个灯笼和一把梯子。", "从春天起就没有人数过纸船。", "猫头鹰筑巢期间钟楼不开放。",
            "气球放在第二个柜子里。", "这个星期看云免费。", "雨伞是黄色的，谁的话也不听。", "中午在大地图下面见。",
        ],
        reply: "回复: ",
        undeliverable: "未送达: ",
    },
    Locale {
        culture: "ru-RU",
        windows_zone: "Russian Standard Time",
        zone: Tz::Europe__Moscow,
        date_format: "dd.MM.yyyy",
        time_format: "H:mm",
        owner: ("zarina.vetrova", "Зарина Ветрова"),
        folders: ["Входящие", "Черновики", "Отправленные", "Удаленные", "Нежелательная почта", "Архив", "Исходящие", "Мастерская змеев", "Билеты"],
        people: &[
            ("lev.oblakov", "Лев Облаков"), ("raya.tuchina", "Тучина Рая"), ("matvey.lunin", "Матвей Лунин"),
            ("ulyana.snegir", "Ульяна Снегирь"), ("gleb.mayak", "Глеб Маяк"), ("nika.rosina", "Ника Росина"),
        ],
        subjects: &["Места на празднике змеев", "Заказ синих фонарей", "Протокол лунного клуба", "Гонка бумажных лодок", "Часовая башня открыта?", "Счёт за 40 шаров", "План музея облаков", "Зонт нашёлся"],
        sentences: &[
            "Змеи приедут в четверг, все, кроме зелёного.", "Возьмите два фонаря и лестницу.", "С весны никто не считал бумажные лодки.",
            "Башня закрыта, пока гнездятся совы.", "Шары лежат во втором шкафу.", "На этой неделе облака показывают бесплатно.",
            "Зонт жёлтый и никого не слушается.", "Встретимся в полдень под большой картой.",
        ],
        reply: "RE: ",
        undeliverable: "Не доставлено: ",
    },
    Locale {
        culture: "he-IL",
        windows_zone: "Israel Standard Time",
        zone: Tz::Asia__Jerusalem,
        date_format: "dd/MM/yyyy",
        time_format: "HH:mm",
        owner: ("tal.kochavi", "טל כוכבי"),
        folders: ["תיבת דואר נכנס", "טיוטות", "פריטים שנשלחו", "פריטים שנמחקו", "דואר זבל", "ארכיון", "תיבת דואר יוצא", "סדנת עפיפונים", "כרטיסים"],
        people: &[
            ("gal.ananim", "גל עננים"), ("shir.yareah", "שיר ירח"), ("oren.shahar", "אורן שחר"),
            ("lior.gesher", "ליאור גשר"), ("noga.pinat", "נגה פינת"), ("erez.tapuah", "ארז תפוח"),
        ],
        subjects: &["סידור ישיבה בחג העפיפונים", "הזמנת פנסים כחולים", "סיכום מועדון הירח", "מרוץ סירות נייר", "מגדל השעון פתוח?", "חשבונית על 40 בלונים", "תוכנית למוזיאון העננים", "המטרייה נמצאה"],
        sentences: &[
            "העפיפונים מגיעים ביום חמישי, חוץ מהירוק.", "נא להביא שני פנסים וסולם.", "מאז האביב איש לא ספר את סירות הנייר.",
            "המגדל סגור כל עוד הינשופים מקננים.", "הבלונים בארון השני.", "השבוע הכניסה לעננים חופשית.",
            "המטרייה צהובה ואינה נשמעת לאיש.", "ניפגש בצהריים מתחת למפה הגדולה.",
        ],
        reply: "השב: ",
        undeliverable: "לא ניתן למסירה: ",
    },
    Locale {
        culture: "en-IN",
        windows_zone: "India Standard Time",
        zone: Tz::Asia__Kolkata,
        date_format: "dd-MM-yyyy",
        time_format: "HH:mm",
        owner: ("meher.sitara", "Meher Sitara"),
        folders: ["Inbox", "Drafts", "Sent Items", "Deleted Items", "Junk Email", "Archive", "Outbox", "Kites", "Tickets"],
        people: &[
            ("toral.megh", "Toral Megh"), ("ishan.dariya", "Dariya, Ishan"), ("pavani.koel", "Pavani Koel"),
            ("rohak.parvat", "Rohak Parvat"), ("chandni.lata", "Chandni Lata"), ("vayu.sagar", "Vayu Sagar"),
        ],
        subjects: &["Kite terrace booking", "Forty blue lanterns", "Minutes of the monsoon club", "Paper boats, heat two", "Is the stepwell open?", "Bill for marigolds", "Plan of the cloud gallery", "Umbrella at the desk"],
        sentences: &[
            "The terrace is ours until the wind turns.", "Lanterns travel by the early bus.", "The monsoon club met indoors, for once.",
            "Heat two is won by whoever floats longest.", "Please mind the ninth step.", "Marigolds are counted by the basket.",
            "The gallery lends clouds for a week.", "The umbrella waits at the desk.",
        ],
        reply: "RE: ",
        undeliverable: "Undeliverable: ",
    },
];
