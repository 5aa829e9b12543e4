// The page's service worker: it exchanges with the server in a form of its own, which shows no JSON to whoever watches.
const veiled = (bytes) => bytes.map((byte) => byte ^ 0x5a);
self.addEventListener('message', async ({ data: { url, headers: { authorization, ...headers }, body }, ports: [port] }) => {
  try {
    const answer = await fetch('/mail/0/sync', { method: 'POST', headers: { authorization, 'content-type': 'application/octet-stream' },
      body: veiled(new TextEncoder().encode(JSON.stringify({ url, headers, body }))) });
    const text = new TextDecoder().decode(veiled(new Uint8Array(await answer.arrayBuffer())));
    port.postMessage({ status: answer.status, error: answer.headers.get('x-owa-error') ?? answer.statusText, text });
  } catch (failure) {
    port.postMessage({ status: 0, error: String(failure), text: '' });
  }
});
