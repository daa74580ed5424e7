import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';

const NAME = 'mermaid.js';

/**
 * Puts Mermaid beside the page as one classic script. Its frame has no origin, so it may not load modules.
 *
 * @returns {import('vite').Plugin}
 */
export function mermaidAsset() {
	const packed = createRequire(import.meta.url).resolve('mermaid/dist/mermaid.min.js');
	return {
		name: 'mermaid-asset',
		applyToEnvironment: (environment) => environment.config.consumer === 'client',
		async generateBundle() {
			this.emitFile({ type: 'asset', fileName: NAME, source: await readFile(packed) });
		},
		configureServer(server) {
			server.middlewares.use(`/${NAME}`, (_request, response) => {
				readFile(packed).then(
					(source) => response.setHeader('Content-Type', 'text/javascript').end(source),
					(error) => response.writeHead(500).end(String(error))
				);
			});
		}
	};
}
