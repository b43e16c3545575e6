// What a guideline says, in the reader's words, and where it says it.

const OTHER = "Other";

/** Texts of a guideline in the reader's words: plain ones where the switch is on and there are any. */
class Words {
	constructor(book) {
		this.book = book;
		this.plain = false;
	}

	of(entry, key) {
		return (this.plain && entry.plain) || entry[key];
	}

	node(name) {
		return this.of(this.book.nodes.get(name), "title");
	}

	intervention(name) {
		return this.of(this.book.interventions.get(name), "title");
	}

	question(name) {
		const fact = this.book.facts.get(name);
		return (this.plain && fact.plain) || fact.question || `${fact.name}?`;
	}

	edge(edge) {
		return this.of(edge, "label") ?? edge.whom ?? "";
	}

	/** What the source says of an offer, beside its tier. */
	offer(offer) {
		if (this.plain && offer.plain) return [offer.plain];
		return [offer.wording, offer.because].filter(Boolean);
	}

	figure(figure) {
		const number = [figure.value].flat().map(String).join("–");
		return [figure.measure.replaceAll("_", " "), number, figure.unit, figure.population]
			.filter(Boolean)
			.join(" ");
	}
}

/** Return the sections with their nodes, what stands in none last. */
function chapters(book) {
	const home = (name) => book.nodes.get(name).section ?? "";
	const named = [...book.sections, ["", book.sections.size ? OTHER : ""]];
	const found = named.map(([section, title]) => ({
		section,
		title,
		nodes: [...book.nodes.keys()].filter((name) => home(name) === section),
	}));
	return found.filter(({ nodes }) => nodes.length);
}

/** Return the offers of a node by tier, the best first. */
function offersBy(node) {
	const tiers = TIERS.map((tier) => [tier, node.offers.filter((offer) => offer.tier === tier)]);
	return tiers.filter(([, offers]) => offers.length);
}

/** Return everything that a node cites, each once. */
function citesOf(book, name) {
	const node = book.nodes.get(name);
	return once([node, ...node.offers, ...node.notes, ...node.evidence].flatMap((entry) => entry.cites));
}

function carriers(book, cite) {
	return [...book.nodes.keys()].filter((name) => citesOf(book, name).includes(cite));
}

function waysInto(book, name) {
	return [...book.nodes].flatMap(([from, node]) =>
		node.next.filter((edge) => edge.to === name).map((edge) => [from, edge]),
	);
}

function sentence(text) {
	return text.slice(0, 1).toUpperCase() + text.slice(1);
}
