// What follows the sign-in to a registered application: consent, the confirmation of an application, and the administrator's wall.
const answer = (accept) => () => submitWith({ acceptConsent: String(accept) });
const yes = (text) => button('idSIButton9', text,
  { onclick: (event) => { event.preventDefault(); answer(true)(); } });

const consent = () => show(identity($c.sPOST_Username), form($c.urlPost,
  title($c.fIsAdmin ? 'Permissions requested: review for your organization' : 'Permissions requested', 'consentTitle'),
  el('div', { id: 'appName' }, $c.sAppName),
  el('div', {}, 'This app would like to:'),
  el('ul', { id: 'scopes' }, ...$c.arrScopes.map((scope) => el('li', {}, scope))),
  buttons(back('Cancel', { onclick: answer(false) }), yes('Accept'))));

// Ids and fields as published clients of 2024 to 2026 know them.
const goOn = (on) => (event) => { event.preventDefault(); submitWith({ ContinueAuth: String(on), iscsrfspeedbump: 'true' }); };
const confirmApp = () => show(identity($c.sPOST_Username), form($c.urlPost,
  title(`Are you trying to sign in to ${$c.sAppName}?`, 'appConfirmTitle'),
  el('div', { id: 'appConfirmDescription' }, 'Only continue if you downloaded the app from a store or website that you trust.'),
  buttons(back('Cancel', { onclick: goOn(false) }), button('idSIButton9', 'Continue', { onclick: goOn(true) }))));

const needAdmin = () => show(identity($c.sPOST_Username), form($c.urlPost,
  title('Need admin approval', 'adminConsentTitle'),
  el('div', { id: 'appName' }, $c.sAppName),
  el('div', {}, `${$c.sAppName} needs permission to access resources in your organization that only an admin can grant. `
    + 'Please ask an admin to grant permission to this app before you can use it.'),
  el('div', { id: 'moreDetails' }, $c.strServiceExceptionMessage),
  el('a', { id: 'returnToApp', href: '#', onclick: answer(false) }, 'Return to the application without granting consent')));

const enterCode = () => show(form($c.urlPost, title('Enter code', 'enterCodeTitle'),
  el('div', {}, 'Enter the code displayed on your app or device.'),
  $c.sErrTxt ? errorNode('otcError', $c.sErrTxt) : undefined,
  field('otc', 'text', 'otc', 'Code', true),
  buttons(button('idSIButton9', 'Next'))));

const deviceDone = () => show($c.fDeclined
  ? title('You have declined the sign-in. You may now close this window.', 'deviceDeclined')
  : title('You have signed in to the application on your device. You may now close this window.', 'deviceDone'));

Object.assign(pages, { ConvergedConsent: consent, CmsiInterrupt: confirmApp, AdminConsentRequired: needAdmin,
  RemoteConnectEnterCode: enterCode, RemoteConnectDone: deviceDone });
