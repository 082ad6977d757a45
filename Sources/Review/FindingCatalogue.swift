/// What a code of a finding means.
public struct FindingExplanation: Sendable {
    /// In kebab-case, such as `dead-rule`.
    public let code: String
    /// One sentence.
    public let summary: String
    /// What is found, why it matters, and how to mend it.
    public let details: String

    init(_ code: String, _ summary: String, _ details: String) {
        self.code = code
        self.summary = summary
        self.details = details
    }
}

/// The codes of all findings of `weir check`. They are stable: tools, baselines and annotations match on them.
public enum FindingCatalogue {
    /// In the order in which the parts of weir find them.
    public static let all: [FindingExplanation] = texts + objects + references + routing

    /// What a code means; nil for one that is none.
    public static func explanation(of code: String) -> FindingExplanation? { all.first { $0.code == code } }

    /// What the text itself can have.
    private static let texts: [FindingExplanation] = [
        .init(
            "parse-error", "The text is no YAML or JSON.",
            "The rest of the document is not read, and none of its objects count. The message says what stands there and what was expected."
        ),
        .init(
            "not-an-object", "A document is something other than a mapping.",
            "Every document of a manifest is one object of Kubernetes. A list or a single word there is often what is left of a broken indentation."
        ),
        .init(
            "duplicate-key", "A mapping has a key twice.",
            "Which of the two counts hangs on the program that reads it: kubectl may refuse the file, others take the last. Remove one."
        ),
        .init(
            "unsupported-key", "A mapping has a key that is no text.",
            "Keys of Kubernetes objects are texts. YAML reads words such as `on`, `yes` and `1` as something else: put them in quotation marks."
        ),
        .init(
            "unknown-alias", "An alias names an anchor that there is not.",
            "`*name` stands for what `&name` marks earlier in the same document."),
        .init("cyclic-alias", "An anchor holds an alias of itself.", "Such a value would never end. Write it out."),
        .init(
            "excessive-aliasing", "Aliases grow to more than a manifest can hold.",
            "A few lines of aliases of aliases stand for millions of values. It is refused as an attack on whoever reads it."
        ),
        .init(
            "invalid-merge", "A merge key (`<<`) has a value that cannot be merged.",
            "It takes a mapping, or a list of mappings, mostly by aliases."),
        .init(
            "nesting-too-deep", "Values lie in each other too deeply.",
            "No object of Kubernetes is nested like that; it is refused before it exhausts the reader."),
        .init(
            "file-too-large", "A file is larger than weir reads.",
            "Divide it. A cluster takes objects of at most a few megabytes."),
        .init(
            "file-passed-over", "A file of the folder is not read.",
            "Of a folder the files .yaml, .yml and .json are read, and not its subfolders, as kubectl does. Name the others with -f."
        ),
    ]

    /// What the API server refuses, or warns of, in one object.
    private static let objects: [FindingExplanation] = [
        .init(
            "unknown-kind", "The API has no such kind.",
            "The API server answers `no matches for kind`. Mind the spelling, the API group, and whether the kind's CustomResourceDefinition is in the channel that is installed (--channel) or among the input (--crds)."
        ),
        .init(
            "version-not-served", "The kind is not served in this version.",
            "The API server answers `no matches for kind`. Use a version that is served; the hint names one."),
        .init(
            "retired-kind", "The kind was replaced by another one.",
            "Newer releases of the API do not have it any more. Move to the kind that took its place."),
        .init(
            "unknown-field", "The object has a field that its kind does not.",
            "With strict validation, kubectl's default, the object is refused; without, the field is dropped and does nothing. It is mostly a slip of spelling or of indentation."
        ),
        .init("missing-field", "A field is missing that the kind demands.", "The API server refuses the object."),
        .init(
            "wrong-type", "A value is of another type than the field.",
            "YAML reads `80` as a number, `\"80\"` as a text, and words such as `yes`, `on` and `y` as booleans. Quotation marks make a text of anything."
        ),
        .init(
            "unsupported-value", "A value is none of those that are taken there.",
            "As an error: the API server refuses the object. As a warning: a rule cannot be carried out as it stands, since a regular expression does not compile in RE2, say. The rule is dropped, and requests that it would take go to others, or get 404."
        ),
        .init(
            "invalid-format", "A value does not have the form that the field demands.",
            "Names, hostnames, durations, header names and paths each have a form; the message says which."),
        .init("out-of-range", "A number is too small or too large.", "The API server refuses the object."),
        .init("invalid-length", "A text is too short or too long.", "Lengths are counted in characters, not in bytes."),
        .init("item-count", "A list or mapping has too few or too many entries.", "The API server refuses the object."),
        .init(
            "duplicate-item", "Two entries of a list are the same, or have the same key.",
            "Lists such as the listeners of a Gateway are told apart by a key, which may stand there once."),
        .init(
            "conflicting-fields", "Fields of an object contradict each other.",
            "A rule of the kind (a CEL rule of its CustomResourceDefinition) does not hold. The API server refuses the object."
        ),
        .init(
            "rule-violated", "A rule of the kind's definition does not hold.",
            "The message is that of the CustomResourceDefinition, which says in its x-kubernetes-validations what goes together. The API server refuses the object."
        ),
        .init(
            "no-alternative", "A value fits none of the forms that it may have.",
            "Or more than the one that it must (anyOf, oneOf and not of a schema). What is wrong with the form that fits best is reported beside it."
        ),
        .init(
            "unapplied-rule", "A definition has a rule that weir does not apply.",
            "Objects of the kind are checked without it, and an API server may refuse some that weir takes. The message says what weir does not know."
        ),
        .init(
            "yaml-octal", "A number has a zero in front.",
            "YAML 1.1 reads `010` as octal, which is 8. Leave the zero out, or put a text in quotation marks."),
        .init(
            "yaml-boolean-key", "A key is a word that YAML reads as true or false.",
            "`on`, `off`, `yes`, `no`, `y` and `n` are booleans to YAML 1.1, as keys too: what is written as `on:` arrives as `true:`. Put it in quotation marks."
        ),
        .init(
            "duplicate-object", "The same object is given twice.",
            "The last one stands, as with `kubectl apply`. Remove the other: nothing says which file wins when someone reorders them."
        ),
        .init(
            "unused-kind", "weir makes no use of a kind.",
            "It has no part in routing, or weir does not know it: what it does is left out of everything that weir says. As a warning: it is spelt nearly like a kind that weir reads, and the API server may not know it."
        ),
        .init("object-not-found", "An object that is to be deleted is not there.", "Nothing happens."),
    ]
}
