/** Conversations as files, out and in. */

import { API, call, part, send } from './client';
import type { Duplicates, Imported, ImportedTemplate } from './types';

export type ExportFormat = 'jsonl' | 'markdown';

export interface ExportedFile {
	name: string;
	content: Blob;
}

/** Returns a session as a file. */
export async function exportSession(id: string, format: ExportFormat): Promise<ExportedFile> {
	const response = await send(`${API}/sessions/${part(id)}/export`, { query: { format } });
	return asFile(response, format === 'markdown' ? `${id}.md` : `${id}.jsonl`);
}

/** Returns all sessions as one file of JSON lines. */
export async function exportAll(): Promise<ExportedFile> {
	return asFile(await send(`${API}/export`), 'minerva.jsonl');
}

/** Takes in a file of Minerva's, of ChatGPT's or of Open WebUI's export. */
export function importFile(file: Blob, signal?: AbortSignal): Promise<Imported> {
	return call(`${API}/import`, { method: 'POST', raw: file, signal });
}

/** Returns all prompt templates as one JSON document, or the one called `name`. */
export async function exportTemplates(name?: string): Promise<ExportedFile> {
	return asFile(await send(`${API}/export/templates`, { query: { name } }), 'minerva-templates.json');
}

/** Makes templates of such a document: all of them, or none. */
export async function importTemplates(file: Blob, duplicates: Duplicates): Promise<ImportedTemplate[]> {
	const options = { method: 'POST', query: { duplicates }, raw: file } as const;
	return (await call<{ templates: ImportedTemplate[] }>(`${API}/import/templates`, options)).templates;
}

async function asFile(response: Response, fallback: string): Promise<ExportedFile> {
	return { name: fileName(response.headers.get('content-disposition')) ?? fallback, content: await response.blob() };
}

/** Returns the file name that a `Content-Disposition` gives (RFC 6266), without any folder. */
export function fileName(header: string | null): string | null {
	const extended = /filename\*=UTF-8''([^;]+)/i.exec(header ?? '')?.[1];
	const plain = /filename="((?:[^"\\]|\\.)*)"/i.exec(header ?? '')?.[1]?.replace(/\\(.)/g, '$1');
	const name = extended === undefined ? plain : decoded(extended);
	return name?.split(/[/\\]/).pop() || null;
}

function decoded(value: string): string | undefined {
	try {
		return decodeURIComponent(value.trim());
	} catch {
		return undefined;
	}
}
