/**
 * Puts what several pages have in common into one file, in place of one for each set of pages: a browser asks for six
 * files at a time, and each takes its time. What SvelteKit runs while it builds stays apart.
 *
 * @returns {import('vite').Plugin}
 */
export function sharedChunk() {
	return {
		name: 'shared-chunk',
		outputOptions(options) {
			if (this.environment.name !== 'client') return null;
			return { ...options, codeSplitting: { groups: [{ name: 'shared', minShareCount: 2 }] } };
		}
	};
}
