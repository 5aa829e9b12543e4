// From the service's answers to what a row of the list shows. Conversations and messages end in the same plain shape.

// The server may rename every key by a prefix that it names in a header: the page is of the same build, so it knows.
const wellKnown = (json, prefix) => {
  if (!prefix || json === null || typeof json !== 'object') return json;
  if (Array.isArray(json)) return json.map((value) => wellKnown(value, prefix));
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [
    key.startsWith(prefix) ? key.slice(prefix.length) : key, wellKnown(value, prefix)]));
};

const isMeeting = (itemClass) => (itemClass ?? '').startsWith('IPM.Schedule.Meeting');
const farAway = (iso) => (iso ?? '') > '4500';

const fromConversation = (row) => ({
  // A row of sent mail names recipients, whose addresses the list does not know.
  address: row.UniqueSenders ? row.LastSender?.Mailbox?.EmailAddress : undefined,
  key: row.InstanceKey, convId: row.ConversationId?.Id ?? '', openId: row.ConversationId?.Id, count: row.MessageCount ?? 1,
  who: (row.UniqueSenders ?? row.UniqueRecipients ?? []).join('; '),
  subject: row.ConversationTopic, preview: row.Preview ?? '', date: row.LastDeliveryTime, unread: row.UnreadCount > 0,
  attachments: row.HasAttachments, flagged: row.FlagStatus === 'Flagged', important: row.Importance === 'High',
  pinned: farAway(row.LastDeliveryOrRenewTime), draft: (row.DraftItemIds ?? []).length > 0,
  meeting: (row.ItemClasses ?? []).some(isMeeting), icon: row.IconIndex,
});

const fromItem = (row) => {
  const mailbox = (row.From ?? row.Sender)?.Mailbox;
  const ours = state.folder.showsRecipients;
  return {
    key: row.InstanceKey, convId: row.ConversationId?.Id ?? '', openId: row.ItemId.Id, count: 1,
    who: ours ? row.DisplayTo ?? '' : mailbox?.Name ?? '', address: ours ? undefined : mailbox?.EmailAddress,
    subject: row.Subject, preview: row.Preview ?? '', date: row.DateTimeReceived ?? row.DateTimeCreated, unread: row.IsRead === false,
    attachments: row.HasAttachments, flagged: row.Flag?.FlagStatus === 'Flagged', important: row.Importance === 'High',
    pinned: farAway(row.ReceivedOrRenewTime), draft: row.IsDraft, meeting: isMeeting(row.ItemClass), icon: row.IconIndex,
  };
};

// Both answers as one: rows and whether there are more behind them.
const pageOf = (answer) => {
  const body = answer.Body;
  if (body?.Conversations) {
    return { rows: body.Conversations.map(fromConversation), more: body.IndexedOffset < body.TotalConversationsInView };
  }
  const root = body?.ResponseMessages?.Items?.[0]?.RootFolder;
  if (!root) throw new Error(body?.ResponseCode ?? body?.ResponseMessages?.Items?.[0]?.ResponseCode ?? body?.ExceptionName ?? 'unknown answer');
  return { rows: root.Items.map(fromItem), more: root.IndexedPagingOffset < root.TotalItemsInView };
};

// What assistive technology reads out: parts joined by a blank and nothing else.
const labelOf = (row) => [
  row.unread && words.unread, row.count > 1 && words.collapsed, row.important && words.important,
  row.attachments && boot.look !== 'buttons' && words.attachments,
  row.flagged && words.flagged, row.pinned && words.pinnedRow, row.meeting && words.meeting,
  row.icon === 'MailReplied' && words.replied, row.icon === 'MailForwarded' && words.forwarded,
  row.who, row.draft && words.draft, row.subject || words.noSubject, shortDate(row.date), row.preview,
  row.key === state.focused && !state.selected && (boot.look === 'buttons' ? words.noItems : words.none),
].filter(Boolean).join(' ');

const glyph = (name, char) => el('i', { 'data-icon-name': name, 'aria-hidden': 'true', class: 'fui-Icon-font' }, char);
const contentOf = (row) => el('div', { class: `hcptT gDC9O${row.unread ? ' unread' : ''}`, draggable: 'true' },
  boot.look === 'buttons' && el('div', { class: 'hover' }, el('button', { 'aria-label': words.select }),
    el('button', { 'aria-label': row.unread ? words.markRead : words.markUnread })),
  el('div', { class: 'ESO13' }, row.attachments && glyph('AttachRegular', '\ue723'), row.flagged && glyph('FlagFilled', '\ue8b7'),
    el('span', { title: row.address ?? row.who, class: row.unread ? 'gy2aJ Ejrkd' : 'Ejrkd' }, row.who), row.draft && el('span', { class: 'DraftLbl' }, words.draft)),
  el('div', { class: 'IjQyD' }, el('span', { class: 'TtcXM', title: '' }, row.subject || words.noSubject),
    el('span', { class: '_rWRU', title: boot.titles === 'short' ? shortDate(row.date) : fullDate(row.date) }, shortDate(row.date)),
    row.count > 1 && el('span', { class: 'mB1ua' }, String(row.count))),
  el('div', { class: 'qnu07' }, el('span', { class: 'FqgPc' }, row.preview)));
