/** The gaps of prompt templates, `{{name}}`. The server reads them alike (`sessions/templates.py`). */

const VARIABLE = /\{\{\s*([\p{L}\p{N}_][\p{L}\p{N}_ -]*?)\s*\}\}/gu;

export interface TemplatePart {
	text: string;
	/** The name of the gap that `text` is; `null` for text between gaps. */
	variable: string | null;
}

/** Returns the names in the order in which they first come, each once. */
export function variablesOf(body: string): string[] {
	return [...new Set(Array.from(body.matchAll(VARIABLE), (match) => match[1] ?? ''))];
}

/** Returns `body` with its gaps filled; one that `values` has nothing for stays. */
export function filled(body: string, values: ReadonlyMap<string, string>): string {
	return partsOf(body)
		.map(({ text, variable }) => (variable === null ? text : values.get(variable) || text))
		.join('');
}

/** Returns `body` in pieces, so that gaps can be shown as such. Joined, their texts are `body`. */
export function partsOf(body: string): TemplatePart[] {
	const parts: TemplatePart[] = [];
	let end = 0;
	for (const match of body.matchAll(VARIABLE)) {
		if (match.index > end) parts.push({ text: body.slice(end, match.index), variable: null });
		parts.push({ text: match[0], variable: match[1] ?? '' });
		end = match.index + match[0].length;
	}
	if (end < body.length) parts.push({ text: body.slice(end), variable: null });
	return parts;
}

/**
 * Returns the names of the templates in an export that others have which say something else. A file that is none has
 * none: what is wrong with it, the server says.
 */
export function clashing(source: string, present: readonly Named[]): string[] {
	const here = new Map(present.map((one) => [one.name, one]));
	return entriesOf(source).flatMap(({ name, body, description = '' }) => {
		const other = here.get(name);
		return other && (other.body !== body || other.description !== description) ? name : [];
	});
}

interface Named {
	name: string;
	body: string;
	description?: string;
}

function entriesOf(source: string): Named[] {
	try {
		const { templates } = JSON.parse(source) as { templates?: unknown };
		return Array.isArray(templates) ? templates.filter((one): one is Named => typeof one?.name === 'string') : [];
	} catch {
		return [];
	}
}
