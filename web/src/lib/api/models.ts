/** Models: what there is, what is loaded, loading and unloading; and what the server counts. */

import { API, call, parts, send } from './client';
import type { LoadedModel, ModelDetails, ModelList, RunningModels } from './model-types';
import type { RequestRecord } from './types';

export function listModels(signal?: AbortSignal): Promise<ModelList> {
	return call(`${API}/models`, { signal });
}

/** Describes a model: its header, its chat template, the memory it would take. */
export function getModel(name: string, signal?: AbortSignal): Promise<ModelDetails> {
	return call(`${API}/models/${parts(name)}`, { signal });
}

/** Lists what is in memory, and says how much memory there is. */
export function listRunning(signal?: AbortSignal): Promise<RunningModels> {
	return call(`${API}/ps`, { signal });
}

/** Returns when the model is ready. `keepAlive` is seconds, "5m", or -1 for ever. */
export function loadModel(model: string, keepAlive?: number | string, signal?: AbortSignal): Promise<LoadedModel> {
	return call(`${API}/load`, { method: 'POST', body: { model, keep_alive: keepAlive }, signal });
}

/** Unloads a model once its running requests are done. */
export async function unloadModel(model: string): Promise<void> {
	await call<unknown>(`${API}/stop`, { method: 'POST', body: { model } });
}

/** Returns the metrics in Prometheus' text format. */
export async function getMetrics(signal?: AbortSignal): Promise<string> {
	return (await send('metrics', { signal })).text();
}

/** Returns the last requests that are over. */
export async function getTimeline(signal?: AbortSignal): Promise<RequestRecord[]> {
	return (await call<{ requests: RequestRecord[] }>(`${API}/timeline`, { signal })).requests;
}

export async function getVersion(): Promise<string> {
	return (await call<{ version: string }>(`${API}/version`)).version;
}
