// Why an intervention is not recommended, or not in a better tier: what stood against each offer.

/**
 * Return every offer of an intervention with what became of it: `made` ("yes", "maybe", "no"), and
 * `stops`: the branches not taken on the way to it, or its own condition.
 */
function whyNot(book, walker, intervention) {
	const rows = [];
	for (const [name, node] of book.nodes) {
		for (const offer of node.offers.filter((one) => one.intervention === intervention)) {
			rows.push({ node: name, offer, ...becameOf(book, walker, name, offer) });
		}
	}
	return rows;
}

function becameOf(book, walker, name, offer) {
	const stop = walker.stops.find((one) => one.name === name);
	if (!stop) return { made: "no", stops: barriers(book, walker, name), waits: [] };
	const given = stop.given.find((one) => one.offer === offer);
	if (given.held === false)
		return { made: "no", stops: [{ node: name, finding: given.finding, whom: offer.whom }], waits: [] };
	const waits = given.held === null ? walker.opened(stop, given).depends_on : [];
	return { made: CERTAINTY.get(given.held), stops: [], waits };
}

/** Return the branches, of nodes on the patient's way, that lead to a node and are not taken. */
function barriers(book, walker, name) {
	const ahead = before(book, name);
	return walker.stops.flatMap((stop) =>
		stop.edges
			.filter(({ edge, finding }) => finding.truth === false && ahead.has(edge.to))
			.map(({ edge, finding }) => ({ node: stop.name, edge, finding, whom: edge.whom })),
	);
}

/** Return a node and all nodes from which it can be reached. */
function before(book, name) {
	const found = new Set([name]);
	for (const source of [...book.nodes.keys()].reverse()) {
		if (book.nodes.get(source).next.some((edge) => found.has(edge.to))) found.add(source);
	}
	return found;
}
