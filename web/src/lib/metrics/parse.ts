/** Prometheus' text format, as far as a server writes it. Pure. */

export interface Sample {
	name: string;
	labels: Record<string, string>;
	value: number;
}

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+-?\d+)?$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"\s*,?\s*/gy;

/** The samples of `text`, in order. Comments, and lines that are none of the format, are passed over. */
export function parseMetrics(text: string): Sample[] {
	const samples: Sample[] = [];
	for (const line of text.split('\n')) {
		if (line.startsWith('#')) continue;
		const [, name, labels, number] = LINE.exec(line.trim()) ?? [];
		if (name === undefined || number === undefined) continue;
		const value = valueOf(number);
		if (value !== null) samples.push({ name, labels: labelsOf(labels ?? ''), value });
	}
	return samples;
}

/** The sum of the samples called `name` whose labels are those of `where`; 0 if there is none. */
export function sum(samples: readonly Sample[], name: string, where: Record<string, string> = {}): number {
	let total = 0;
	for (const sample of samples) {
		if (sample.name === name && Object.entries(where).every(([key, value]) => sample.labels[key] === value)) {
			total += sample.value;
		}
	}
	return total;
}

/** The values of label `label` among the samples called `name`, each once, in order. */
export function labelValues(samples: readonly Sample[], name: string, label: string): string[] {
	const values = samples.filter((sample) => sample.name === name).map((sample) => sample.labels[label]);
	return [...new Set(values.filter((value) => value !== undefined))];
}

function labelsOf(text: string): Record<string, string> {
	const labels: Record<string, string> = {};
	for (const [, key, value] of text.matchAll(LABEL)) {
		if (key !== undefined && value !== undefined) labels[key] = value.replace(/\\(.)/g, (_, sign) => (sign === 'n' ? '\n' : sign));
	}
	return labels;
}

function valueOf(text: string): number | null {
	if (/^[+-]?Inf$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
	if (/^NaN$/i.test(text)) return NaN;
	const value = Number(text);
	return Number.isNaN(value) ? null : value;
}
