//! People and words of the ja-JP mailboxes.

use chrono_tz::Tz;

use super::Locale;

pub(super) const LOCALE: Locale = Locale {
    culture: "ja-JP",
    windows_zone: "Tokyo Standard Time",
    zone: Tz::Asia__Tokyo,
    date_format: "yyyy/MM/dd",
    time_format: "H:mm",
    owner: ("hoshino.kazune", "星野 風音"),
    folders: [
        "受信トレイ",
        "下書き",
        "送信済みアイテム",
        "削除済みアイテム",
        "迷惑メール",
        "アーカイブ",
        "送信トレイ",
        "凧工房",
        "切符",
    ],
    other_folders: ["予定表", "連絡先"],
    people: &[
        ("mizuki.sorato", "水木 空人"),
        ("hanamori.yuki", "花守 雪"),
        ("kumoi.ren", "雲井 蓮"),
        ("tsukino.aoi", "月野 葵"),
        ("kazami.sou", "風見 奏"),
        ("fuyuki.rin", "冬木 凛"),
    ],
    subjects: &[
        "凧まつりの席順",
        "青い提灯の注文",
        "月の会の議事録",
        "紙の舟の競走",
        "時計台は開いていますか",
        "風船40個の請求書",
        "雲の博物館の計画",
        "傘の忘れもの",
    ],
    sentences: &[
        "凧は木曜日に届きます。緑のものだけ遅れます。",
        "提灯を二つとはしごを持ってきてください。",
        "春から紙の舟を数えた人はいません。",
        "ふくろうの巣があるあいだ時計台は閉まります。",
        "風船は二番目の棚に入れました。",
        "今週は雲の見学が無料です。",
        "傘は黄色で、だれの言うことも聞きません。",
        "正午に大きな地図の下で会いましょう。",
    ],
    reply: "RE: ",
    undeliverable: "配信不能: ",
};
