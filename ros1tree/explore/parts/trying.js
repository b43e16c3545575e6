// Try: the facts of a patient as a form, and what the guideline says of them.

class Trying {
	constructor(book, words, reading, state, onFacts) {
		this.book = book;
		this.words = words;
		this.reading = reading;
		this.state = state;
		this.onFacts = onFacts;
		this.cases();
		byId("save-facts").addEventListener("click", () => this.save());
		byId("load-facts").addEventListener("click", () => load((text, name) => this.read(text, name)));
		byId("facts").addEventListener("submit", (event) => event.preventDefault());
		byId("clear-facts").addEventListener("click", () => onFacts([]));
	}

	cases() {
		const choice = byId("case");
		choice.append(
			...this.book.cases.map((row) => h("option", { value: row.id }, row.id.replaceAll("-", " "))),
		);
		choice.closest("p").hidden = !this.book.cases.length;
		choice.addEventListener("change", () => {
			const row = this.book.cases.find((one) => one.id === choice.value);
			byId("case-why").textContent = row?.why ?? "";
			if (row) this.onFacts(row.facts);
		});
	}

	save() {
		const data = JSON.stringify(Object.fromEntries(this.state.facts), null, 2);
		save(`${this.book.id}-patient.json`, `${data}\n`, "application/json");
	}

	read(text, name) {
		try {
			const data = JSON.parse(text);
			if (data === null || typeof data !== "object" || Array.isArray(data))
				throw new SyntaxError("it holds no facts by name");
			this.onFacts(Object.entries(data));
		} catch (error) {
			this.onFacts(
				[...this.state.facts],
				[
					{
						fact: name,
						message: `not the facts of a patient: ${error.message}`,
						remedy: 'save them from this page, or write {"fact": value}',
					},
				],
			);
		}
	}

	set(name, value) {
		const others = [...this.state.facts, ...this.state.refused].filter(([other]) => other !== name);
		this.onFacts(value === null ? others : [...others, [name, value]]);
	}

	/** Write the form anew, in the reader's words. */
	form() {
		byId("facts").replaceChildren(...[...this.book.facts.keys()].map((name) => this.field(name)));
	}

	field(name) {
		const fact = this.book.facts.get(name);
		const id = `form-${name}`;
		const inputs = fact.type === "set" ? this.members(name, fact, id) : this.single(name, fact, id);
		return h(
			"fieldset",
			{ class: "fact", "data-fact": name },
			h("legend", {}, this.words.question(name)),
			this.hints(fact),
			inputs,
		);
	}

	hints(fact) {
		const taken =
			fact.default === undefined
				? null
				: `Not supplied, it is taken as: ${valueWords(fact, fact.default)}.`;
		return [fact.help, taken].filter(Boolean).map((text) => h("small", {}, text));
	}

	/** Ask one question: nothing is taken for an answer before a button is pressed. */
	question(name) {
		const fact = this.book.facts.get(name);
		const values =
			fact.type === "boolean"
				? [
						[true, "Yes"],
						[false, "No"],
					]
				: fact.type === "choice"
					? fact.values
					: null;
		const answers = values
			? values.map(([value, label]) => button(label, () => this.set(name, value)))
			: this.entered(name, fact);
		// A key that is held down answers one question, not all that follow.
		const held = (event) => event.repeat && event.preventDefault();
		return h(
			"fieldset",
			{ class: "question", onkeydown: held },
			h("legend", { tabindex: "-1" }, this.words.question(name)),
			this.hints(fact),
			h("div", { class: "choices" }, answers),
		);
	}

	entered(name, fact) {
		if (fact.type === "set") {
			const boxes = fact.values.map(([member]) => h("input", { type: "checkbox", value: member }));
			const chosen = () => boxes.filter((box) => box.checked).map((box) => box.value);
			const these = button("These", () => this.set(name, kept(chosen())), { disabled: true });
			for (const box of boxes)
				box.addEventListener("change", () => {
					these.disabled = !chosen().length;
				});
			const labels = fact.values.map(([, label], place) => h("label", {}, boxes[place], label));
			return [labels, these, button("None of these", () => this.set(name, []))];
		}
		const take = () => input.value !== "" && this.set(name, Number(input.value));
		const entered = (event) => event.key === "Enter" && !event.repeat && take();
		const input = h("input", {
			type: "number",
			min: fact.min,
			max: fact.max,
			step: fact.type === "integer" ? "1" : "any",
			"aria-label": this.words.question(name),
			onkeydown: entered,
		});
		return [input, fact.unit, button("Take it", take), h("small", {}, sentence(fact.allowed))];
	}

	single(name, fact, id) {
		if (fact.type === "integer" || fact.type === "number") return this.number(name, fact, id);
		const values =
			fact.type === "boolean"
				? [
						[true, "Yes"],
						[false, "No"],
					]
				: fact.values;
		const choose = (value) => () => this.set(name, value);
		const radio = ([value, label]) =>
			h(
				"label",
				{},
				h("input", {
					type: "radio",
					name: id,
					"data-value": JSON.stringify(value),
					onchange: choose(value),
				}),
				label,
			);
		return h("div", { class: "choices" }, [...values, [null, "Unknown"]].map(radio));
	}

	number(name, fact, id) {
		const read = (event) => this.set(name, event.target.value === "" ? null : Number(event.target.value));
		const step = fact.type === "integer" ? "1" : "any";
		const input = h("input", {
			type: "number",
			id,
			min: fact.min,
			max: fact.max,
			step,
			"data-value": "number",
			onchange: read,
		});
		const range = [fact.unit, fact.allowed.replace(/^a (whole )?number ?/, "")]
			.filter(Boolean)
			.join(", ");
		return h(
			"div",
			{ class: "choices" },
			h("label", { for: id }, sentence(fact.name)),
			input,
			h("small", {}, `${range || "any number"}; empty is unknown`),
		);
	}

	members(name, fact, id) {
		const chosen = () =>
			[...document.querySelectorAll(`[name="${CSS.escape(id)}"]:checked`)].map((box) => box.value);
		const set = () => this.set(name, chosen().length ? kept(chosen()) : null);
		const box = ([member, label]) =>
			h(
				"label",
				{},
				h("input", {
					type: "checkbox",
					name: id,
					value: member,
					"data-value": "member",
					onchange: set,
				}),
				label,
			);
		const none = h("input", {
			type: "checkbox",
			"data-value": "none",
			onchange: (event) => this.set(name, event.target.checked ? [] : null),
		});
		return h(
			"div",
			{ class: "choices" },
			fact.values.map(box),
			h("label", {}, none, "None of these"),
			h("small", {}, "Nothing ticked is unknown."),
		);
	}

	/** Show in every field what is known. */
	fill() {
		const wrong = new Set(this.state.problems.flatMap((row) => row.facts ?? [row.fact]));
		const asked = new Set((this.state.relevant ?? []).map((row) => row.fact));
		for (const field of document.querySelectorAll("fieldset.fact")) {
			const name = field.dataset.fact;
			const value = this.state.facts.has(name) ? this.state.facts.get(name) : null;
			field.classList.toggle("known", value !== null);
			field.classList.toggle("asked", asked.has(name));
			field.classList.toggle("wrong", wrong.has(name));
			const refused = this.state.refused.some(([other]) => other === name);
			for (const input of field.querySelectorAll("input"))
				if (!refused || input.type !== "number") this.put(input, value);
		}
		this.fillCase();
	}

	/** Name no case that the facts are not, or not any more. */
	fillCase() {
		const choice = byId("case");
		const row = this.book.cases.find((one) => one.id === choice.value);
		const told = (facts) => JSON.stringify([...facts]);
		if (row && told(checked(this.book, row.facts).facts) !== told(this.state.facts)) choice.value = "";
		if (!choice.value) byId("case-why").textContent = "";
	}

	put(input, value) {
		const kind = input.dataset.value;
		if (kind === "number") input.value = value ?? "";
		else if (kind === "member") input.checked = value !== null && value.includes(input.value);
		else if (kind === "none") input.checked = value !== null && value.length === 0;
		else input.checked = JSON.parse(kind) === value;
	}
}
