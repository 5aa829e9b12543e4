// The second factor: which it shall be, approving on the phone, a code.
const send = async (url, body) => {
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify(body),
    headers: { 'Content-Type': 'application/json; charset=UTF-8', canary: $c.apiCanary, hpgid: $c.hpgid, hpgact: $c.hpgact } });
  return answer.json();
};
const begin = (method) => send($c.urlBeginAuth, { AuthMethodId: method, Method: 'BeginAuth', ctx: $c.sCtx, flowToken: $c.sFT });
const proven = (state, type, began) => submitWith({ type, request: state.Ctx, mfaAuthMethod: state.AuthMethodId,
  login: $c.sPOST_Username, mfaLastPollStart: began, mfaLastPollEnd: Date.now() });

// EndAuth is polled until it says something else than pending.
const poll = async (begun, count) => {
  const query = new URLSearchParams({ authMethodId: begun.AuthMethodId, pollCount: count });
  const answer = await fetch(`${$c.urlEndAuth}?${query}`, { headers: { 'x-ms-sessionId': begun.SessionId, 'x-ms-flowToken': begun.FlowToken, 'x-ms-ctx': begun.Ctx } });
  const state = await answer.json();
  if (state.ResultValue === 'AuthenticationPending' && count < $c.iMaxPollAttempts) {
    setTimeout(() => poll(begun, count + 1), 1000 * $c.oPerAuthPollingInterval.PhoneAppNotification);
  } else if (state.Success) {
    proven(state, '22', Date.now());
  } else {
    const timedOut = state.ResultValue === 'AuthenticationPending' || state.ResultValue === 'PhoneAppNoResponse';
    show(identity($c.sPOST_Username), timedOut
      ? title("We didn't hear from you", 'idDiv_SAASTO_Title') : title('Request denied', 'idDiv_SAASDS_Title'),
      el('div', { id: timedOut ? 'idDiv_SAASTO_Description' : 'idDiv_SAASDS_Description' },
        timedOut ? "We sent an identity verification request to your mobile device, but you didn't respond in time."
          : 'We sent an identity verification request to your mobile device, but you denied it.'));
  }
};

// The number comes from BeginAuth.
const approve = async () => {
  const begun = await begin('PhoneAppNotification');
  show(identity($c.sPOST_Username), form($c.urlPost, title('Approve sign in request', 'idDiv_SAOTCAS_Title'),
    el('div', { id: 'idDiv_SAOTCAS_Description' }, 'Open your Authenticator app, and enter the number shown to sign in.'),
    begun.Entropy ? el('div', { id: 'idRichContext_DisplaySign', class: 'displaySign' }, String(begun.Entropy)) : undefined,
    el('label', {}, el('input', { type: 'checkbox', id: 'idChkBx_SAOTCAS_TD', name: 'rememberMFA', value: 'true' }), "Don't ask again for 14 days"),
    el('a', { id: 'signInAnotherWay', href: '#' }, "I can't use my Microsoft Authenticator app right now")));
  poll(begun, 1);
};

// What is wrong with a code is said until the next one is sent.
const code = async (method) => {
  const begun = await begin(method);
  const field = el('input', { type: 'tel', id: 'idTxtBx_SAOTCC_OTC', name: 'otc', maxlength: $c.iSAOtcLength, placeholder: 'Code', autocomplete: 'off' });
  const error = el('div', { role: 'alert' });
  const verify = async (event) => {
    event.preventDefault();
    error.replaceChildren();
    const state = await send($c.urlEndAuth, { AuthMethodId: method, Method: 'EndAuth', SessionId: begun.SessionId,
      FlowToken: begun.FlowToken, Ctx: begun.Ctx, AdditionalAuthData: field.value, PollCount: 1 });
    if (state.Success) return proven(state, '19', Date.now());
    return error.replaceChildren(el('span', { id: 'idSpan_SAOTCC_Error_OTC', class: 'alert alert-error' },
      "You didn't enter the expected verification code. Please try again."));
  };
  show(identity($c.sPOST_Username), form($c.urlPost, title('Enter code', 'idDiv_SAOTCC_Title'),
    el('div', { id: 'idDiv_SAOTCC_Description' }, method === 'OneWaySMS'
      ? 'We texted your phone. Please enter the code to sign in.' : 'Please type in the code displayed on your authenticator app from your device'),
    error, field,
    el('label', {}, el('input', { type: 'checkbox', id: 'idChkBx_SAOTCC_TD', name: 'rememberMFA', value: 'true' }), "Don't ask again for 14 days"),
    buttons(button('idSubmit_SAOTCC_Continue', 'Verify', { onclick: verify }))));
  field.focus();
};

const prove = (method) => (method === 'PhoneAppNotification' ? approve() : code(method));

const choose = () => {
  const words = { PhoneAppNotification: 'Approve a request on my Microsoft Authenticator app', PhoneAppOTP: 'Use a verification code', OneWaySMS: 'Text' };
  const proof = ({ authMethodId, display }) => el('div', { class: 'table', role: 'button', tabindex: '0', 'data-value': authMethodId,
    onclick: () => prove(authMethodId) }, `${words[authMethodId]} ${display}`);
  show(identity($c.sPOST_Username), title('Verify your identity', 'idDiv_SAOTCS_Title'),
    el('div', { id: 'idDiv_SAOTCS_Proofs' }, ...$c.arrUserProofs.map(proof)));
};

const tfa = () => {
  const own = $c.arrUserProofs.find((proof) => proof.isDefault);
  return own ? prove(own.authMethodId) : choose();
};
