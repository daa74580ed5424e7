// Asks for the end of the conversation in the address while the code of the page is still coming. The answer is taken by
// src/lib/api/client.ts when src/lib/api/sessions.ts asks for the very same.
{
	const session = /^#\/c\/(\w+)$/.exec(location.hash)?.[1];
	let key = null;
	try {
		// As src/lib/state/connection.svelte.ts stored it.
		key = sessionStorage.getItem('minerva.key') ?? localStorage.getItem('minerva.key');
	} catch {
		// A browser that keeps nothing has no key.
	}
	if (session) {
		const url = new URL(`api/minerva/v1/sessions/${session}?last=40`, document.baseURI).href;
		const answer = fetch(url, { headers: key ? { Authorization: `Bearer ${key}` } : {}, cache: 'no-store' });
		// Whoever takes it hears of an error; until then nobody needs to.
		answer.catch(() => undefined);
		window.minervaEarly = { url, answer };
	}
}
