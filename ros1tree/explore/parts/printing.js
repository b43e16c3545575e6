// Print: the page as a document, made when the reader prints: diagrams by section, and all texts.

class Printing {
	constructor(book, reading, result, state) {
		Object.assign(this, { book, reading, result, state });
		window.addEventListener("beforeprint", () => this.write());
		window.addEventListener("afterprint", () => byId("document").replaceChildren());
		byId("print").addEventListener("click", () => window.print());
	}

	write() {
		const { book, reading } = this;
		const patient = this.state.facts.size > 0 && this.state.mode === "try";
		byId("document").replaceChildren(
			...[
				patient &&
					h(
						"section",
						{},
						h("h2", {}, "The patient"),
						list(this.known()),
						this.unknown(),
						h(
							"p",
							{},
							`Printed on ${new Date().toLocaleDateString("en-CA")}, ${book.id} ${book.version}`,
						),
						this.plainly(this.result.panel()),
					),
				h("section", {}, this.plainly(reading.about())),
				...chapters(book).map((chapter) => this.chapter(chapter)),
				h("section", {}, this.plainly(reading.statements())),
				h("section", {}, this.plainly(reading.references())),
				book.disclaimer && h("p", { class: "disclaimer" }, book.disclaimer),
			].filter(Boolean),
		);
	}

	known() {
		return [...this.state.facts].map(([name, value]) => knownWords(this.book, name, value));
	}

	unknown() {
		const { relevant, walk } = this.state;
		const facts = (relevant ?? walk?.missing ?? []).map((row) => row.fact);
		return part(
			"h3",
			"Not known, and still matters",
			list(facts.map((fact) => this.result.words.question(fact))),
		);
	}

	/** Return content without what is for the screen alone; statements stand once, at the end. */
	plainly(content) {
		const box = h("div", {}, content);
		box.querySelectorAll("button, details, .next, .why").forEach((one) => one.remove());
		box.querySelectorAll("[id]").forEach((one) => one.removeAttribute("id"));
		return box;
	}

	chapter({ section, title, nodes }) {
		const node = (name) =>
			h("section", { class: "node" }, this.plainly(this.reading.nodePanel(name, false)));
		return h(
			"section",
			{ class: "chapter" },
			title && h("h2", {}, title),
			this.figure(section),
			nodes.map(node),
		);
	}

	/** Return the part of the diagram that shows a section: the same drawing, seen through a window. */
	figure(section) {
		const band = byId(`section-${section}`);
		const box = this.ground(band);
		const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
		const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
		// The drawing is moved as a whole; seen through the window it is moved back.
		const { e, f } = byId("drawing-all").transform.baseVal.consolidate().matrix;
		use.setAttribute("transform", `translate(${-e} ${-f})`);
		svg.setAttribute("viewBox", `${box.x - 6} ${box.y - 6} ${box.width + 12} ${box.height + 12}`);
		use.setAttribute("href", "#drawing-all");
		svg.append(use);
		return h("figure", {}, svg);
	}

	ground(band) {
		const boxes = [...band.querySelectorAll(".node")].map((part) => part.getBBox());
		const { x, width } = byId("drawing-all").getBBox();
		const y = Math.min(...boxes.map((box) => box.y));
		return { x, y, width, height: Math.max(...boxes.map((box) => box.y + box.height)) - y };
	}
}
