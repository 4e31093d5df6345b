extension SingleValueDecodingContainer {
    /// Decodes a value from its text form, with an error that shows the text which is not one.
    func decodeText<Value: LosslessStringConvertible>(_ type: Value.Type = Value.self) throws -> Value {
        let text = try decode(String.self)
        guard let value = Value(text) else { throw isNoText(text, of: type) }
        return value
    }

    /// The error that shows a text which is none of a type's.
    func isNoText<Value>(_ text: String, of type: Value.Type) -> DecodingError {
        DecodingError.dataCorruptedError(
            in: self, debugDescription: "\(text.debugDescription) is not the text of a value of type \(type)")
    }
}

extension Decoder {
    /// Decodes a value that is stored as its text form alone.
    func decodeText<Value: LosslessStringConvertible>(_ type: Value.Type = Value.self) throws -> Value {
        try singleValueContainer().decodeText(type)
    }
}

extension Encoder {
    /// Encodes a value as its text form alone.
    func encodeText(_ value: some LosslessStringConvertible) throws {
        var container = singleValueContainer()
        try container.encode(value.description)
    }
}
