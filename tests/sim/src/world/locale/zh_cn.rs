//! People and words of the zh-CN mailboxes.

use chrono_tz::Tz;

use super::Locale;

pub(super) const LOCALE: Locale = Locale {
    culture: "zh-CN",
    windows_zone: "China Standard Time",
    zone: Tz::Asia__Shanghai,
    date_format: "yyyy/M/d",
    time_format: "H:mm",
    owner: ("yun.xiaofeng", "云晓风"),
    folders: ["收件箱", "草稿", "已发送邮件", "已删除邮件", "垃圾邮件", "存档", "发件箱", "风筝坊", "车票"],
    other_folders: ["日历", "联系人"],
    people: &[
        ("lu.qingchen", "陆清晨"),
        ("bai.yuhe", "白雨荷"),
        ("jiang.yueming", "江月明"),
        ("song.xue", "宋雪"),
        ("he.shan", "贺山"),
        ("lin.duoduo", "林朵朵"),
    ],
    subjects: &[
        "风筝节座位安排",
        "蓝色灯笼订单",
        "月亮俱乐部会议记录",
        "纸船比赛",
        "钟楼开放吗？",
        "四十个气球的发票",
        "云彩博物馆计划",
        "雨伞找到了",
    ],
    sentences: &[
        "风筝星期四到，只有绿色的晚一点。",
        "请带两个灯笼和一把梯子。",
        "从春天起就没有人数过纸船。",
        "猫头鹰筑巢期间钟楼不开放。",
        "气球放在第二个柜子里。",
        "这个星期看云免费。",
        "雨伞是黄色的，谁的话也不听。",
        "中午在大地图下面见。",
    ],
    reply: "回复: ",
    undeliverable: "未送达: ",
};
