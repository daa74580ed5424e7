import { expect, test } from 'vitest';
import { append, lookAt, pointOf } from './history';
import { labelValues, parseMetrics, sum } from './parse';

const PAGE = `# HELP minerva_generated_tokens_total Generated tokens.
# TYPE minerva_generated_tokens_total counter
minerva_generated_tokens_total{model="starter"} 120.0
minerva_generated_tokens_total{model="qwen:0.5b"} 1.5e+02
minerva_prompt_tokens_total{model="starter"} 1000.0
minerva_cached_tokens_total{model="starter"} 900.0
minerva_memory_bytes{model="starter",part="weights"} 1.048576e+06
minerva_memory_bytes{model="starter",part="kv"} 5000.0 1700000000000
minerva_request_seconds_bucket{le="+Inf",model="starter"} 3.0
process_open_fds 17.0
minerva_sequences_running{model="starter"} 2.0
minerva_inter_token_seconds_count{model="starter"} 40.0
minerva_time_to_first_token_seconds_count{model="starter"} 2.0
broken line here that is none
odd{a="x\\"y\\\\z\\n",} NaN
`;

test('names, labels, numbers and time stamps are read', () => {
	const samples = parseMetrics(PAGE);
	expect(samples).toHaveLength(12);
	expect(samples[0]).toEqual({ name: 'minerva_generated_tokens_total', labels: { model: 'starter' }, value: 120 });
	expect(samples[5]).toEqual({ name: 'minerva_memory_bytes', labels: { model: 'starter', part: 'kv' }, value: 5000 });
	expect(samples[7]).toEqual({ name: 'process_open_fds', labels: {}, value: 17 });
});

test('escaped signs in labels, infinity and what is no number', () => {
	const samples = parseMetrics(PAGE);
	expect(samples[11]?.labels).toEqual({ a: 'x"y\\z\n' });
	expect(samples[11]?.value).toBeNaN();
	expect(parseMetrics('a +Inf\nb -Inf\nc word\r\nd 4\r')).toEqual([
		{ name: 'a', labels: {}, value: Infinity },
		{ name: 'b', labels: {}, value: -Infinity },
		{ name: 'd', labels: {}, value: 4 }
	]);
});

test('sums over labels, and one of them', () => {
	const samples = parseMetrics(PAGE);
	expect(sum(samples, 'minerva_generated_tokens_total')).toBe(270);
	expect(sum(samples, 'minerva_generated_tokens_total', { model: 'starter' })).toBe(120);
	expect(sum(samples, 'nothing')).toBe(0);
	expect(labelValues(samples, 'minerva_generated_tokens_total', 'model')).toEqual(['starter', 'qwen:0.5b']);
});

test('two looks make rates; the first, and one after a new start, make none', () => {
	const first = lookAt(parseMetrics(PAGE), 100);
	expect(pointOf(undefined, first)).toMatchObject({ at_s: 100, running: 2, generated_rate: null, hit_share: null });
	const second = { ...first, at_s: 102, pieces: 62, prompt: 1100, cached: 975, firsts: 4, firsts_s: 0.5 };
	expect(pointOf(first, second)).toMatchObject({ generated_rate: 10, computed_rate: 12.5, hit_share: 0.75, first_s: 0.25 });
	expect(pointOf(second, { ...first, at_s: 104, pieces: 0 })).toMatchObject({ generated_rate: null });
	expect(pointOf(first, { ...second, prompt: 1000, cached: 900 })).toMatchObject({ computed_rate: 0, hit_share: null });
});

test('old points go', () => {
	const point = (at_s: number) => pointOf(undefined, lookAt([], at_s));
	const points = append(append(append([], point(1), 10), point(5), 10), point(12), 10);
	expect(points.map((one) => one.at_s)).toEqual([5, 12]);
});
