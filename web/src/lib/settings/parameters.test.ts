import { expect, test } from 'vitest';
import { strings } from '$lib/strings';
import { NUMBERS, asLines, linesOf, said, withNumber } from './parameters';

test('every parameter has words, and its usual value is in its range', () => {
	for (const { name, least, most, usual } of NUMBERS) {
		expect(strings.parameters[name].label).not.toBe('');
		if (usual !== null) expect(usual >= least && usual <= most).toBe(true);
	}
	expect(Object.keys(strings.parameters).sort()).toEqual(NUMBERS.map((one) => one.name).sort());
});

test('a number is set, and taken back', () => {
	expect(withNumber({ top_k: 5 }, 'temperature', 0)).toEqual({ top_k: 5, temperature: 0 });
	expect(withNumber({ top_k: 5, temperature: 0 }, 'temperature', null)).toEqual({ top_k: 5 });
});

test('what says nothing is left out, zero and false say something', () => {
	const settings = { model: null, system: '', stop: [], sampling: { seed: null, top_k: 0 }, thinking: { enabled: null } };
	expect(said(settings)).toEqual({ sampling: { top_k: 0 } });
	expect(said({ thinking: { enabled: false } })).toEqual({ thinking: { enabled: false } });
});

test('stop strings are lines, and may hold new lines themselves', () => {
	expect(linesOf('END\n\n\\n\\nUser:\n')).toEqual(['END', '\n\nUser:']);
	expect(linesOf(asLines(['a b', '\n\nUser:']))).toEqual(['a b', '\n\nUser:']);
});
