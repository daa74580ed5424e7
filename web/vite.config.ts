import { sveltekit } from '@sveltejs/kit/vite';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';
import { lightIcons } from './light-icons.js';
import { mermaidAsset } from './mermaid-asset.js';
import { plainAnnouncer } from './plain-announcer.js';
import { sharedChunk } from './shared-chunk.js';

const server = process.env.MINERVA_URL ?? 'http://127.0.0.1:11434';

export default defineConfig({
	plugins: [plainAnnouncer(), lightIcons(), sveltekit(), mermaidAsset(), sharedChunk(), svelteTesting()],
	// Fonts and pictures stay files: the page's policy admits no data: in style sheets.
	build: { assetsInlineLimit: 0 },
	server: {
		proxy: Object.fromEntries(
			['/api', '/v1', '/docs', '/openapi.json', '/metrics', '/health'].map((path) => [path, server])
		)
	},
	// Long, for a machine that builds and tests much else at the same time.
	test: {
		environment: 'jsdom',
		include: ['src/**/*.test.ts', 'src/**/*.svelte.test.ts'],
		setupFiles: ['./vitest-setup.ts'],
		restoreMocks: true,
		testTimeout: 60_000
	}
});
