/** Which files are pictures, and who sees them. Pure. */

import type { ModelFile } from '$lib/api/model-types';
import type { Attachment } from '$lib/api/types';

/** What a browser draws and never runs. SVG is a document with scripts in it: it is a file like any other here. */
const DRAWN: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/webp', 'image/gif']);
const SEES = 'vision';

export function isPicture({ media_type }: Attachment): boolean {
	return DRAWN.has(media_type);
}

/** Returns those of `names` that no picture is given to, as far as `files`, the models that there are, tell. */
export function blindOf(names: readonly string[], files: readonly ModelFile[]): string[] {
	return names.filter((name) => {
		const file = files.find((one) => one.name === name);
		return !(file?.capabilities as readonly string[] | undefined)?.includes(SEES);
	});
}
