import { expect, test } from 'vitest';
import type { Device, Memory, MemoryPlan, RunningModel } from '$lib/api/model-types';
import { ledgerOf } from './ledger';

function model(name: string, memory: Partial<MemoryPlan>): RunningModel {
	const none = { weights_bytes: 0, kv_bytes: 0, compute_bytes: 0, overhead_bytes: 0, device_bytes: 0 };
	return { name, memory: { ...none, ...memory } } as RunningModel;
}

const memory = (total_bytes: number, free_bytes: number, devices: Device[] = []): Memory => ({ total_bytes, free_bytes, devices });

test('all of the memory is somewhere', () => {
	const [a, b] = [model('a', { weights_bytes: 30, kv_bytes: 10, overhead_bytes: 2 }), model('b', { weights_bytes: 8 })];
	const ledger = ledgerOf([a, b], memory(100, 35));
	expect(ledger.rows.map((row) => row.bytes)).toEqual([42, 8]);
	expect([ledger.others, ledger.free, ledger.total]).toEqual([15, 35, 100]);
	expect(ledger.segments.map((one) => `${one.key}: ${one.bytes}`)).toEqual([
		'a weights: 30',
		'a kv: 10',
		'a overhead: 2',
		'b weights: 8',
		'others: 15',
		'free: 35'
	]);
	expect(ledger.segments.filter((one) => one.last).map((one) => one.key)).toEqual(['a overhead', 'b weights', 'others', 'free']);
	expect(ledger.gpu).toBeNull();
});

test('what is promised is not free, and nothing is less than nothing', () => {
	const ledger = ledgerOf([model('a', { weights_bytes: 90 })], memory(100, 60));
	expect([ledger.others, ledger.free]).toEqual([0, 10]);
	const over = ledgerOf([model('a', { weights_bytes: 120 })], memory(100, 0));
	expect([over.others, over.free]).toEqual([0, 0]);
	expect(over.segments.map((one) => one.key)).toEqual(['a weights']);
});

test('of a model that lies on a GPU in part, nobody knows which part is where', () => {
	const gpu = { name: 'g', description: '', free_bytes: 50, total_bytes: 80 };
	const ledger = ledgerOf([model('a', { weights_bytes: 40, device_bytes: 30 }), model('b', { kv_bytes: 5 })], memory(100, 70, [gpu]));
	expect(ledger.rows[0]).toEqual({ model: 'a', parts: null, bytes: 10 });
	expect(ledger.segments[0]).toEqual({ key: 'a', kind: 'ram', bytes: 10, last: true });
	expect(ledger.gpu).toEqual({ total: 80, rows: [{ model: 'a', bytes: 30 }], rest: 50 });
});
