internal import CLibYAML
import JSONText
import SchemaModel

/// The state machine that makes trees of libyaml's events: counts, refuses, remembers anchors.
///
/// - Note: a list or mapping under construction is a frame; a finished one is put into the frame below it.
struct YAMLBuilder {
    private(set) var documents: [YAMLNode] = []
    private(set) var diagnostics: [Diagnostic] = []

    private let file: String
    private var frames: [Frame] = []
    private var anchors: [String: Finished] = [:]
    /// Anchors whose node is not finished: an alias to one would be endless.
    private var openAnchors: Set<String> = []
    private var nodes = 0

    /// A node with what an alias to it costs.
    struct Finished {
        var node: YAMLNode
        var size = 1
        var height = 0
    }

    init(file: String) { self.file = file }

    mutating func report(_ diagnostic: Diagnostic) { diagnostics.append(diagnostic) }

    /// - Returns: false when reading must stop.
    mutating func take(_ event: yaml_event_t) -> Bool {
        switch event.type {
        case YAML_DOCUMENT_START_EVENT:
            anchors = [:]
            openAnchors = []
        case YAML_SCALAR_EVENT: scalar(event)
        case YAML_ALIAS_EVENT: return alias(event)
        case YAML_SEQUENCE_START_EVENT:
            let start = event.data.sequence_start
            return open(
                Frame(isMapping: false, isFlow: start.style == YAML_FLOW_SEQUENCE_STYLE), anchor: start.anchor, tag: start.tag, event: event)
        case YAML_MAPPING_START_EVENT:
            let start = event.data.mapping_start
            return open(
                Frame(isMapping: true, isFlow: start.style == YAML_FLOW_MAPPING_STYLE), anchor: start.anchor, tag: start.tag, event: event)
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: close(event)
        default: break
        }
        nodes += 1
        if nodes > YAMLLimits.nodes {
            fail("yaml-too-large", "more than \(YAMLLimits.nodes) values", event.start_mark)
            return false
        }
        return diagnostics.count < YAMLLimits.diagnostics
    }

    private func place(_ mark: yaml_mark_t) -> SourceLocation {
        SourceLocation(file: file, line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    }

    private mutating func fail(_ code: String, _ message: String, _ mark: yaml_mark_t, hint: String? = nil) {
        report(Diagnostic(code: code, message: message, at: place(mark), hint: hint))
    }

    private mutating func refuse(tag: UnsafeMutablePointer<yaml_char_t>?, _ mark: yaml_mark_t) {
        guard let tag else { return }
        fail("yaml-tag", "the tag `\(String(cString: tag))` is not allowed: values have the type they look like", mark)
    }

    private mutating func scalar(_ event: yaml_event_t) {
        let data = event.data.scalar
        let text = String(decoding: UnsafeBufferPointer(start: data.value, count: data.length), as: UTF8.self)
        refuse(tag: data.tag, event.start_mark)
        if text.utf8.contains(0) { fail("yaml-nul", "a text can't hold the character NUL", event.start_mark) }
        let style = YAMLScalar.Style(data.style)
        let extent = Int(event.start_mark.index)..<Int(event.end_mark.index)
        if isExpectingKey {
            if style == .plain, text == "<<" {
                fail("yaml-merge-key", "merge keys (`<<`) are not allowed: write the keys out", event.start_mark)
            }
            let node = YAMLScalar(text: text, style: style, value: .string(text), location: place(event.start_mark), extent: extent)
            finish(Finished(node: .scalar(node)), anchor: data.anchor.map { String(cString: $0) })
            return
        }
        var value = JSONValue.string(text)
        if style == .plain {
            switch YAMLCoreSchema.resolve(plain: text) {
            case .value(let resolved): value = resolved
            case .notRepresentable:
                fail("yaml-number", "`\(text)` is no number that can be stored; quote it if it is a text", event.start_mark)
            }
        }
        let node = YAMLScalar(text: text, style: style, value: value, location: place(event.start_mark), extent: extent)
        finish(Finished(node: .scalar(node)), anchor: data.anchor.map { String(cString: $0) })
    }

    private mutating func alias(_ event: yaml_event_t) -> Bool {
        let name = event.data.alias.anchor.map { String(cString: $0) } ?? ""
        guard let target = anchors[name], !openAnchors.contains(name) else {
            let why = openAnchors.contains(name) ? "stands inside its own anchor" : "has no anchor above it"
            fail("yaml-alias", "the alias `*\(name)` \(why)", event.start_mark)
            let extent = Int(event.start_mark.index)..<Int(event.end_mark.index)
            finish(
                Finished(node: .scalar(YAMLScalar(text: "", style: .plain, value: .null, location: place(event.start_mark), extent: extent))),
                anchor: nil)
            return true
        }
        nodes += target.size
        if nodes > YAMLLimits.nodes {
            fail("yaml-too-large", "aliases repeat more than \(YAMLLimits.nodes) values", event.start_mark)
            return false
        }
        if frames.count + target.height > YAMLLimits.depth {
            fail("yaml-too-deep", "more than \(YAMLLimits.depth) lists and mappings inside one another", event.start_mark)
            return false
        }
        finish(target, anchor: nil)
        return true
    }

    private mutating func open(
        _ frame: Frame, anchor: UnsafeMutablePointer<yaml_char_t>?, tag: UnsafeMutablePointer<yaml_char_t>?, event: yaml_event_t
    ) -> Bool {
        refuse(tag: tag, event.start_mark)
        if frames.count >= YAMLLimits.depth {
            fail("yaml-too-deep", "more than \(YAMLLimits.depth) lists and mappings inside one another", event.start_mark)
            return false
        }
        nodes += 1
        var frame = frame
        frame.location = place(event.start_mark)
        frame.start = Int(event.start_mark.index)
        frame.anchor = anchor.map { String(cString: $0) }
        if let name = frame.anchor { openAnchors.insert(name) }
        frames.append(frame)
        return true
    }

    private mutating func close(_ event: yaml_event_t) {
        guard let frame = frames.popLast() else { return }
        if let name = frame.anchor { openAnchors.remove(name) }
        finish(frame.finished(end: Int(event.end_mark.index)), anchor: frame.anchor)
    }

    private var isExpectingKey: Bool {
        guard let frame = frames.last else { return false }
        return frame.isMapping && frame.pendingKey == nil
    }

    /// Puts a finished node where it belongs: a document, an element, a key or a value.
    private mutating func finish(_ finished: Finished, anchor: String?) {
        if let anchor { anchors[anchor] = finished }
        guard !frames.isEmpty else {
            documents.append(finished.node)
            return
        }
        let problem = frames[frames.count - 1].add(finished)
        if let problem { report(problem) }
    }
}

/// A list or mapping that is being read.
struct Frame {
    var isMapping: Bool
    var isFlow: Bool
    var location = SourceLocation(file: "", line: 1, column: 1)
    var start = 0
    var anchor: String?
    var pendingKey: YAMLScalar?
    private var isKeyRefused = false
    private var items: [YAMLNode] = []
    private var entries: [YAMLMapping.Entry] = []
    private var lineOfKey: [String: Int] = [:]
    private var size = 1
    private var height = 1

    init(isMapping: Bool, isFlow: Bool) {
        self.isMapping = isMapping
        self.isFlow = isFlow
    }

    mutating func add(_ finished: YAMLBuilder.Finished) -> Diagnostic? {
        size += finished.size
        height = max(height, finished.height + 1)
        guard isMapping else {
            items.append(finished.node)
            return nil
        }
        if let key = pendingKey {
            pendingKey = nil
            if !isKeyRefused {
                entries.append(.init(key: key.text, keyLocation: key.location, keyExtent: key.extent, value: finished.node))
            }
            return nil
        }
        return take(key: finished.node)
    }

    private mutating func take(key node: YAMLNode) -> Diagnostic? {
        isKeyRefused = true
        guard case .scalar(let key) = node else {
            pendingKey = YAMLScalar(text: "", style: .plain, value: .null, location: node.location, extent: node.extent)
            return Diagnostic(code: "yaml-key", message: "a key must be a text, not a list or a mapping", at: node.location)
        }
        pendingKey = key
        if let line = lineOfKey[key.text] {
            return Diagnostic(
                code: "duplicate-key", message: "the key `\(key.text)` stands here twice; the first is in line \(line)", at: key.location)
        }
        lineOfKey[key.text] = key.location.line
        isKeyRefused = false
        return nil
    }

    func finished(end: Int) -> YAMLBuilder.Finished {
        let extent = start..<max(start, end)
        let node: YAMLNode =
            isMapping
            ? .mapping(YAMLMapping(entries: entries, isFlow: isFlow, location: location, extent: extent))
            : .sequence(YAMLSequence(items: items, isFlow: isFlow, location: location, extent: extent))
        return YAMLBuilder.Finished(node: node, size: size, height: height)
    }
}

extension YAMLScalar.Style {
    init(_ style: yaml_scalar_style_t) {
        switch style {
        case YAML_SINGLE_QUOTED_SCALAR_STYLE: self = .singleQuoted
        case YAML_DOUBLE_QUOTED_SCALAR_STYLE: self = .doubleQuoted
        case YAML_LITERAL_SCALAR_STYLE: self = .literal
        case YAML_FOLDED_SCALAR_STYLE: self = .folded
        default: self = .plain
        }
    }
}
