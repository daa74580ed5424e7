/** Presets: names under which a model is asked in a certain way. */

import { API, call, parts } from './client';
import type { InvalidFile } from './model-types';
import type { Preset } from './types';

/** A preset and its revision, to change it with: another number for every other content. */
export interface PresetEntry {
	preset: Preset;
	revision: number;
}

export interface PresetList {
	presets: PresetEntry[];
	/** Files among the presets that are none. */
	invalid: InvalidFile[];
}

export function listPresets(signal?: AbortSignal): Promise<PresetList> {
	return call(`${API}/presets`, { signal });
}

/** Makes a preset; with `seen`, changes the one of that revision, and whichever there is with `*`. */
export function putPreset(preset: Preset, seen?: number | '*'): Promise<Preset> {
	const { name, modified_s: _modified, ...body } = preset;
	return call(`${API}/presets/${parts(name)}`, { method: 'PUT', body, ifMatch: seen });
}

export async function deletePreset(name: string, seen?: number): Promise<void> {
	await call<unknown>(`${API}/presets/${parts(name)}`, { method: 'DELETE', ifMatch: seen });
}
