// The reading pane: the open conversation's messages, or the one message in message view.
const itemShape = () => ({ __type: 'ItemResponseShape:#Exchange', BaseShape: 'IdOnly', AddBlankTargetToLinks: true, BlockContentFromUnknownSenders: false,
  BlockExternalImagesIfSenderUntrusted: true, ClientSupportsIrm: true, CssScopeClassName: 'rps_efc5', FilterHtmlContent: true, FilterInlineSafetyTips: true,
  InlineImageCustomDataTemplate: '{id}', InlineImageUrlTemplate: 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAEALAAAAAABAAEAAAIBTAA7',
  MaximumBodySize: 2097152, MaximumRecipientsToReturn: 20, ImageProxyCapability: 'OwaAndConnectorsProxy', InlineImageUrlOnLoadTemplate: '' });

const itemsOfConversation = async (id) => {
  const answer = await service('GetConversationItems', 'LoadItem_ListViewSelectionChange', 'V2017_08_18', {
    __type: 'GetConversationItemsRequest:#Exchange', Conversations: [{ __type: 'ConversationRequestType:#Exchange',
      ConversationId: { __type: 'ItemId:#Exchange', Id: id }, SyncState: '' }],
    ItemShape: { ...itemShape(), ExcludeBindForInlineAttachments: true, CalculateOnlyFirstBody: true, BodyShape: 'UniqueFragment' },
    ShapeName: 'ItemPart', SortOrder: 'DateOrderDescending', MaxItemsToReturn: 20, Action: 'ReturnRootNode',
    FoldersToIgnore: state.folders.filter(({ kind }) => ['drafts', 'outbox'].includes(kind)).map((folder) => folderId(folder.id)),
    ReturnSubmittedItems: true, ReturnDeletedItems: true });
  const nodes = answer.Body.ResponseMessages.Items[0].Conversation?.ConversationNodes ?? [];
  return nodes.map((node) => node.Items?.[0]).filter(Boolean);
};

const itemOf = async (id) => {
  const answer = await service('GetItem', 'LoadItem_ListViewSelectionChange', 'V2017_08_18', { __type: 'GetItemRequest:#Exchange',
    ItemIds: [{ __type: 'ItemId:#Exchange', Id: id }], ItemShape: itemShape(), ShapeName: 'ItemNormalizedBody' });
  return (answer.Body.ResponseMessages.Items[0].Items ?? []).slice(0, 1);
};

const bodyOf = (item, index) => {
  const body = item.UniqueBody ?? item.NormalizedBody ?? item.Body;
  const node = el('div', { id: `UniqueMessageBody_${index}`, 'aria-label': words.body, class: 'allowTextSelection customScrollBar XbIp4' });
  if (body?.BodyType === 'Text') node.append(el('pre', {}, body.Value)); else node.innerHTML = body?.Value ?? '';
  return el('div', { role: 'document' }, node);
};

const messageNode = (item, index) => {
  const from = (item.From ?? item.Sender)?.Mailbox;
  const to = (item.ToRecipients ?? []).map((each) => (each.Mailbox ?? each).Name).join('; ');
  return el('div', { 'aria-label': words.message, class: 'aVla3', 'aria-expanded': String(index === 0) },
    from && el('span', { role: 'heading', 'aria-level': '3', 'aria-label': `${words.from} ${from.Name} <${from.EmailAddress}>` }, el('span', { class: 'OZZZK' }, `${from.Name}<${from.EmailAddress}>`)),
    el('div', { 'data-testid': 'message-header-date-time', role: 'heading', 'aria-level': '3' }, item.DateTimeReceived && fullDate(item.DateTimeReceived)),
    el('div', { 'data-testid': 'RecipientWell', 'aria-label': `${words.to} ${to}` }, `${words.to} ${to}`),
    (index === 0) && bodyOf(item, index));
};

const drawReading = async (id) => {
  const pane = document.querySelector('[data-app-section="MailReadCompose"]');
  if (!id) return pane.replaceChildren();
  try {
    const items = await (settings.conversations ? itemsOfConversation : itemOf)(id);
    const subject = el('div', { role: 'heading', 'aria-level': '3', class: 'full allowTextSelection' }, items[0]?.Subject || words.noSubject);
    return pane.replaceChildren(el('div', { id: 'ReadingPaneContainerId' }, el('div', { id: 'ConversationReadingPaneContainer', 'data-app-section': 'ConversationContainer' },
      subject, ...items.map(messageNode))));
  } catch {
    return pane.replaceChildren(el('div', { role: 'alert' }, words.failed));
  }
};

// What is shown in the reading pane counts as read, as the page's own default has it.
const markRead = async (row) => {
  const id = { __type: 'ItemId:#Exchange', Id: row.openId };
  const [action, body] = settings.conversations
    ? ['ApplyConversationAction', { __type: 'ApplyConversationActionRequest:#Exchange', ConversationActions: [{ __type: 'ConversationAction:#Exchange',
      Action: 'SetReadState', ConversationId: id, IsRead: true, ContextFolderId: { __type: 'TargetFolderId:#Exchange', BaseFolderId: folderId(state.folder.id) } }] }]
    : ['UpdateItem', { __type: 'UpdateItemRequest:#Exchange', ConflictResolution: 'AlwaysOverwrite', MessageDisposition: 'SaveOnly', ItemChanges: [{
      __type: 'ItemChange:#Exchange', ItemId: id, Updates: [{ __type: 'SetItemField:#Exchange', Path: { __type: 'PropertyUri:#Exchange', FieldURI: 'IsRead' },
        Item: { __type: 'Message:#Exchange', IsRead: true } }] }] }];
  await service(action, 'MarkAsRead', 'V2018_01_08', body).catch(() => undefined);
  row.unread = false;
  list.select(row.key);
};
