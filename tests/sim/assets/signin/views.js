// Views after the password: stay signed in, more information, blocked, account picker, and one nobody knows.
const kmsi = () => show(identity($c.sPOST_Username), form($c.urlPost, title('Stay signed in?'),
  el('div', { id: 'KmsiDescription' }, 'Do this to reduce the number of times you are asked to sign in.'),
  el('label', {}, el('input', { type: 'checkbox', id: 'KmsiCheckboxField', name: 'DontShowAgain', value: 'true' }), "Don't show this again"),
  hidden('type', '28'),
  buttons(back('No', { onclick: () => submitWith({ LoginOptions: '0' }) }),
    button('idSIButton9', 'Yes', { onclick: (event) => { event.preventDefault(); submitWith({ LoginOptions: '1' }); } }))));

const proofUp = () => show(identity($c.sPOST_Username), form($c.urlPostRedirect, title('More information required', 'idDiv_ProofUp_Title'),
  el('div', {}, 'Your organization needs more information to keep your account secure'),
  $c.iRemainingDaysToSkipMfaRegistration > 0
    ? el('a', { id: 'skipMfaRegistrationLink', href: $c.urlSkipMfaRegistration },
      `Skip for now (${$c.iRemainingDaysToSkipMfaRegistration} days until this is required)`)
    : undefined,
  hidden($c.sProofUpTokenName, $c.sProofUpToken),
  buttons(button('idSubmit_ProofUp_Redirect', 'Next'))));

const blocked = () => show(identity($c.sPOST_Username), title('You cannot access this right now', 'ConditionalAccessTitle'),
  el('div', { id: 'ConditionalAccessDescription' }, 'Your sign-in was successful but does not meet the criteria to access this resource. '
    + 'For example, you might be signing in from a browser, app, or location that is restricted by your admin.'),
  el('a', { id: 'idA_SignOut', href: $c.urlLogout }, 'Sign out and sign in with a different account'),
  el('div', { id: 'moreDetails' }, $c.strServiceExceptionMessage));

const failed = () => show(title("Sorry, but we're having trouble signing you in.", 'exceptionHeader'),
  el('div', { id: 'exceptionMessageContainer' }, $c.strServiceExceptionMessage));

const picker = () => {
  const tile = (session) => el('div', { class: 'tile', role: 'button', tabindex: '0', 'data-test-id': session.name,
    onclick: () => location.assign(session.url) },
    el('div', {}, session.fullName), el('small', {}, session.name), el('div', {}, 'Signed in'));
  show(title('Pick an account'), el('div', { id: 'tilesHolder', class: 'tile-container', role: 'list' },
    ...$c.arrSessions.map(tile),
    el('div', { class: 'tile', id: 'otherTile', role: 'button', tabindex: '0', onclick: () => location.assign($c.urlSwitch) },
      el('div', { id: 'otherTileText' }, 'Use another account'))));
};

const reminder = () => show(identity($c.sPOST_Username), form($c.urlPost, title('Help us keep your account current', 'reminderTitle'),
  el('div', {}, 'Please check that the details below are still right.'),
  buttons(button('idSubmit_Reminder_Continue', 'Looks good'))));
