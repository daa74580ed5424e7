/** What the memory of the machine is used for, by all models together. Pure. */

import type { Memory, MemoryPlan, RunningModel } from '$lib/api/model-types';

export const PARTS = ['weights', 'kv', 'compute', 'overhead'] as const;
export type Part = (typeof PARTS)[number];

/** What a model takes of the RAM; `parts` are `null` where some of it lies on a GPU, and nobody knows which. */
export interface Row {
	model: string;
	parts: Record<Part, number> | null;
	bytes: number;
}

/** A piece of the bar. */
export interface Segment {
	key: string;
	kind: Part | 'ram' | 'others' | 'free';
	bytes: number;
	/** Whether another model, or none, comes behind it. */
	last: boolean;
}

export interface Ledger {
	rows: Row[];
	/** What other programs take, and the system. */
	others: number;
	free: number;
	total: number;
	segments: Segment[];
	/** The memory of all GPUs together, if there are any. */
	gpu: { total: number; rows: { model: string; bytes: number }[]; rest: number } | null;
}

export function ledgerOf(running: readonly RunningModel[], memory: Memory): Ledger {
	const rows = running.map(rowOf);
	const taken = sum(rows.map((row) => row.bytes));
	const total = memory.total_bytes;
	// What a model was promised and does not use yet is not free, whatever the machine says.
	const free = Math.max(0, Math.min(memory.free_bytes, total - taken));
	const others = Math.max(0, total - taken - free);
	const segments = [
		...rows.flatMap(segmentsOf),
		{ key: 'others', kind: 'others' as const, bytes: others, last: true },
		{ key: 'free', kind: 'free' as const, bytes: free, last: true }
	].filter((one) => one.bytes > 0);
	return { rows, others, free, total, segments, gpu: gpuOf(running, memory) };
}

/** What a model's memory is for, in bytes, on GPUs too. */
export function partsOf(memory: MemoryPlan): Record<Part, number> {
	const { weights_bytes: weights, kv_bytes: kv, compute_bytes: compute, overhead_bytes: overhead } = memory;
	return { weights, kv, compute, overhead };
}

function rowOf({ name, memory }: RunningModel): Row {
	const parts = partsOf(memory);
	const bytes = sum(Object.values(parts)) - memory.device_bytes;
	return { model: name, parts: memory.device_bytes > 0 ? null : parts, bytes };
}

function segmentsOf({ model, parts, bytes }: Row): Segment[] {
	if (parts === null) return [{ key: model, kind: 'ram', bytes, last: true }];
	const found = PARTS.filter((part) => parts[part] > 0);
	return found.map((part) => ({ key: `${model} ${part}`, kind: part, bytes: parts[part], last: part === found.at(-1) }));
}

function gpuOf(running: readonly RunningModel[], { devices }: Memory): Ledger['gpu'] {
	if (devices.length === 0) return null;
	const total = sum(devices.map((one) => one.total_bytes));
	const rows = running
		.map(({ name, memory }) => ({ model: name, bytes: memory.device_bytes }))
		.filter((row) => row.bytes > 0);
	return { total, rows, rest: Math.max(0, total - sum(rows.map((row) => row.bytes))) };
}

export function sum(numbers: readonly number[]): number {
	return numbers.reduce((all, one) => all + one, 0);
}
