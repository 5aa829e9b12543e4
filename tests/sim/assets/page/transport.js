// One HTTP exchange, here or in a dedicated worker; the answer is plain data so that it can be posted.
const exchange = async ({ url, headers, body }) => {
  try {
    const answer = await fetch(url, { method: 'POST', headers, body, credentials: 'include' });
    return { status: answer.status, error: answer.headers.get('x-owa-error') ?? answer.statusText,
      shape: answer.headers.get('x-sim-shape'), text: await answer.text() };
  } catch (failure) {
    return { status: 0, error: String(failure), text: '' };
  }
};
