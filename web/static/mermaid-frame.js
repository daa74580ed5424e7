// Draws the diagram that the page around sends, and says how high it is. The server gives this page no origin and no
// connection (its policy has `sandbox`), so what stands in a diagram's source reaches nothing.
/* global mermaid */

document.body.style.margin = '0';

let number = 0;

function say(message) {
	parent.postMessage(message, '*');
}

const observer = new ResizeObserver((entries) => {
	for (const entry of entries) say({ type: 'drawn', height: entry.target.getBoundingClientRect().height });
});

async function draw(text, dark) {
	number += 1;
	const mine = number;
	// A frame whose scheme is not that of the page around has a ground of its own.
	document.documentElement.style.colorScheme = dark ? 'dark' : 'light';
	mermaid.initialize({
		startOnLoad: false,
		securityLevel: 'strict',
		suppressErrorRendering: true,
		theme: dark ? 'dark' : 'default',
		fontFamily: 'system-ui, sans-serif'
	});
	try {
		const { svg } = await mermaid.render(`diagram-${mine}`, text);
		if (mine !== number) return;
		document.body.innerHTML = svg;
		const drawing = document.body.firstElementChild;
		drawing.style.display = 'block';
		drawing.style.margin = '0 auto';
		observer.disconnect();
		observer.observe(drawing);
	} catch (error) {
		if (mine === number) say({ type: 'failed', reason: error instanceof Error ? error.message : String(error) });
	}
}

addEventListener('message', (event) => {
	if (event.source !== parent || event.data?.type !== 'draw' || typeof event.data.text !== 'string') return;
	void draw(event.data.text, event.data.dark === true);
});
