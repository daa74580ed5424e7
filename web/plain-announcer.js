/**
 * Takes the style attribute from the region in which SvelteKit tells screen readers of a new page: the page's policy
 * admits none, and `src/controls.css` hides the region as well.
 *
 * @returns {import('vite').Plugin}
 */
export function plainAnnouncer() {
	return {
		name: 'plain-announcer',
		enforce: 'pre',
		transform(code, id) {
			if (!/generated\/root\.svelte$/.test(id)) return null;
			const plain = code.replace(/(<div id="svelte-announcer"[^>]*?) style="[^"]*"/, '$1');
			if (plain === code) this.warn('SvelteKit writes its announcer in another way now.');
			return plain;
		}
	};
}
