/** What the charts show: a few figures of each look at the metrics, and what changed since the look before. Pure. */

import { type Sample, sum } from './parse';

/** A look at the server's metrics at `at_s`, seconds since the epoch. Counters count from the server's start. */
export interface Look {
	at_s: number;
	prompt: number;
	cached: number;
	/** Pieces of answers as they were written, a token each as a rule: tokens are counted only when a request is over. */
	pieces: number;
	running: number;
	waiting: number;
	cells_used: number;
	cells_retained: number;
	cells: number;
	resident_bytes: number;
	requests: number;
	/** Requests that got a first text, and how long all of them together waited for it. */
	firsts: number;
	firsts_s: number;
}

/** A point of the charts. Rates are per second; `null` where nothing is known, which is a gap in the line. */
export interface Point {
	at_s: number;
	generated_rate: number | null;
	computed_rate: number | null;
	hit_share: number | null;
	first_s: number | null;
	running: number;
	waiting: number;
	cells_used: number;
	cells_retained: number;
	resident_bytes: number;
}

export function lookAt(samples: readonly Sample[], at_s: number): Look {
	return {
		at_s,
		prompt: sum(samples, 'minerva_prompt_tokens_total'),
		cached: sum(samples, 'minerva_cached_tokens_total'),
		pieces:
			sum(samples, 'minerva_inter_token_seconds_count') + sum(samples, 'minerva_time_to_first_token_seconds_count'),
		running: sum(samples, 'minerva_sequences_running'),
		waiting: sum(samples, 'minerva_sequences_waiting'),
		cells_used: sum(samples, 'minerva_kv_cells_used'),
		cells_retained: sum(samples, 'minerva_kv_cells_retained'),
		cells: sum(samples, 'minerva_kv_cells'),
		resident_bytes: sum(samples, 'minerva_worker_resident_bytes'),
		requests: sum(samples, 'minerva_requests_total'),
		firsts: sum(samples, 'minerva_time_to_first_token_seconds_count'),
		firsts_s: sum(samples, 'minerva_time_to_first_token_seconds_sum')
	};
}

/** The point of `now`. Without a look before it, or after a server that began anew, there are no rates. */
export function pointOf(before: Look | undefined, now: Look): Point {
	const level = {
		at_s: now.at_s,
		running: now.running,
		waiting: now.waiting,
		cells_used: now.cells_used,
		cells_retained: now.cells_retained,
		resident_bytes: now.resident_bytes
	};
	const took_s = before ? now.at_s - before.at_s : 0;
	if (!before || took_s <= 0 || now.pieces < before.pieces || now.prompt < before.prompt) {
		return { ...level, generated_rate: null, computed_rate: null, hit_share: null, first_s: null };
	}
	const prompt = now.prompt - before.prompt;
	const cached = now.cached - before.cached;
	const firsts = now.firsts - before.firsts;
	return {
		...level,
		generated_rate: (now.pieces - before.pieces) / took_s,
		computed_rate: (prompt - cached) / took_s,
		hit_share: prompt > 0 ? cached / prompt : null,
		first_s: firsts > 0 ? (now.firsts_s - before.firsts_s) / firsts : null
	};
}

/** `points` with `point` behind them and without those older than `span_s`. */
export function append(points: readonly Point[], point: Point, span_s: number): Point[] {
	return [...points.filter((one) => one.at_s > point.at_s - span_s && one.at_s < point.at_s), point];
}
