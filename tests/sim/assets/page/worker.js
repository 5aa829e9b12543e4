self.addEventListener('message', async ({ data }) => self.postMessage({ id: data.id, answer: await exchange(data) }));
