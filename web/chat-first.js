import { readFileSync } from 'node:fs';

/**
 * Has the page ask for the code and styles of the chat at once. SvelteKit names in its one page what all pages need; what
 * the chat needs would be asked for when that has run, after another round to the server.
 *
 * @param {string} page HTML
 * @param {string} client folder of what the browser is given, with Vite's manifest
 * @param {string} nodes folder of the modules that SvelteKit made, one for each page and layout
 */
export function chatFirst(page, client, nodes) {
	/** @type {Record<string, { file: string; src?: string; imports?: string[]; css?: string[] }>} */
	const manifest = JSON.parse(readFileSync(`${client}/.vite/manifest.json`, 'utf8'));
	/** @type {Set<string>} */
	const needed = new Set();
	/** @param {string} name */
	const need = (name) => {
		if (needed.has(name)) return;
		needed.add(name);
		for (const one of manifest[name]?.imports ?? []) need(one);
	};
	for (const name of Object.keys(manifest)) {
		const node = /client-optimized\/nodes(\/\d+\.js)$/.exec(name)?.[1];
		if (node && isOfTheChat(readFileSync(`${nodes}${node}`, 'utf8'))) need(name);
	}
	const parts = [...needed].flatMap((name) => manifest[name] ?? []);
	const styles = new Set(parts.flatMap((part) => part.css ?? []));
	const links = [
		...[...styles].map((file) => [file, 'stylesheet']),
		...parts.map((part) => [part.file, 'modulepreload'])
	].filter(([file]) => !page.includes(`/${file}"`));
	const lines = links.map(([file, kind]) => `\t<link href="/${file}" rel="${kind}">\n\t`);
	return page.replace('</head>', `${lines.join('')}</head>`);
}

/** The layouts and pages of the chat, and the page for errors, which SvelteKit always loads. @param {string} node */
function isOfTheChat(node) {
	return /\/routes\/(\(chat\)\/|\+error\.svelte)/.test(node);
}
