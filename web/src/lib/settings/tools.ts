/** The tools of a preset as a text that people edit. Pure. Whether their fields are right is for the server to tell. */

import type { PresetTool } from '$lib/api/types';

/** What a text says: a list of tools, or why it says none. */
export type ReadTools = { tools: PresetTool[] } | { problem: 'json' | 'list'; reason: string };

/** Returns the tools that `text` says as JSON; an empty one says that there are none. */
export function toolsOf(text: string): ReadTools {
	if (text.trim() === '') return { tools: [] };
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch (error) {
		return { problem: 'json', reason: error instanceof Error ? error.message : String(error) };
	}
	return Array.isArray(value) ? { tools: value as PresetTool[] } : { problem: 'list', reason: '' };
}

/** The other way round. */
export function asToolsText(tools: readonly PresetTool[]): string {
	return tools.length === 0 ? '' : JSON.stringify(tools, null, 2);
}

/** Something to begin with. */
export const EXAMPLE: readonly PresetTool[] = [
	{
		type: 'function',
		function: {
			name: 'get_weather',
			description: 'Returns the weather of a town.',
			parameters: { type: 'object', properties: { town: { type: 'string' } }, required: ['town'] }
		}
	}
];
