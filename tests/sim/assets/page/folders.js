// The folder pane, and the requests for a page of a folder's list.
const PATHS = ['inbox', 'drafts', 'sentitems', 'deleteditems', 'junkemail', 'archive', 'outbox', 'notes'];

const folderOf = (found) => ({ id: found.FolderId.Id, name: found.DisplayName, kind: found.DistinguishedFolderId,
  total: found.TotalCount ?? 0, unread: found.UnreadCount ?? 0, path: found.DistinguishedFolderId ?? encodeURIComponent(found.FolderId.Id),
  showsRecipients: ['sentitems', 'drafts', 'outbox'].includes(found.DistinguishedFolderId) });

const foldersOf = (startupData) => {
  const found = startupData.findFolders?.Body?.ResponseMessages?.Items?.[0]?.RootFolder?.Folders ?? [];
  const mail = found.filter((folder) => (folder.FolderClass ?? 'IPF.Note').startsWith('IPF.Note')).map(folderOf);
  return mail.sort((a, b) => (PATHS.indexOf(a.kind) + 1 || 99) - (PATHS.indexOf(b.kind) + 1 || 99));
};

const drawFolders = (parent) => {
  const count = (text, folder) => text.replace('{0}', folder.total.toLocaleString('en-US')).replace('{1}', folder.unread.toLocaleString('en-US'));
  const item = (folder) => el('div', { role: 'treeitem', tabindex: '-1', 'aria-selected': String(folder === state.folder), 'aria-level': '2',
    'data-folder-name': folder.name.toLowerCase(), title: `${folder.name} - ${count(words.counts, folder)}`, onclick: () => navigate(`/mail/${folder.path}`) },
    el('span', {}, folder.name), ...(folder.unread ? [' ', el('span', {}, String(folder.unread)), el('span', { class: 'screenReaderOnly' }, words.unread)] : []));
  if (boot.folderPane === 'closed') return parent.replaceChildren();
  const [inbox, sent, deleted] = ['inbox', 'sentitems', 'deleteditems'].map((kind) => state.folders.find((folder) => folder.kind === kind));
  const namesakes = boot.folderPane === 'namesake' ? [inbox, sent].map(({ name }) => ({ ...deleted, name })) : [];
  // Two groups hang under the tree: favourites, where Inbox and Sent Items stand a first time, and the account's own.
  const group = (name, folders) => el('div', { role: 'group', 'aria-label': name }, ...folders.map(item));
  return parent.replaceChildren(el('div', { id: 'folderPaneDroppableContainer' }, el('div', { role: 'tree', 'aria-label': words.folders },
    group(words.favourites, [...namesakes, ...[inbox, sent].filter(Boolean)]), group(state.name, state.folders))));
};

const folderId = (id) => ({ __type: 'FolderId:#Exchange', Id: id });
const paging = (after, field) => (after === undefined
  ? { __type: 'IndexedPageView:#Exchange', BasePoint: 'Beginning', Offset: 0, MaxEntriesReturned: 25 }
  : { __type: 'SeekToConditionPageView:#Exchange', BasePoint: 'Beginning', Condition: { __type: 'RestrictionType:#Exchange',
    Item: { __type: 'IsEqualTo:#Exchange', FieldURIOrConstant: { __type: 'FieldURIOrConstantType:#Exchange', Item: { __type: 'Constant:#Exchange', Value: after } },
      Item: { __type: 'PropertyUri:#Exchange', FieldURI: field } } }, MaxEntriesReturned: 50 });
const sort = (...fields) => fields.map((field) => ({ __type: 'SortResults:#Exchange', Order: 'Descending', Path: { __type: 'PropertyUri:#Exchange', FieldURI: field } }));

// The half of a divided inbox that is shown: 0 is Focused (reported only), -1 is a folder that is not divided.
const focusedView = (folder) => (boot.focused && folder.kind === 'inbox' ? 0 : -1);

const findConversation = (folder, after) => service('FindConversation', 'LoadItem_ListView', 'V2018_01_08', {
  ParentFolderId: { __type: 'TargetFolderId:#Exchange', BaseFolderId: folderId(folder.id) },
  ConversationShape: { __type: 'ConversationResponseShape:#Exchange', BaseShape: 'IdOnly' },
  ShapeName: folder.showsRecipients ? 'ReactConversationSentItemsListView' : 'ReactConversationListView',
  Paging: paging(after, 'ConversationInstanceKey'), ViewFilter: 'All', FocusedViewFilter: focusedView(folder),
  SortOrder: sort('ConversationLastDeliveryOrRenewTime', 'ConversationLastDeliveryTime') });

// What the page wants to know of mailboxes that are shared with its owner.
const lookIntoShared = () => Promise.all(boot.shared.map((mailbox) => service('FindConversation', 'LoadItem_ListView', 'V2018_01_08', {
  ParentFolderId: { __type: 'TargetFolderId:#Exchange', BaseFolderId: { __type: 'DistinguishedFolderId:#Exchange', Id: 'inbox' } },
  ConversationShape: { __type: 'ConversationResponseShape:#Exchange', BaseShape: 'IdOnly' }, ShapeName: 'ReactConversationListView',
  Paging: paging(undefined, 'ConversationInstanceKey'), ViewFilter: 'All', FocusedViewFilter: -1,
  SortOrder: sort('ConversationLastDeliveryOrRenewTime', 'ConversationLastDeliveryTime') }, mailbox).catch(() => undefined)));

// One of the many calls that carry no mail: a service worker leaves them to the page.
const lookAround = () => service('GetOwaUserConfiguration', 'Boot', 'V2018_01_08', {}).catch(() => undefined);

const findItem = (folder, after) => service('FindItem', 'LoadItem_ListView', 'V2018_01_08', {
  __type: 'FindItemRequest:#Exchange', ParentFolderIds: [folderId(folder.id)], ItemShape: { __type: 'ItemResponseShape:#Exchange', BaseShape: 'IdOnly' },
  ShapeName: 'MailListItem', Traversal: 'Shallow', Paging: paging(after, 'InstanceKey'), ViewFilter: 'All', FocusedViewFilter: focusedView(folder),
  IsWarmUpSearch: false, SortOrder: sort('ReceivedOrRenewTime', 'DateTimeReceived') });

const findRows = async (folder, after) => pageOf(await (settings.conversations ? findConversation : findItem)(folder, after));
