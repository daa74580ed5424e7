import { inTime } from '$lib/quantities';

/** Texts around what a model writes. */
export const content = {
	copyCode: 'Copy the code',
	copyFormula: 'Copy the formula as TeX',
	wrap: 'Wrap long lines',
	code: 'Code',
	codeIn: (language: string) => `Code in ${language}`,
	table: 'Table',
	formula: 'Formula',
	taskDone: 'Done:',
	taskOpen: 'To do:',
	showDiagram: 'Show diagram',
	showSource: 'Show source',
	diagram: 'Diagram',
	drawing: 'Drawing …',
	notDrawn: (reason: string) => `This diagram cannot be drawn: ${reason}`,
	thinking: (seconds: number) => (seconds < 1 ? 'Thinking …' : `Thinking … ${inTime(seconds)}`),
	thought: (seconds: number) => `Thought for ${inTime(seconds)}`,
	thoughts: 'Thoughts',
	calls: (name: string) => `Calls ${name}`,
	called: (name: string) => `Called ${name}`,
	arguments: 'Arguments'
} as const;
