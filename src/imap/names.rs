//! What folders are called in the languages of mailboxes, where a server does not say what they are for: the names that
//! Exchange gave them when the mailbox was made. Data.

use crate::model::Role;

/// What one language calls them.
pub(super) struct Language {
    of_mail: [(Role, &'static [&'static str]); 6],
    /// Calendar, contacts, journal, notes, tasks: listed like folders of mail (RFC 3501 knows no difference).
    not_mail: &'static [&'static str],
}

impl Language {
    /// What a folder of this name is for; `None` where this language has no such name.
    pub(super) fn role(&self, name: &str) -> Option<Role> {
        self.of_mail.iter().find(|(_, names)| names.contains(&name)).map(|(role, _)| *role)
    }

    /// Whether a folder of this name holds no mail.
    pub(super) fn is_not_mail(&self, name: &str) -> bool {
        self.not_mail.contains(&name)
    }
}

macro_rules! languages {
    ($([$($sent:literal)*] [$($drafts:literal)*] [$($deleted:literal)*] [$($junk:literal)*] [$($archive:literal)*] [$($outbox:literal)*]
       [$($not_mail:literal)*];)+) => {
        /// Every language that is known.
        pub(super) const LANGUAGES: &[Language] = &[$(Language {
            of_mail: [
                (Role::Sent, &[$($sent),*]), (Role::Drafts, &[$($drafts),*]), (Role::Deleted, &[$($deleted),*]),
                (Role::Junk, &[$($junk),*]), (Role::Archive, &[$($archive),*]), (Role::Outbox, &[$($outbox),*]),
            ],
            not_mail: &[$($not_mail),*],
        }),+];
    };
}

languages! {
    ["Sent Items" "Sent" "Sent Messages" "Sent Mail"] ["Drafts"] ["Deleted Items" "Deleted" "Deleted Messages" "Trash"]
        ["Junk Email" "Junk E-mail" "Junk E-Mail" "Junk" "Spam"] ["Archive"] ["Outbox"]
        ["Calendar" "Contacts" "Journal" "Notes" "Tasks"];
    ["Gesendete Elemente" "Gesendet"] ["Entwürfe"] ["Gelöschte Elemente" "Gelöscht" "Papierkorb"] ["Junk-E-Mail"] ["Archiv"]
        ["Postausgang"] ["Kalender" "Kontakte" "Journal" "Notizen" "Aufgaben"];
    ["Éléments envoyés"] ["Brouillons"] ["Éléments supprimés"] ["Courrier indésirable"] ["Archive"] ["Boîte d'envoi"]
        ["Calendrier" "Contacts" "Journal" "Notes" "Tâches"];
    ["Verzonden items"] ["Concepten"] ["Verwijderde items"] ["Ongewenste e-mail"] ["Archief"] ["Postvak UIT"]
        ["Agenda" "Contactpersonen" "Logboek" "Notities" "Taken"];
    ["Elementos enviados"] ["Borradores"] ["Elementos eliminados"] ["Correo no deseado"] ["Archivo"] ["Bandeja de salida"]
        ["Calendario" "Contactos" "Diario" "Notas" "Tareas"];
    ["Posta inviata"] ["Bozze"] ["Posta eliminata"] ["Posta indesiderata"] ["Archivio"] ["Posta in uscita"]
        ["Calendario" "Contatti" "Diario" "Note" "Attività"];
    ["Itens Enviados"] ["Rascunhos"] ["Itens Excluídos" "Itens Eliminados"] ["Lixo Eletrônico" "Lixo Eletrónico"]
        ["Arquivo Morto" "Arquivo"] ["Caixa de Saída" "A Enviar"]
        ["Calendário" "Contatos" "Contactos" "Diário" "Anotações" "Notas" "Tarefas"];
    ["Sendt post"] ["Kladder"] ["Slettet post"] ["Uønsket mail" "Uønsket e-mail"] ["Arkiv"] ["Udbakke"]
        ["Kalender" "Kontaktpersoner" "Journal" "Noter" "Opgaver"];
    ["Skickat" "Skickade objekt"] ["Utkast"] ["Borttaget" "Borttagna objekt"] ["Skräppost"] ["Arkiv"] ["Utkorgen"]
        ["Kalender" "Kontakter" "Journal" "Anteckningar" "Uppgifter"];
    ["Sendte elementer"] ["Utkast"] ["Slettede elementer"] ["Søppelpost"] ["Arkiv"] ["Utboks"]
        ["Kalender" "Kontakter" "Journal" "Notater" "Oppgaver"];
    ["Lähetetyt" "Lähetetyt viestit"] ["Luonnokset"] ["Poistetut" "Poistetut viestit"] ["Roskaposti"] ["Arkisto"] ["Lähtevät"]
        ["Kalenteri" "Yhteystiedot" "Päiväkirja" "Muistilaput" "Tehtävät"];
    ["Elementy wysłane"] ["Wersje robocze"] ["Elementy usunięte"] ["Wiadomości-śmieci"] ["Archiwum"] ["Skrzynka nadawcza"]
        ["Kalendarz" "Kontakty" "Dziennik" "Notatki" "Zadania"];
    ["Odeslaná pošta"] ["Koncepty"] ["Odstraněná pošta"] ["Nevyžádaná pošta"] ["Archiv"] ["Pošta k odeslání"]
        ["Kalendář" "Kontakty" "Deník" "Poznámky" "Úkoly"];
    ["Gönderilmiş Öğeler"] ["Taslaklar"] ["Silinmiş Öğeler"] ["Önemsiz E-posta"] ["Arşiv"] ["Giden Kutusu"]
        ["Takvim" "Kişiler" "Günlük" "Notlar" "Görevler"];
    ["Отправленные"] ["Черновики"] ["Удаленные"] ["Нежелательная почта"] ["Архив"] ["Исходящие"]
        ["Календарь" "Контакты" "Дневник" "Заметки" "Задачи"];
    ["פריטים שנשלחו"] ["טיוטות"] ["פריטים שנמחקו"] ["דואר זבל"] ["ארכיון"] ["תיבת דואר יוצא"]
        ["לוח שנה" "אנשי קשר" "יומן" "הערות" "משימות"];
    ["送信済みアイテム"] ["下書き"] ["削除済みアイテム"] ["迷惑メール"] ["アーカイブ"] ["送信トレイ"]
        ["予定表" "連絡先" "履歴" "メモ" "タスク"];
    ["보낸 편지함"] ["임시 보관함"] ["지운 편지함"] ["정크 메일"] ["보관"] ["보낼 편지함"] ["일정" "연락처" "업무 일지" "메모" "작업"];
    ["已发送邮件"] ["草稿"] ["已删除邮件"] ["垃圾邮件"] ["存档"] ["发件箱"] ["日历" "联系人" "日记" "便笺" "任务"];
    ["寄件備份"] ["草稿"] ["刪除的郵件"] ["垃圾郵件"] ["封存"] ["寄件匣"] ["行事曆" "連絡人" "日誌" "記事" "工作"];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_language_calls_two_folders_alike() {
        for language in LANGUAGES {
            let of_mail = language.of_mail.iter().flat_map(|(_, names)| *names);
            let all: Vec<_> = of_mail.chain(language.not_mail).collect();
            let mut once = all.clone();
            once.sort_unstable();
            once.dedup();
            assert_eq!(once.len(), all.len(), "{all:?}");
            assert!(all.iter().all(|name| !name.contains('/')));
        }
    }
}
