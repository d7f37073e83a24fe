/**
 * sheets_sync: a menu 「TikTok Shop」 for the Google Sheet. Optional.
 *
 * It only leaves a request on the hidden tab `_lists`; the tool, run on a schedule with --if-requested on the shop's own
 * machine, obeys it. The script knows no password, sends nothing anywhere and sees no other file.
 * How to put it in: docs/google_sheets.md (docs/google_sheets.ja.md).
 *
 * @OnlyCurrentDoc
 */

const LISTS_TAB = '_lists';
const REQUEST = 'request';

const TEXTS = {
  ja: {
    check: 'チェックを予約',
    import: 'TikTokへの送信を予約',
    cancel: '予約を取り消す',
    sure: '連携対象がONでエラーのない商品を、次の定期実行でTikTok Shopへ送ります。よろしいですか？',
    done: '予約しました。次の定期実行のあと、「状態」と「実行履歴」に結果が出ます。',
    cancelled: '予約を取り消しました。',
    missing: 'このスプレッドシートには sheets_sync のタブがありません。',
  },
  en: {
    check: 'Book a check',
    import: 'Book an import to TikTok',
    cancel: 'Cancel what is booked',
    sure: 'The next scheduled run will send the products that are ticked and free of errors to TikTok Shop. Go on?',
    done: 'Booked. After the next scheduled run, see State and the tab History.',
    cancelled: 'Nothing is booked any more.',
    missing: 'This spreadsheet has no tabs of sheets_sync.',
  },
};

function onOpen() {
  const texts = texts_();
  SpreadsheetApp.getUi()
    .createMenu('TikTok Shop')
    .addItem(texts.check, 'bookCheck')
    .addItem(texts.import, 'bookImport')
    .addSeparator()
    .addItem(texts.cancel, 'cancelBooking')
    .addToUi();
}

function bookCheck() {
  book_('check');
}

function bookImport() {
  const ui = SpreadsheetApp.getUi();
  if (ui.alert('TikTok Shop', texts_().sure, ui.ButtonSet.OK_CANCEL) === ui.Button.OK) {
    book_('import');
  }
}

function cancelBooking() {
  if (write_('')) {
    SpreadsheetApp.getActive().toast(texts_().cancelled, 'TikTok Shop');
  }
}

/** Leaves `check 2026-11-22T10:05:00.000Z`: the time makes each request one of its own. */
function book_(command) {
  if (write_(command + ' ' + new Date().toISOString())) {
    SpreadsheetApp.getActive().toast(texts_().done, 'TikTok Shop');
  }
}

function write_(text) {
  const lists = SpreadsheetApp.getActive().getSheetByName(LISTS_TAB);
  if (!lists) {
    SpreadsheetApp.getUi().alert('TikTok Shop', texts_().missing, SpreadsheetApp.getUi().ButtonSet.OK);
    return false;
  }
  lists.getRange(row_(lists, REQUEST), 2).setNumberFormat('@').setValue(text);
  return true;
}

/** The row on which the fact `name` stands; it is put below the others when it is not there yet. */
function row_(lists, name) {
  const names = names_(lists);
  const found = names.indexOf(name);
  if (found >= 0) {
    return found + 1;
  }
  const free = names.reduce((last, text, index) => (text ? index + 1 : last), 0) + 1;
  if (free > lists.getMaxRows()) {
    lists.insertRowAfter(lists.getMaxRows());
  }
  lists.getRange(free, 1).setNumberFormat('@').setValue(name);
  return free;
}

function names_(lists) {
  return lists.getRange(1, 1, lists.getMaxRows(), 1).getValues().map((row) => String(row[0]));
}

function texts_() {
  const lists = SpreadsheetApp.getActive().getSheetByName(LISTS_TAB);
  const found = lists ? names_(lists).indexOf('language') : -1;
  const language = found >= 0 ? String(lists.getRange(found + 1, 2).getValue()) : 'ja';
  return TEXTS[language] || TEXTS.ja;
}
