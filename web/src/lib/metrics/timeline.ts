/** Where the time of a request went. Pure. */

import type { RequestRecord } from '$lib/api/types';

export type Stage = 'load' | 'queue' | 'prefill' | 'decode' | 'other';

export const STAGES: readonly Stage[] = ['load', 'queue', 'prefill', 'decode', 'other'];

// What is shorter than this is neither seen in a bar nor worth a word.
const LEAST_S = 0.0005;
const LEAST_OTHER_SHARE = 0.02;

/** The stages of a request in the order in which they come, without those that took no time. */
export function stagesOf({ timings }: Pick<RequestRecord, 'timings'>): { stage: Stage; seconds: number }[] {
	const { load_s, queue_s, prefill_s, decode_s, total_s } = timings;
	const other_s = total_s - load_s - queue_s - prefill_s - decode_s;
	const stages: { stage: Stage; seconds: number }[] = [
		{ stage: 'load', seconds: load_s },
		{ stage: 'queue', seconds: queue_s },
		{ stage: 'prefill', seconds: prefill_s },
		{ stage: 'decode', seconds: decode_s },
		{ stage: 'other', seconds: other_s > LEAST_OTHER_SHARE * total_s ? other_s : 0 }
	];
	return stages.filter(({ seconds }) => seconds >= LEAST_S);
}

/** Tokens per second of an answer; `null` where there was too little of it to say. */
export function writingRate({ usage, timings }: Pick<RequestRecord, 'usage' | 'timings'>): number | null {
	if (usage.completion_tokens < 2 || timings.decode_s < LEAST_S) return null;
	return usage.completion_tokens / timings.decode_s;
}
