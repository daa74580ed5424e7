/** Prompt templates: texts with variables. */

import { API, call, part } from './client';
import type { PromptTemplate } from './types';

const path = (name: string) => `${API}/templates/${part(name)}`;

export async function listTemplates(signal?: AbortSignal): Promise<PromptTemplate[]> {
	return (await call<{ templates: PromptTemplate[] }>(`${API}/templates`, { signal })).templates;
}

/** Makes or replaces a template; with `revision`, only the one that was seen. */
export function putTemplate(
	name: string,
	template: { body: string; description?: string },
	revision?: number
): Promise<PromptTemplate> {
	return call(path(name), { method: 'PUT', body: template, ifMatch: revision });
}

export async function deleteTemplate(name: string, revision?: number): Promise<void> {
	await call<unknown>(path(name), { method: 'DELETE', ifMatch: revision });
}
