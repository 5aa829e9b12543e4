// aws-azure-login as it comes, whose Chromium goes through the simulator's sign-in pages. Environment: https_proxy leads that
// Chromium there, PUPPETEER_EXECUTABLE_PATH is one that trusts the simulator, and HOME is where it keeps its profile.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import aws from 'aws-azure-login/lib/login.js';
import { person, requests } from './simulator.mjs';

// Where it takes what the sign-in ends with. It looks for SAML there, which the simulator does not speak: what is posted is a code,
// and it says so.
const landing = 'https://signin.aws.amazon.com/saml';
const landed = /SAML response not found/;

const signIn = async (way, staysSignedIn) => {
  const { account, clientId } = await person({ sign_in: way }, { redirect_uris: [landing] });
  const query = new URLSearchParams({ client_id: clientId, redirect_uri: landing, response_type: 'code', response_mode: 'form_post', scope: 'openid' });
  const url = `https://login.microsoftonline.com/common/oauth2/v2.0/authorize?${query}`;
  const [headless, withoutSandbox, byItself, withoutQuestions] = [true, false, true, true];
  const ended = aws.login._performLoginAsync(url, headless, withoutSandbox, byItself, withoutQuestions, false, account.smtp, account.password, false,
    staysSignedIn);
  return { account, ended };
};

describe('aws-azure-login', { concurrency: true }, () => {
  test('password, a number to match, and "Stay signed in?"', async () => {
    const { account, ended } = await signIn('mfa', true);
    await assert.rejects(ended, landed);
    const { counts, password_attempts: attempts } = await requests(account);
    assert.deepEqual([attempts.right, attempts.wrong, counts.ProcessAuth, counts.kmsi], [1, 0, 1, 1]);
  });

  test('a number that is refused', async () => {
    const { account, ended } = await signIn('mfa_denied', false);
    await assert.rejects(ended, /you denied it/);
    assert.equal((await requests(account)).counts.ProcessAuth, undefined);
  });
});
