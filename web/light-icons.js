import { fileURLToPath } from 'node:url';

const OURS = fileURLToPath(new URL('src/lib/components/Icon.svelte', import.meta.url));

/**
 * Draws the icons of Lucide with `src/lib/components/Icon.svelte`.
 *
 * @returns {import('vite').Plugin}
 */
export function lightIcons() {
	return {
		name: 'light-icons',
		enforce: 'pre',
		resolveId(source, importer) {
			const isTheirs = source.endsWith('/Icon.svelte') && /@lucide\/svelte\/dist\/icons\//.test(importer ?? '');
			return isTheirs ? OURS : null;
		}
	};
}
