/** Full-text search over all sessions. */

import { API, call } from './client';
import type { SearchHit } from './types';

/** Returns where the words of `query` stand; the last one may be the beginning of a word. */
export async function search(query: string, limit?: number, signal?: AbortSignal): Promise<SearchHit[]> {
	return (await call<{ hits: SearchHit[] }>(`${API}/search`, { query: { q: query, limit }, signal })).hits;
}
