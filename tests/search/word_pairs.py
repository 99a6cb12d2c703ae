"""Pairs of forms of common words from grammars: the first is written in a ticket, the second is searched for."""

PAIRS = {
    "English": (
        "index indices/analysis analyses/box boxes/query queries/stop stopped/write writing/write written/"
        "child children/connect connection/install installation/install installer/configure configuration/"
        "delete deletion/fail failure/fast faster/easy easily/lose lost/send sent/mouse mice/match matches"
    ),
    "German": (
        "Fehler Fehlern/Fenster Fenstern/Datei Dateien/Haus Häuser/Buch Bücher/Benutzer Benutzers/Bild Bilder/"
        "Nachricht Nachrichten/Absturz Abstürze/Absturz Abstuerze/öffnen oeffnen/löschen loeschen/für fuer/"
        "speichern speichert/speichern gespeichert/drucken druckte/Verbindung Verbindungen/Schlüssel Schluessel/"
        "Knopf Knöpfe/Ordner Ordners"
    ),
    "French": (
        "cheval chevaux/journal journaux/tableau tableaux/bateau bateaux/fichier fichiers/réseau réseaux/"
        "utilisateur utilisatrice/affiche affichage/afficher affichée/enregistrer enregistrement/ouvrir ouvert/"
        "erreur erreurs/données donnée/actif active/nouveau nouveaux/nouveau nouvelle/général généraux/"
        "supprimer supprimé/charger chargement/finir finissent"
    ),
    "Spanish": (
        "error errores/archivo archivos/ventana ventanas/botón botones/guardar guardado/guardar guardamos/"
        "usuario usuaria/luz luces/función funciones/abrir abierto/rápido rápida/conexión conexiones"
    ),
    "Italian": (
        "errore errori/finestra finestre/pulsante pulsanti/utente utenti/salvare salvato/aprire aperto/"
        "amico amici/libro libri/pagina pagine/connessione connessioni/veloce veloci/messaggio messaggi"
    ),
    "Russian": (
        "ошибка ошибки/ошибка ошибок/файл файлов/окно окон/кнопка кнопок/пользователь пользователя/"
        "сохранить сохранение/сохранить сохранил/система системе/книга книгу/слово слова/сообщение сообщений/"
        "программа программой/открыть открывает/новый новая/новый новых/день дня/удалить удаление/"
        "страница страниц/работать работает"
    ),
    "Polish": (
        "błąd błędy/plik pliki/plik plików/okno okna/przycisk przyciski/użytkownik użytkownika/strona strony/"
        "zapisać zapisał/wiadomość wiadomości/system systemu/książka książki/nowy nowego"
    ),
    "Latvian": (
        "kļūda kļūdas/fails faila/fails failiem/logs logu/poga pogas/lietotājs lietotāja/lietotājs lietotājiem/"
        "saglabāt saglabāja/saglabāt saglabāšana/sistēma sistēmā/brālis brāļa/lapa lapām/programma programmu/"
        "atvērt atvērts/jauns jauna/jauns jaunajam/ziņojums ziņojumi/grāmata grāmatās/darbs darbi/teksts tekstā"
    ),
    "Hungarian": (
        "hiba hibák/hiba hibát/ablak ablakok/ablak ablakban/fájl fájlok/fájl fájlokat/gomb gombot/"
        "felhasználó felhasználók/ház házak/ház házban/könyv könyvek/levél levelek/kép képek/mentés mentések/"
        "rendszer rendszerben/asztal asztalok/ló lovak/nyomtató nyomtatóval/törlés törlése/szöveg szöveget"
    ),
    "Hungarian without accents": (
        "ablak ablakok/felhasznalo felhasznalok/rendszer rendszerben/nyomtato nyomtatoval/mentes mentesek/"
        "torles torlese/szoveg szoveget/asztal asztalok/konyvtar konyvtarak/program programot/"
        "ertesites ertesitesek/beallitas beallitasok/nyelv nyelvek/ember emberek"
    ),
    "Finnish": (
        "virhe virheen/ikkuna ikkunan/ikkuna ikkunassa/tiedosto tiedostot/tiedosto tiedostoja/painike painikkeet/"
        "käyttäjä käyttäjän/sivu sivulla/talo talossa/kirja kirjat/ohjelma ohjelmaa/järjestelmä järjestelmän"
    ),
    "Arabic": (
        "ملف الملف/خطأ الخطأ/خطا خطأ/نافذة النافذة/نافذه نافذة/مستخدم المستخدم/مستخدم المستخدمين/برنامج والبرنامج/"
        "صفحة صفحات/رسالة الرسالة/إعدادات اعدادات/الشاشة شاشة/طابعة بالطابعة/مستوى مستوي/كتاب كتب"
    ),
}
