# Die Wörter des Dashboards. Ein Satz endet mit einem Punkt, eine Beschriftung nicht.
#
# Ein Wort je Sache: account = Konto; audit log = Protokoll (der Menüpunkt auch); card = Karte; cycle = Durchgang;
# dashboard = Dashboard; journal (der Kontakte) = Journal; key = Schlüssel; link = Link; log (von systemd) = Systemprotokoll;
# mail = Mails (als Teil eines Kontos und als Feld: E-Mail); mailbox = Postfach; operator = Betreiber; owner = Inhaber;
# session = Sitzung; sign-in = Anmeldung; sync = Abgleich; token = das Token, die Tokens.

skip = Zum Inhalt
nav = Seiten
nav-overview = Übersicht
nav-accounts = Konten
nav-sessions = Anmeldungen
nav-about = Über
nav-more = Dieser Dienst
sign-out = Abmelden
operator = Betreiber
theme = Darstellung
theme-system = System
theme-light = Hell
theme-dark = Dunkel
actions = Aktionen
cancel = Abbrechen
pages = Weitere Seiten
pages-first = ← Zum Anfang
pages-behind = Weiter →
back-to-overview = Zur Übersicht
return-to = ← Zurück zu

now = jetzt
just-now = gerade eben
ago-minutes =
    { $n ->
        [one] vor { $n } Minute
       *[other] vor { $n } Minuten
    }
ago-hours =
    { $n ->
        [one] vor { $n } Stunde
       *[other] vor { $n } Stunden
    }
ago-days =
    { $n ->
        [one] vor { $n } Tag
       *[other] vor { $n } Tagen
    }
ago-months =
    { $n ->
        [one] vor { $n } Monat
       *[other] vor { $n } Monaten
    }
ago-years =
    { $n ->
        [one] vor { $n } Jahr
       *[other] vor { $n } Jahren
    }
in-minutes =
    { $n ->
        [one] in { $n } Minute
       *[other] in { $n } Minuten
    }
in-hours =
    { $n ->
        [one] in { $n } Stunde
       *[other] in { $n } Stunden
    }
in-days =
    { $n ->
        [one] in { $n } Tag
       *[other] in { $n } Tagen
    }
in-months =
    { $n ->
        [one] in { $n } Monat
       *[other] in { $n } Monaten
    }
in-years =
    { $n ->
        [one] in { $n } Jahr
       *[other] in { $n } Jahren
    }
never = nie
since = seit

verdict-ok = Aktuell
verdict-waits = Wartet auf jemanden
verdict-degraded = Unvollständig
verdict-importing = Liest den Verlauf
verdict-new = Neu
verdict-failed = Fehlgeschlagen
verdict-late = Überfällig
verdict-needs-login = Anmeldung nötig
verdict-blocked = Gesperrt
verdict-no-mail = Keine Mails
verdict-off = Angehalten
turn-owner = Inhaber:
turn-it = IT:
turn-operator = Betreiber:
turn-nobody = Nichts zu tun:
turn-owner-mine = Sie:
turn-it-mine = Ihre IT:
turn-operator-mine = Wer dies betreibt:
turn-nobody-mine = Nichts zu tun:
part-mail = E-Mail
part-contacts = Kontakte
session-absent = Keine
session-valid = Angemeldet
session-needs-login = Abgemeldet
session-blocked = Gesperrt
road-owa = Die Browser-Sitzung
road-graph = Microsoft
road-imap = IMAP
road-none = Keine
failures =
    { $n ->
        [one] { $n } Versuch misslungen
       *[other] { $n } Versuche misslungen
    }

sign-in-title = Anmelden
sign-in-name = Name
sign-in-password = Passwort
sign-in-button = Anmelden
sign-in-operators = Betreiber
sign-in-again = Das lässt sich nicht zurücknehmen: Melden Sie sich noch einmal an, dann geht es weiter.
sign-in-refused = Name oder Passwort stimmt nicht.
sign-in-later = Zu viele Versuche. Warten Sie eine Minute und versuchen Sie es dann wieder.
sign-in-nobody = Noch kann sich niemand anmelden. Führen Sie auf dem Server eines davon aus:
sign-in-otherwise = Andere Wege für Betreiber
sign-in-ways = So melden sich Betreiber an
sign-in-by-link = Ein Link für Betreiber, einmal gültig, zehn Minuten lang
sign-in-by-name = Name und Passwort für einen Betreiber
sign-in-owners = Ihr eigenes Postfach
sign-in-owners-how = Öffnen Sie das Dashboard aus dem Programm, mit dem Sie es nutzen: Dort gibt es einen eigenen Link für Sie.
link-title = Dashboard öffnen
link-operator = Dieser Link meldet Sie als Betreiber an, der jedes Postfach sieht.
link-owner = Dieser Link meldet Sie an den Postfächern an von
link-button = Weiter
link-once = Er gilt einmal. Sie bleiben höchstens eine Woche angemeldet, und zwölf Stunden, ohne etwas zu tun.
link-spent = Dieser Link wurde schon benutzt, oder seine Zeit ist um.
step-up-title = Noch einmal anmelden
step-up-lead = Was Sie vorhaben, lässt sich nicht zurücknehmen; es verlangt eine Anmeldung aus den letzten fünf Minuten.
step-up-how = Sie brauchen einen neuen Link
step-up-link = Öffnen Sie das Dashboard noch einmal aus dem Programm, mit dem Sie es nutzen: Der Link dort meldet Sie neu an. Ein Passwort haben Sie hier nicht.
step-up-back = Mit dem neuen Link kommen Sie von selbst hierher zurück, in diesem Browser und innerhalb von zehn Minuten.

sessions-title = Anmeldungen
sessions-lead = Jeder Browser, der angemeldet ist. Wer entfernt wird oder ein anderes Passwort bekommt, ist überall abgemeldet.
sessions-who = Wer
sessions-seen = Zuletzt da
sessions-since = Angemeldet
sessions-from = Von
sessions-this = dieser
sessions-socket = diese Maschine
sessions-end = Beenden

overview-title = Übersicht
overview-fault = Kein Postfach wird gelesen
overview-empty = Noch ist kein Postfach verbunden
overview-empty-how = Was verbunden ist, erscheint hier mit seinem Zustand.
overview-attention = Braucht Aufmerksamkeit
overview-said =
    { $n ->
        [one] { $n } Konto braucht Aufmerksamkeit.
       *[other] { $n } Konten brauchen Aufmerksamkeit.
    }
overview-calm = Nichts braucht Aufmerksamkeit.
overview-more =
    { $n ->
        [one] und { $n } weiteres
       *[other] und { $n } weitere
    }
plan-more =
    { $n ->
        [one] und { $n } weiterer
       *[other] und { $n } weitere
    }
overview-others = Die anderen
overview-settle =
    { $n ->
        [one] { $n } Frage zu Kontakten wartet auf Antwort.
       *[other] { $n } Fragen zu Kontakten warten auf Antwort.
    }
overview-accounts =
    { $n ->
        [one] { $n } Konto
       *[other] { $n } Konten
    }
overview-work = Die Arbeit
overview-next = Nächster Durchgang
overview-running = läuft gerade
overview-no-next = nichts steht an
overview-last = Letzter Durchgang
overview-quiet = Konten ohne Neues
overview-daemon = Dienst
overview-no-daemon = läuft nicht
overview-since = gestartet
overview-outcomes = Was der letzte Durchgang las
overview-machines = Maschinen
overview-this = diese
outcome = Ergebnis
outcome-good = gelesen
outcome-new = Neu
outcome-changed = Geändert
outcome-time = Zeit

accounts-all = alle
account = Konto
state = Zustand
because = Grund
last-success = Zuletzt ganz gelesen
last-success-head = Letzter Erfolg
next-try = Nächster Versuch
not-by-itself = nicht von selbst
action-sync = Jetzt abgleichen
action-pause = Anhalten
action-resume = Fortsetzen
action-disconnect = Trennen…
done-sync = Es steht jetzt an; der nächste Durchgang liest es.
done-waits = Es wird nicht gelesen, bevor geschehen ist, was unten steht.
done-pause = Es ist angehalten. Was gespeichert ist, bleibt.
done-resume = Es wird vom nächsten Durchgang an wieder gelesen.
done-given-up = Es ist aufgegeben.
account-health = Zustand
account-reading = Lesen
account-owner = Inhaber
account-session = Browser-Sitzung
account-ends = endet
account-estimate = (geschätzt)
account-road = Mails kommen über
account-read-by = Zuletzt gelesen über
account-import = Verlauf
account-import-ends = vollständig
account-microsoft = Bei Microsoft verbunden als
account-folders = Ordner
account-no-folders = Das Postfach hat seine Ordner noch nicht aufgezählt.
account-no-mail = Seine Mails werden nicht gelesen, und keiner seiner Ordner.
account-unread-folders =
    { $n ->
        [one] { $n } weiterer Ordner wird nicht gelesen.
       *[other] { $n } weitere Ordner werden nicht gelesen.
    }
folder = Ordner
folder-held = Gespeichert
folder-server = Im Postfach
folder-before = { $n } älter als
folder-unreadable = Nicht lesbar
folder-complete = Vollständig
folder-unknown = nicht bekannt
folder-missing = hier kann etwas fehlen:
folder-not-read = nicht gelesen
folder-vanished = nicht mehr da
account-ledger = Konnte nicht gelesen werden
ledger-item = Nachricht
ledger-unknown = Eine Nachricht, die keine Liste gezeigt hat
ledger-more =
    { $n ->
        [one] und { $n } weitere
       *[other] und { $n } weitere
    }

disconnect-title = Dieses Postfach trennen?
disconnect-lead = Was hier vernichtet wird, kommt nicht zurück. Das Postfach selbst bleibt, wie es ist.
disconnect-destroys = Das vernichtet
disconnect-secrets = die Browser-Sitzung und die Tokens, samt dem Schlüssel, der sie öffnet
disconnect-messages =
    { $n ->
        [one] { $n } gespeicherte Nachricht
       *[other] { $n } gespeicherte Nachrichten
    }
disconnect-state = wie weit gelesen wurde, und was nicht lesbar war
disconnect-contacts =
    { $n ->
        [one] { $n } Kontakt
       *[other] { $n } Kontakte
    }
disconnect-no-contacts = Kontakte
disconnect-keep = Behalten, bis dasselbe Postfach wieder mit Microsoft verbunden wird
disconnect-destroy = Auch vernichten
disconnect-mailbox = In Outlook wird nichts gelöscht. Das Protokoll behält, dass es geschah und durch wen.
disconnect-button = Trennen und vernichten
receipt-title = Getrennt
receipt-lead = Die Verbindung ist beendet, und was gespeichert war, ist vernichtet.
receipt-account = Konto
receipt-open = Beleg
receipt-destroyed = Vernichtet
receipt-secrets = Geheimnisse und Schlüssel
receipt-messages = Nachrichten
receipt-ledger = Nicht lesbare Stücke
receipt-cycles = Berichte, die es nannten
receipt-contacts = Vernichtete Kontakte, mit früher gelöschten
receipt-kept = Kontakte behalten
receipt-left = Was noch zu tun ist
receipt-left-sign-in = Die Anmeldung bei Microsoft endet von selbst, oder sofort unter mysignins.microsoft.com oder account.microsoft.com.
receipt-left-how = Microsoft führt die erteilte Berechtigung noch auf. Entfernen Sie sie unter myapps.microsoft.com oder account.live.com/consent.

about-lead = Hält eine Datenbank mit den Outlook-Postfächern von Menschen aktuell.
about-version = Version
about-database = Datenbank
about-licence = Lizenz

refused-not-found = Nicht gefunden
    .text = Diese Seite gibt es nicht, oder sie ist nicht für Sie bestimmt.
refused-misread = Nicht verstanden
    .text = Was gesendet wurde, bedeutet hier nichts. Gehen Sie zurück und versuchen Sie es noch einmal.
refused-foreign = Abgelehnt
    .text = Das hat die Seite einer anderen Website gesendet. Öffnen Sie das Dashboard selbst und tun Sie es dort.
refused-later = Zu viele Versuche
    .text = Zu vieles, was von Ihrer Adresse kam, war erfunden. Versuchen Sie es in einer Minute wieder.
refused-lost = Vorbei
    .text = Diese Anmeldung ist zu Ende, oder jemand anders hat sie begonnen. Beginnen Sie sie unter „Verbinden“ neu.
refused-failed = Das hat nicht geklappt

# Der Balken des letzten Tages.
day-title = Die letzten 24 Stunden
day-new =
    { $n ->
        [one] { $n } neue Nachricht
       *[other] { $n } neue Nachrichten
    }
day-changed = Änderungen
day-quiet = nichts geschehen
day-none = kein Durchgang endete

messages = Nachrichten
messages-all-folders = Alle Ordner
messages-show = Anzeigen
messages-none = Hier ist noch keine Nachricht gespeichert.
messages-newest = ← Zu den neuesten
message-subject = Betreff
message-no-subject = (kein Betreff)
message-from = Von
message-to = An
message-cc = Cc
message-bcc = Bcc
message-received = Eingegangen
message-unread = ungelesen
message-attachments = Anlagen
message-has-attachments = Sie hat Anlagen. Die liegen in Outlook: ihr Inhalt wird nicht gespeichert.
message-as-html = Anzeigen, wie der Absender sie gestaltet hat
message-as-text = Nur den Text anzeigen
message-frame = Die Nachricht, wie der Absender sie gestaltet hat
message-empty = Sie hat keinen Text.
message-unreadable = Ihr HTML ist nicht lesbar. Die Nachricht selbst liegt in Outlook.
message-not-fetched = Ihr Text wurde noch nicht geholt.
message-truncated = In Outlook steht noch mehr davon.
message-links = Ihre Links führen zu
message-remote-images =
    { $n ->
        [one] { $n } fernes Bild wird nicht geladen: Es würde seinem Inhaber verraten, dass Sie dies lesen.
       *[other] { $n } ferne Bilder werden nicht geladen: Sie würden ihren Inhabern verraten, dass Sie dies lesen.
    }
message-attached-images =
    { $n ->
        [one] { $n } mitgeschicktes Bild ist nicht gespeichert.
       *[other] { $n } mitgeschickte Bilder sind nicht gespeichert.
    }

nav-settle = Zu klären
nav-waiting = offen:
contacts = Kontakte
contacts-find = Suchen
contacts-find-button = Suchen
contacts-all = Alle Kontakte
contacts-none = Hier ist noch kein Kontakt gespeichert.
contacts-connect = Verbinden
contacts-not-kept = Die Kontakte dieses Postfachs werden nicht abgeglichen: Es ist nicht mit Microsoft verbunden. Kontakte, die beim Trennen behalten wurden, kommen damit zurück.
contacts-none-found = Kein Kontakt hat alle diese Wörter in einem Namen, der Firma, einer Adresse oder einer Nummer.
contacts-cut = Mehr Kontakte haben diese Wörter: Fügen Sie eines hinzu.
contacts-ask-conflicts = Beide Seiten haben dieselben Kontakte geändert: Jemand muss sagen, was gilt.
contacts-ask-matches = Hier angelegte Kontakte gibt es im Postfach vielleicht schon: Jemand muss es sagen.
contacts-settle = Klären
contacts-ask-plan = Änderungen warten auf einen Menschen, bevor sie geschehen.
contacts-look = Ansehen
contact-name = Name
contact-changed = Geändert
contact-field = Feld
contact-same = dasselbe
contact-values = Was darauf steht
contact-empty = Es steht nichts darauf.
contact-photo = Foto
contact-photo-refused = Sein Foto wird nicht gesendet:
contact-no-room = Kein Platz in Outlook für
contact-refused-how = Outlook nimmt ihn nicht, wie er ist:
contact-gone = Gelöscht
contact-asked = Zu klären
contact-kept-back = Zurückgehalten
contact-refused = Nicht angenommen
contact-waiting = Wird noch gesendet
contact-missing = Nicht in Outlook gefunden
contact-linked = Aktuell
contact-here = Nur hier
side-ours = Hier
side-theirs = In Outlook
conflict-title = Beide Seiten haben ihn geändert
conflict-lead = Sagen Sie, was gilt. Der andere Wert weicht und bleibt im Journal unten, von wo er zurückgenommen werden kann.
conflict-deleted-ours = Er wurde hier gelöscht und in Outlook geändert.
conflict-deleted-theirs = Er wurde hier geändert und in Outlook gelöscht.
conflict-ours = Was hier steht, gilt
conflict-theirs = Was Outlook hat, gilt
journal = Journal
journal-what = Was geschieht
journal-fields = Felder
journal-when = Wann
journal-undo = Zurücknehmen
journal-gave-way = wich:
write-create = In Outlook angelegt
write-update = In Outlook geändert
write-delete = In Outlook gelöscht
write-resolve = Geklärt
write-photo-set = Foto in Outlook gesetzt
write-photo-removed = Foto in Outlook entfernt
write-photo-gave-way = Foto wich dem von Outlook
write-done = Erledigt
write-failed = Fehlgeschlagen
write-open = Noch nicht bekannt
done-mail = Angefordert: Die nächsten Durchgänge lesen sie.
done-resolved = Das ist geklärt.
done-matched = Was Sie zu den beiden gesagt haben, ist festgehalten.
undone-restored = Er ist wie vorher und wird mit dem nächsten Durchgang gesendet.
undone-revived = Der Kontakt ist wieder da.
undone-removed = Der dadurch angelegte Kontakt ist gelöscht.
undone-kept = Er bleibt: Er wurde seither geändert.
undone-nothing = Es ist nichts mehr zurückzunehmen.
correspondence = Mails dieser Person
correspondence-how = Mails werden ab dem eingestellten Tag gelesen. Alle Mails dieser Person, wie alt auch immer, werden aus jedem Ordner gelesen, wenn jemand es anfordert.
correspondence-button = Mails dieser Person lesen
correspondence-asked = Angefordert
correspondence-ended = Beendet
correspondence-found = Gefunden
correspondence-new = Hier neu
correspondence-back-to = Gelesen zurück bis
correspondence-whole = zum Anfang
correspondence-waiting = Wartet
correspondence-reading = Wird gelesen
correspondence-done = Vollständig
correspondence-incomplete = Nicht vollständig

contested-title = Beide Seiten haben sie geändert
contested-lead = Die Seite jedes Kontakts zeigt, was beide haben, und fragt, was gilt.
contested-cut = Es gibt mehr: Sie stehen hier, sobald einige von diesen geklärt sind.
matches-title = Ist es dieselbe Person?
matches-lead = Ein Kontakt wurde hier angelegt, und Outlook hat einen ähnlichen. Er wird nicht gesendet, bevor jemand gesagt hat, wer es ist.
matches-none = Es ist nichts zu sagen.
matches-by = Gemeinsam:
matches-here = Hier angelegt
matches-there = In Outlook
matches-same = Dieselbe Person
matches-different = Zwei Personen
proof-link = verknüpft
proof-carried = unsere Kennung
proof-email = eine Adresse
proof-phone = eine Nummer
proof-name = der Name

plan-title = Änderungen, die hinausgehen
plan-nothing = Es geht nichts hinaus.
plan-no-direction = Es wird nichts geschrieben: Kontakte dieses Kontos werden nur gelesen.
plan-approved-until = Was bis dahin geändert wird, geht ohne Rückfrage hinaus:
plan-waits = Wartet auf einen Menschen
plan-first = Zum ersten Mal wird in dieses Postfach geschrieben: Sehen Sie es an, bevor es hinausgeht.
plan-brake = Es würde mehr überschrieben oder gelöscht, als ein Durchgang darf: Sehen Sie es an, bevor es hinausgeht.
plan-deletes = Zu löschen
plan-overwrites = Zu ändern
plan-creates = Anzulegen
plan-release = Freigeben…
plan-keep = Hier behalten
plan-keep-how = Was hier behalten wird, bleibt nur hier, wie es ist. Gelöschtes ist wieder da.
plan-changed = Es wurde nichts hier behalten: Inzwischen wartet anderes, als diese Seite gezeigt hatte. Sehen Sie es noch einmal an.
plan-uncounted = Der nächste Durchgang zählt es; danach lässt es sich freigeben oder hier behalten.
plan-writes = Was geschrieben würde
plan-withheld = Was zurückbleibt
withheld-not-compared = Er wurde hier angelegt und ist noch nicht mit dem Postfach verglichen.
withheld-match = Im Postfach gibt es ihn vielleicht schon: Jemand muss es sagen.
withheld-empty = Es steht nichts darauf.
withheld-conflict = Beide Seiten haben ihn geändert: Jemand muss sagen, was gilt.
withheld-under-way = Er wird gerade geschrieben.
withheld-rejected = Ein Mensch hat ihn zurückgehalten. Eine Änderung daran geht hinaus.
missing-title = Nicht in Outlook gefunden
missing-lead = So viele Kontakte fehlen im Postfach auf einmal, dass es niemand glaubt, ohne dass es jemand sagt.
missing-count = Nicht gefunden
missing-held = Von
missing-gone = Sie wurden dort gelöscht…
missing-keep = Hier behalten
release-title = Freigeben?
release-changed = Es wurde nichts freigegeben: Inzwischen wartet anderes, als diese Seite gezeigt hatte. Sehen Sie es noch einmal an.
release-decided = Es wartet nichts mehr: Es wurde bereits freigegeben oder hier behalten.
release-lead = Das geschieht in Outlook mit dem nächsten Durchgang. Jede Änderung steht im Journal ihres Kontakts und kann dort zurückgenommen werden.
release-of = Was
release-deletes =
    { $n ->
        [one] { $n } Kontakt wird gelöscht
       *[other] { $n } Kontakte werden gelöscht
    }
release-overwrites =
    { $n ->
        [one] { $n } wird geändert
       *[other] { $n } werden geändert
    }
release-creates =
    { $n ->
        [one] { $n } wird angelegt
       *[other] { $n } werden angelegt
    }
release-missing =
    { $n ->
        [one] { $n } Kontakt, der in Outlook fehlt, wird auch hier gelöscht
       *[other] { $n } Kontakte, die in Outlook fehlen, werden auch hier gelöscht
    }
release-both = Beides
release-button = Freigeben
done-released = Es geht mit dem nächsten Durchgang hinaus.
done-kept = Es bleibt hier.
settle-lead = Was von Kontakten keine Maschine wissen kann, aber ein Mensch.
settle-none = Nichts wartet auf Sie.
settle-contacts = Kontakte
settle-asked =
    { $n ->
        [one] { $n } zu klären
       *[other] { $n } zu klären
    }
settle-missing =
    { $n ->
        [one] { $n } Kontakt
       *[other] { $n } Kontakte
    }
settle-writes =
    { $n ->
        [one] { $n } Änderung
       *[other] { $n } Änderungen
    }

field-display-name = Name
field-file-as = Abgelegt unter
field-title = Titel
field-given-name = Vorname
field-middle-name = Zweiter Vorname
field-surname = Nachname
field-generation = Namenszusatz
field-initials = Initialen
field-nick-name = Spitzname
field-yomi-given-name = Vorname (Yomi)
field-yomi-surname = Nachname (Yomi)
field-yomi-company-name = Firma (Yomi)
field-company-name = Firma
field-department = Abteilung
field-job-title = Position
field-office-location = Büro
field-profession = Beruf
field-manager = Vorgesetzte
field-assistant-name = Assistenz
field-business-home-page = Webseite
field-spouse-name = Partner
field-personal-notes = Notizen
field-birthday = Geburtstag
field-email = E-Mail
field-phone = Telefon
field-place = Adresse
field-street = Straße
field-city = Ort
field-state = Bundesland
field-postal-code = Postleitzahl
field-country = Land
field-im-address = Sofortnachrichten
field-child = Kinder
field-category = Kategorien
kind-business = Arbeit
kind-home = privat
kind-mobile = mobil
kind-other = andere

nav-audit = Protokoll
audit-lead = Was getan wurde und von wem, das Neueste zuerst. Zeilen überdauern die Konten, um die es geht.
audit-gone = (nicht verbunden)
audit-none = Es wurde noch nichts getan.
audit-what = Was
audit-who = Wer
audit-from = von
audit-when = Wann
audit-latest = ← Zum Neuesten
audit-token-made = Token erstellt
audit-token-revoked = Token widerrufen
audit-user-refused = Vom CRM für einen Benutzer Signiertes abgelehnt
audit-dashboard-user-added = Betreiber hinzugefügt
audit-dashboard-password-set = Passwort eines Betreibers gesetzt
audit-dashboard-user-removed = Betreiber entfernt
audit-dashboard-link-made = Link zum Dashboard erstellt
audit-dashboard-card-made = Karte der Postfächer eines Benutzers erstellt
audit-dashboard-signed-in = Am Dashboard angemeldet
audit-dashboard-signed-out = Anmeldung am Dashboard beendet
audit-access-token-given = Zugriffstoken erhalten
audit-connected = Postfach verbunden
audit-connect-begun = Verbinden eines Postfachs begonnen
audit-connect-cancelled = Verbinden abgebrochen
audit-connect-refused = Postfach nicht verbunden
audit-disconnected = Getrennt
audit-paused = Angehalten
audit-resumed = Fortgesetzt
audit-road-taken = Weg der Mails gewählt
audit-road-asked = Anderen Weg der Mails verlangt
audit-road-compared = Anderen Weg der Mails verglichen
audit-sync-asked = Abgleich angefordert
audit-correspondent-asked = Mails einer Person angefordert
audit-messages-marked = Mails als gelesen oder ungelesen markiert
audit-messages-moved = Mails verschoben
audit-messages-deleted = Mails in den Papierkorb verschoben
audit-messages-purged = Mails endgültig gelöscht
audit-content-fetched = Anlage abgerufen, oder Mail als Datei
audit-send-asked = Mail zum Senden gegeben
audit-sent = Mail gesendet
audit-send-refused = Mail nicht gesendet
audit-send-unknown = Mail vielleicht gesendet
audit-send-repeated = Mail noch einmal senden lassen
audit-send-dropped = Mail aufgegeben, die zu senden war
audit-refused = Abgewiesen
audit-contact-added = Kontakt angelegt
audit-contact-edited = Kontakt geändert
audit-contact-removed = Kontakt gelöscht
audit-contacts-matched = Gesagt, ob zwei Kontakte einer sind
audit-contact-resolved = Gesagt, welche Seite eines Kontakts gilt
audit-contact-undone = Änderung eines Kontakts zurückgenommen
audit-contacts-exported = Kontakte exportiert
audit-contacts-approved = Änderungen an Kontakten freigegeben
audit-contacts-rejected = Änderungen an Kontakten zurückgehalten
audit-contacts-retried = Kontakte noch einmal senden lassen
audit-contacts-directed = Richtung der Kontakte geändert
audit-audit-renewed = Protokoll neu begonnen
audit-reader-added = SQL-Leser zugelassen
audit-reader-removed = SQL-Leser entfernt
audit-key-rotated = Schlüssel gewechselt
audit-key-retired = Schlüssel ausgemustert

nav-tokens = Tokens
tokens-lead = Was andere Programme zur API zulässt. Ein Token wird einmal gezeigt, wenn es erstellt wird; hier steht, was es darf.
tokens-none = Es gibt kein Token.
token-new = Token erstellen
token-name = Name
token-may = Darf
token-accounts = Konten von
token-everybody = allen
token-until = Endet
token-used = Zuletzt benutzt
token-over = abgelaufen
token-does-not-hold = gilt nicht: wird abgewiesen
token-revoke = Widerrufen…
token-days = Gültig für, Tage
token-narrow = Eingeschränkt auf
token-owner = Einen Benutzer (seine Kennung im CRM)
token-account = Ein Konto (Adresse, Anmeldename oder Kennung)
token-networks = Netze, durch Leerzeichen getrennt
token-uses = Benutzungen je Stunde
token-make = Erstellen
token-made-title = Das Token
token-made-lead = Es wird jetzt gezeigt und nie wieder. Kopieren Sie es dorthin, wo es benutzt wird.
token-made-back = Es ist kopiert: zu den Tokens
token-revoke-title = Dieses Token widerrufen?
token-revoke-lead = Was es benutzt, wird ab der nächsten Anfrage abgewiesen. Es lässt sich nicht zurückholen; ein anderes lässt sich erstellen.
token-revoke-button = Widerrufen
done-revoked = Es ist widerrufen.
scope-read = Konten, Mails und Kontakte sehen
scope-sync = einen Abgleich beginnen
scope-contacts = Kontakte anlegen, ändern und löschen
scope-mail = Mails markieren, verschieben und löschen
scope-send = Mails senden
scope-admin = Konten verbinden, ändern und trennen
scope-tokens = Zugriffstokens von Konten erhalten
token-bad-name = Geben Sie ihm einen Namen aus höchstens 200 sichtbaren Zeichen.
token-bad-scopes = Kreuzen Sie an, was es darf.
token-bad-owner = Das ist keine Kennung eines Benutzers.
token-bad-account = Es gibt kein Konto dieses Namens.
token-bad-networks = Schreiben Sie Netze als 192.0.2.0/24.
token-bad-uses = Benutzungen je Stunde sind eine Zahl von 1 bis 10000.
token-bad-expiry = Es gilt für 1 bis 366 Tage.

nav-doctor = Prüfung
doctor-fine = All das ist, wie es sein soll.
doctor-wrong =
    { $n ->
        [one] Um { $n } Sache muss sich jemand kümmern.
       *[other] Um { $n } Sachen muss sich jemand kümmern.
    }
doctor-checks = Was geprüft wurde
doctor-check = Teil
doctor-found = Befund
doctor-more = Der Befehl prüft auch den Browser, den Proxy und Microsoft:
check-daemon = Dienst
check-key = Schlüssel
check-database = Datenbank
check-audit = Protokoll
check-owners = Inhaber
check-database-file = Datenbankdatei
check-clock = Uhr
check-registration = Registrierung bei Microsoft
check-readers = SQL-Leser
check-disk = Speicherplatz
check-fine = In Ordnung
check-wrong = Nicht in Ordnung

# Ein Postfach verbinden.
nav-connect = Verbinden
look-again = Noch einmal nachsehen
connect-title = Ein Postfach verbinden
connect-lead = Es gibt zwei Wege, und Sie können beide gehen: Mit dem Passwort werden die Mails gelesen, mit Microsoft die Kontakte abgeglichen und, wo dort danach gefragt wird, die Mails gelesen.
connect-again-title = Neu verbinden
connect-again-lead = Was gespeichert ist, bleibt, und es wird dort weitergelesen.
connect-user = Kennung der Person, wie Ihr CRM sie führt
connect-for = Für die Person
connect-login = E-Mail-Adresse oder Anmeldename
connect-password = Passwort des Postfachs
connect-password-title = Mit dem Passwort
connect-password-how = Ein Browser auf diesem Server meldet sich bei Outlook im Web an, wie Sie es täten. Von da an werden die Mails gelesen. Einen zweiten Faktor bestätigen Sie auf dieser Seite.
connect-by-graph = Die Mails dieses Postfachs werden über Microsoft gelesen: Verbinden Sie es auf diesem Weg. Das Passwort ändert daran nichts.
connect-by-imap = Die Mails dieses Postfachs werden über IMAP gelesen. Ein Passwort, das Sie hier eingeben, ändert daran nichts: Das für den Server erneuert, wer diesen Dienst betreibt.
connect-password-button = Bei Outlook anmelden
connect-password-once = Das Passwort wird einmal versucht und nicht aufbewahrt.
connect-microsoft-title = Mit Microsoft
connect-microsoft-how = Sie melden sich auf Microsofts eigener Seite an und sagen dort, was erlaubt ist. Es kommt kein Passwort hierher. Kontakte werden abgeglichen. Mails werden damit gelesen, wo Microsoft Sie danach fragt und das Passwort nicht gegeben wird.
connect-microsoft-button = Mit Microsoft anmelden
connect-microsoft-window = Es öffnet sich ein eigenes Fenster. Wenn Ihr Browser das verhindert, geht es in diesem weiter.
connect-microsoft-elsewhere = Microsoft schickt Sie an eine andere Adresse dieses Dashboards zurück. Öffnen Sie es dort:
connect-microsoft-off = Es ist hier nicht eingerichtet: `oauth.client_id` und `oauth.redirect_uri` sind zu setzen.
connect-microsoft-off-mine = Es ist hier nicht eingerichtet.
connect-code-title = Mit einem Code
connect-code-how = Jemand anders gibt einen Code auf einer Seite von Microsoft ein, auf irgendeinem Gerät. Wer ihn eingibt, wird für diese Person verbunden: Geben Sie ihn sonst niemandem.
connect-code-login = E-Mail-Adresse, wenn es ein bestimmtes Postfach sein muss
connect-code-button = Code anfordern
connect-code-shown = Geben Sie diesen Code bei Microsoft ein
connect-code-type = Öffnen Sie auf irgendeinem Gerät:
connect-code-ends = Er endet
connect-going-on = Weiter zu Microsoft
connect-continue = Weiter zu Microsoft
connect-back-title = Zurück von Microsoft
connect-back-lead = Noch ein Schritt, dann sehen Sie, was daraus geworden ist.
connect-finish = Abschließen
connect-back-again = Microsoft hat beim letzten Schritt nicht geantwortet. Es ist nichts verloren: Versuchen Sie es innerhalb von zehn Minuten noch einmal.
connect-finish-again = Noch einmal versuchen
connect-waiting-again = Microsoft hat beim letzten Schritt nicht geantwortet. Versuchen Sie es in dem Fenster noch einmal, das von dort zurückkam, oder geben Sie auf.
connect-waiting = Warten auf Microsoft
connect-waiting-how = Melden Sie sich in dem Fenster an, das sich geöffnet hat. Diese Seite geht von selbst weiter. Ist das Fenster zu? Geben Sie auf, und beginnen Sie dann neu.
connect-give-up = Aufgeben
under-way-title = Nicht abgeschlossen
under-way-unnamed = Mit Microsoft
under-way-since = begonnen
connect-not-connected = Es wurde nichts verbunden
connect-as-before = Das Postfach ist verbunden wie zuvor, mit dem, was davon gespeichert ist.
connect-kept = Das Postfach ist verbunden
connect-kept-how = Das Passwort wurde angenommen, und die Anmeldung ist gespeichert. Was danach kam, ging nicht:
connect-nothing-stored = Von dieser Anmeldung wurde nichts aufbewahrt.
connect-expired = Es wurde nicht rechtzeitig abgeschlossen. Beginnen Sie neu.
connect-begin-again = Neu beginnen
connect-over = Niemand versucht es von selbst noch einmal: das Konto neu verbinden.
connect-connected = Verbunden
connect-connected-as = Verbunden als
connect-connected-next = Das Lesen beginnt von selbst.
connect-connected-contacts = Die Kontakte werden von jetzt an gelesen. Die Mails nicht: Verbinden Sie das Postfach dafür mit dem Passwort.
connect-open = Zum Stand des Postfachs
connect-conversation = Bei Outlook anmelden
connect-under-way = Es läuft
connect-working = Outlook wird geöffnet.
connect-trying = Das Passwort wird versucht, einmal.
connect-accepted = Das Passwort wurde angenommen. Das Postfach wird geöffnet.
connect-approve = Auf dem Telefon bestätigen
connect-approve-number = Geben Sie diese Zahl in der App auf Ihrem Telefon ein und drücken Sie dann den Knopf.
connect-approve-how = Bestätigen Sie die Anmeldung in der App auf Ihrem Telefon und drücken Sie dann den Knopf.
connect-approved = Ich habe es bestätigt
connect-one-time = Code eingeben
connect-one-time-label = Der Code, den Ihre App zeigt oder der Ihnen geschickt wurde
connect-one-time-wrong = Dieser Code war nicht richtig. Warten Sie auf den nächsten und versuchen Sie es dann noch einmal.
connect-one-time-button = Code senden
connect-choose = Wie wollen Sie es bestätigen?
connect-choose-how = Ihre Organisation will sicher sein, dass Sie es sind.
way-approval = Auf dem Telefon bestätigen
way-app-code = Ein Code, den eine App zeigt
way-text-message = Ein Code per SMS
way-call = Ein Anruf

# Ein Postfach, für den, dem es gehört.
mine-connect = Verbinden Sie das Postfach neu.
mine-operator = Sie müssen nichts tun: Wer diesen Dienst betreibt, sieht es auch.
mine-nothing = Sie müssen nichts tun.
mine-turn = Sie sind an der Reihe
mine-state = Jetzt
mine-next = Nächstes Lesen
mine-with-microsoft = mit Microsoft als
mine-session = Anmeldung
mine-before = eine Schätzung: verbinden Sie vorher neu
mine-reconnect = Neu verbinden
mine-auto = Automatischer Abgleich
mine-on = an
mine-off = aus
embed-open = Dashboard öffnen
embed-over = Diese Karte ist abgelaufen
embed-over-how = Laden Sie die Seite neu, die sie zeigt.
