//! People and words of the ko-KR mailboxes.

use chrono_tz::Tz;

use super::Locale;

pub(super) const LOCALE: Locale = Locale {
    culture: "ko-KR",
    windows_zone: "Korea Standard Time",
    zone: Tz::Asia__Seoul,
    date_format: "yyyy-MM-dd",
    time_format: "tt h:mm",
    owner: ("byeol.haneul", "한별 하늘"),
    folders: [
        "받은 편지함",
        "임시 보관함",
        "보낸 편지함",
        "지운 편지함",
        "정크 메일",
        "보관",
        "보낼 편지함",
        "연 공방",
        "승차권",
    ],
    other_folders: ["일정", "연락처"],
    people: &[
        ("seo.param", "서바람"),
        ("nam.garam", "남가람"),
        ("yun.saebyeok", "윤새벽"),
        ("ma.nuri", "마누리"),
        ("cha.isul", "차이슬"),
        ("ok.dana", "옥다나"),
    ],
    subjects: &[
        "연 축제 자리 배치",
        "파란 등불 주문",
        "달 모임 회의록",
        "종이배 경주",
        "시계탑이 열려 있나요?",
        "풍선 40개 청구서",
        "구름 박물관 계획",
        "우산을 찾았습니다",
    ],
    sentences: &[
        "연은 목요일에 도착합니다. 초록색만 늦습니다.",
        "등불 두 개와 사다리를 가져오세요.",
        "봄부터 종이배를 센 사람이 없습니다.",
        "부엉이가 둥지를 트는 동안 시계탑은 닫습니다.",
        "풍선은 두 번째 찬장에 넣었습니다.",
        "이번 주에는 구름 관람이 무료입니다.",
        "우산은 노란색이고 누구의 말도 듣지 않습니다.",
        "정오에 큰 지도 아래에서 만나요.",
    ],
    reply: "RE: ",
    undeliverable: "배달되지 않음: ",
};
