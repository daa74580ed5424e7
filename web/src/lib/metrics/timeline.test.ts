import { expect, test } from 'vitest';
import { stagesOf, writingRate } from './timeline';

const none = { load_s: 0, queue_s: 0, prefill_s: 0, decode_s: 0, total_s: 0 };
const usage = { prompt_tokens: 4100, completion_tokens: 50, cached_tokens: 3900, accepted_tokens: 0, rejected_tokens: 0 };

test('stages come in order, and only those that took time', () => {
	const timings = { ...none, queue_s: 0.2, prefill_s: 0.4, decode_s: 1.4, total_s: 2.01 };
	expect(stagesOf({ timings })).toEqual([
		{ stage: 'queue', seconds: 0.2 },
		{ stage: 'prefill', seconds: 0.4 },
		{ stage: 'decode', seconds: 1.4 }
	]);
});

test('time that no stage has is shown if it is more than a moment', () => {
	const stages = stagesOf({ timings: { ...none, prefill_s: 0.5, total_s: 1 } });
	expect(stages).toEqual([
		{ stage: 'prefill', seconds: 0.5 },
		{ stage: 'other', seconds: 0.5 }
	]);
	expect(stagesOf({ timings: none })).toEqual([]);
});

test('the rate of an answer', () => {
	expect(writingRate({ usage, timings: { ...none, decode_s: 2 } })).toBe(25);
	expect(writingRate({ usage: { ...usage, completion_tokens: 1 }, timings: { ...none, decode_s: 2 } })).toBeNull();
	expect(writingRate({ usage, timings: none })).toBeNull();
});
