// The first page: e-mail and password on one form, of which one field is always moved off the screen.
const errorNode = (id, text) => el('div', { id, class: 'alert alert-error col-md-24', role: 'alert', 'aria-live': 'assertive' }, text);
const field = (id, type, name, placeholder, active) => el('input', { id, type, name, placeholder, 'aria-label': placeholder,
  maxlength: '113', class: `form-control ltr_override input ext-input text-box${active ? '' : ' moveOffScreen'}`,
  tabindex: active ? '0' : '-1', 'aria-hidden': active ? undefined : 'true', autocomplete: 'off' });

const loginFields = () => ['i13', 'login', 'type', 'LoginOptions', 'ps', 'psRNGCDefaultType', 'PPSX', 'NewUser', 'FoundMSAs', 'fspost', 'i21']
  .map((name) => hidden(name, { i13: '0', type: '11', LoginOptions: '3', ps: '2', NewUser: '1', fspost: '0', i21: '0' }[name]));

const view = (step, user, error) => {
  const email = step === 'email';
  const name = field('i0116', 'email', 'loginfmt', 'Email, phone, or Skype', email);
  const password = field('i0118', 'password', 'passwd', 'Password', !email);
  name.value = user;
  if (error) (email ? name : password).classList.add('has-error');
  const next = (event) => {
    event.preventDefault();
    if (email) askForType(name.value.trim()); else sendPassword(user, password.value);
  };
  show(email ? undefined : identity(user),
    form($c.urlPost, title(email ? 'Sign in' : 'Enter password'),
      error ? errorNode(email ? 'usernameError' : 'passwordError', error) : undefined,
      name, password, ...loginFields(),
      buttons(email ? undefined : back('Back', { onclick: () => view('email', user) }),
        button('idSIButton9', email ? 'Next' : 'Sign in', { onclick: next, 'data-report-event': 'Signin_Submit' }))));
  (email ? name : password).focus();
};

const askForType = async (user) => {
  if (!user) return view('email', '', 'Enter a valid email address, phone number, or Skype name.');
  const answer = await fetch($c.urlGetCredentialType, { method: 'POST',
    headers: { 'Content-Type': 'application/json; charset=UTF-8', canary: $c.apiCanary, 'client-request-id': $c.correlationId,
      hpgact: $c.hpgact, hpgid: $c.hpgid, hpgrequestid: $c.sessionId },
    body: JSON.stringify({ username: user, isOtherIdpSupported: true, checkPhones: false, isRemoteNGCSupported: true,
      isCookieBannerShown: false, isFidoSupported: true, originalRequest: $c.sCtx, country: $c.country, forceotclogin: false,
      flowToken: $c.sFT, isAccessPassSupported: true }) });
  const type = await answer.json();
  if (type.ThrottleStatus === 1 && !type.Credentials?.FederationRedirectUrl) {
    return view('email', user, 'You have made too many requests. Try again later.');
  }
  if (type.IfExistsResult === 1) {
    return view('email', user, "We couldn't find an account with that username. Try another, or get a new Microsoft account.");
  }
  if (type.Credentials.FederationRedirectUrl) return location.assign(type.Credentials.FederationRedirectUrl);
  if (type.FlowToken) $c.sFT = type.FlowToken;
  if (type.Credentials.PrefCredential === 2) return telephone(type.Display, type.Credentials.RemoteNgcParams.Entropy);
  if (type.Credentials.PrefCredential === 7) return passkey(type.Display);
  return view('password', type.Display);
};

// What is asked for before the password; it is behind a link.
const toPassword = (user) => el('a', { id: 'idA_PWD_SwitchToPassword', href: '#',
  onclick: (event) => { event.preventDefault(); view('password', user); } }, 'Use your password instead');
const telephone = (user, number) => show(identity(user), form($c.urlPost, title('Check your Authenticator app'),
  el('div', { id: 'idDiv_RemoteNGC_PollingDescription' }, 'Open your Authenticator app, and enter the number shown to sign in.'),
  el('div', { id: 'idRemoteNGC_DisplaySign', class: 'displaySign' }, String(number)), ...loginFields(), toPassword(user)));
const passkey = (user) => show(identity(user), form($c.urlPost, title('Face, fingerprint, PIN or security key'),
  el('div', { id: 'idDiv_FIDO_Description' }, 'Your device will open a security window. Follow the instructions there to sign in.'),
  ...loginFields(), toPassword(user), buttons(button('idSIButton9', 'Next', { onclick: (event) => event.preventDefault() }))));

const sendPassword = (user, password) => {
  if (!password) return view('password', user, 'Please enter your password.');
  document.forms.f1.elements.login.value = user;
  return document.forms.f1.submit();
};

const signIn = () => {
  const shown = !['', '50058'].includes($c.sErrorCode);
  view($c.sPOST_Username ? 'password' : 'email', $c.sPOST_Username, shown ? $c.sErrTxt : undefined);
};

const pages = { ConvergedSignIn: $c.arrSessions.length ? picker : signIn, KmsiInterrupt: kmsi, ConvergedTFA: tfa,
  ConvergedProofUpRedirect: proofUp, ConvergedConditionalAccess: blocked, ConvergedError: failed };
document.addEventListener('DOMContentLoaded', () => (pages[$c.pgid] ?? reminder)());
