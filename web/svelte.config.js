import adapter from '@sveltejs/adapter-static';
import { readFileSync, writeFileSync } from 'node:fs';
import { chatFirst } from './chat-first.js';

// Set-up builds beside the page that is there, and then puts it in its place.
const build = process.env.MINERVA_PAGE ?? '../src/minerva/web';

/**
 * adapter-static, with addresses in its page that are relative: the page works below any path, whatever stands in
 * front of the server. SvelteKit makes them absolute in a page that could be served from anywhere; ours is at one place.
 */
function relative() {
	const { adapt, ...rest } = adapter({ pages: build, assets: build });
	return {
		...rest,
		/** @param {import('@sveltejs/kit').Builder} builder */
		async adapt(builder) {
			await adapt(builder);
			const page = `${build}/index.html`;
			const nodes = builder.getBuildDirectory('generated/client-optimized/nodes');
			const whole = chatFirst(readFileSync(page, 'utf8'), builder.getClientDirectory(), nodes);
			writeFileSync(page, whole.replaceAll(/(["'])\/(?!\/)/g, '$1./'));
		}
	};
}

/** @type {import('@sveltejs/kit').Config} */
export default {
	compilerOptions: { runes: true },
	kit: {
		adapter: relative(),
		router: { type: 'hash' },
		// No clock in the build: the same sources give the same files.
		version: { name: 'minerva', pollInterval: 0 }
	}
};
