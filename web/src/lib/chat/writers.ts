/** Which models can be talked to, and what is known of them. Pure. */

import type { ModelFile, RunningModel } from '$lib/api/model-types';

/** Returns the models and presets that write text. */
export function writersOf(files: readonly ModelFile[]): ModelFile[] {
	return files.filter((one) => one.kind === 'model' && one.capabilities.includes('completion'));
}

/** Returns whether a model, or that of a preset, is in memory or on its way there. */
export function stateOf(file: ModelFile, running: readonly RunningModel[]): 'loaded' | 'loading' | null {
	const found = running.find((one) => one.name === (file.preset_of ?? file.name));
	if (found?.state === 'ready') return 'loaded';
	return found?.state === 'loading' ? 'loading' : null;
}

/** Whether a chat template knows of thinking: only then is there something to switch. */
export function knowsThinking(template: string | null): boolean {
	return template !== null && /enable_thinking|reasoning_effort|thinking_budget|<think>|\bthinking\b/.test(template);
}
