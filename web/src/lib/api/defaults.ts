/** What models are asked with by themselves. */

import { API, call, parts } from './client';
import type { InvalidFile } from './model-types';
import type { ModelDefaults } from './types';

/** A model's defaults and their revision, to change them with; 0: nothing is kept. */
export interface KeptDefaults {
	defaults: ModelDefaults;
	revision: number;
}

export interface DefaultsList {
	defaults: KeptDefaults[];
	/** Files among them that are none. */
	invalid: InvalidFile[];
}

export function listDefaults(signal?: AbortSignal): Promise<DefaultsList> {
	return call(`${API}/defaults`, { signal });
}

/** Keeps a model's defaults in place of those of revision `seen`, or of whichever there are with `*`. */
export function putDefaults(defaults: ModelDefaults, seen: number | '*'): Promise<ModelDefaults> {
	const { model, modified_s: _modified, ...body } = defaults;
	return call(`${API}/defaults/${parts(model)}`, { method: 'PUT', body, ifMatch: seen });
}

export async function deleteDefaults(model: string, seen: number): Promise<void> {
	await call<unknown>(`${API}/defaults/${parts(model)}`, { method: 'DELETE', ifMatch: seen });
}
