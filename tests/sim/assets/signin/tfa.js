// Approving on the phone: BeginAuth gives the number, EndAuth is polled until it says something else than pending.
const call = async (url, body) => {
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify(body),
    headers: { 'Content-Type': 'application/json; charset=UTF-8', canary: $c.apiCanary, hpgid: $c.hpgid, hpgact: $c.hpgact } });
  return answer.json();
};

const poll = async (begun, count) => {
  const query = new URLSearchParams({ authMethodId: begun.AuthMethodId, pollCount: count });
  const answer = await fetch(`${$c.urlEndAuth}?${query}`, { headers: { 'x-ms-sessionId': begun.SessionId, 'x-ms-flowToken': begun.FlowToken, 'x-ms-ctx': begun.Ctx } });
  const state = await answer.json();
  if (state.ResultValue === 'AuthenticationPending' && count < $c.iMaxPollAttempts) {
    setTimeout(() => poll(begun, count + 1), 1000 * $c.oPerAuthPollingInterval.PhoneAppNotification);
  } else if (state.Success) {
    submitWith({ type: '22', request: state.Ctx, mfaAuthMethod: state.AuthMethodId, login: $c.sPOST_Username, mfaLastPollStart: Date.now(), mfaLastPollEnd: Date.now() });
  } else {
    const timedOut = state.ResultValue === 'AuthenticationPending' || state.ResultValue === 'PhoneAppNoResponse';
    show(identity($c.sPOST_Username), timedOut
      ? title("We didn't hear from you", 'idDiv_SAASTO_Title') : title('Request denied', 'idDiv_SAASDS_Title'),
      el('div', { id: timedOut ? 'idDiv_SAASTO_Description' : 'idDiv_SAASDS_Description' },
        timedOut ? "We sent an identity verification request to your mobile device, but you didn't respond in time."
          : 'We sent an identity verification request to your mobile device, but you denied it.'));
  }
};

const tfa = async () => {
  const begun = await call($c.urlBeginAuth, { AuthMethodId: 'PhoneAppNotification', Method: 'BeginAuth', ctx: $c.sCtx, flowToken: $c.sFT });
  show(identity($c.sPOST_Username), form($c.urlPost, title('Approve sign in request', 'idDiv_SAOTCAS_Title'),
    el('div', { id: 'idDiv_SAOTCAS_Description' }, 'Open your Authenticator app, and enter the number shown to sign in.'),
    begun.Entropy ? el('div', { id: 'idRichContext_DisplaySign', class: 'displaySign' }, String(begun.Entropy)) : undefined,
    el('label', {}, el('input', { type: 'checkbox', id: 'idChkBx_SAOTCAS_TD', name: 'rememberMFA', value: 'true' }), "Don't ask again for 14 days"),
    el('a', { id: 'signInAnotherWay', href: '#' }, "I can't use my Microsoft Authenticator app right now")));
  poll(begun, 1);
};
