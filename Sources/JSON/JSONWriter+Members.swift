// Members whose names are literals.
extension JSONWriter {
    /// Writes a member whose value is a string, or null.
    public mutating func member(_ name: StaticString, _ value: String?) {
        key(name)
        if let value { string(value) } else { null() }
    }

    /// Writes a member whose value is a whole number, or null.
    public mutating func member(_ name: StaticString, _ value: (some BinaryInteger)?) {
        key(name)
        if let value { integer(value) } else { null() }
    }

    /// Writes a member whose value is a number, or null.
    public mutating func member(_ name: StaticString, _ value: Double?) {
        key(name)
        if let value { double(value) } else { null() }
    }

    /// Writes a member whose value is true or false.
    public mutating func member(_ name: StaticString, _ value: Bool) {
        key(name)
        bool(value)
    }
}

// Members whose names are not known beforehand.
extension JSONWriter {
    /// Writes a member whose value is a string, or null.
    @_disfavoredOverload
    public mutating func member(_ name: String, _ value: String?) {
        key(name)
        if let value { string(value) } else { null() }
    }

    /// Writes a member whose value is a whole number, or null.
    @_disfavoredOverload
    public mutating func member(_ name: String, _ value: (some BinaryInteger)?) {
        key(name)
        if let value { integer(value) } else { null() }
    }

    /// Writes a member whose value is a number, or null.
    @_disfavoredOverload
    public mutating func member(_ name: String, _ value: Double?) {
        key(name)
        if let value { double(value) } else { null() }
    }

    /// Writes a member whose value is true or false.
    @_disfavoredOverload
    public mutating func member(_ name: String, _ value: Bool) {
        key(name)
        bool(value)
    }
}
