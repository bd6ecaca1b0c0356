import FixtureKit
import PayWord
import TollCLI

/// Whatever bytes or text a person pastes: an explanation comes out, no larger than the input calls
/// for, and the same for the bytes, their hexadecimal and their base64url.
enum InspectionTarget {
    static func run(_ input: [UInt8]) throws {
        var reader = ByteReader(input)
        switch reader.choice(of: 5) {
        case 0: try inspect(reader.rest())
        case 1:
            let text = reader.rest()
            try inspect(InspectionInput.bytes(text))
            guard let file = FixtureFile(text) else { return }
            for id in file.ids { _ = file.bytes(of: id) }
        case 2:
            // Signed here, so that the verdict on a signature that holds is reached.
            let world = try World.shared
            let sample = world.objects[reader.choice(of: world.objects.count)]
            var raw = try RawObject(sample.encoded)
            raw.payload = reader.rest()
            try raw.sign(by: sample.signer)
            try inspect(raw.encoded)
        case 3: try ConformanceLine.run(reader.rest())
        default:
            let bytes = reader.rest()
            for text in [Hex.encode(bytes), " 0x" + Hex.encode(bytes) + "\n"]
            where !bytes.isEmpty {
                try promise(
                    InspectionInput.bytes(Array(text.utf8)) == bytes, "hexadecimal misread")
            }
            let text = String(decoding: bytes, as: UTF8.self)
            do {
                _ = try InspectionInput.decode(text)
            } catch {
                try promise(error.reason == .malformed, "\(error)")
            }
            for seconds in [0, 1_800_000_000, UInt64.max] + numbers(bytes) {
                let shown = UTCText.text(Timestamp(seconds))
                try promise(shown.hasSuffix("Z") || shown.hasSuffix(" s"), shown)
            }
        }
    }

    private static func numbers(_ bytes: [UInt8]) -> [UInt64] {
        var reader = ByteReader(bytes)
        var numbers: [UInt64] = []
        while !reader.isAtEnd, numbers.count < 16 { numbers.append(reader.number()) }
        return numbers
    }

    private static func inspect(_ bytes: [UInt8]) throws {
        let found = Inspector.inspect(bytes)
        try promise(!found.title.isEmpty && !found.kind.isEmpty, "without a title")
        if let offset = found.fault?.offset {
            try promise((0...bytes.count).contains(offset), "a fault at \(offset), outside")
            try promise(found.faultContext != nil, "a fault's place without its bytes")
        }
        var shown = 0
        for part in found.parts {
            shown += part.name.utf8.count + part.text.utf8.count + (part.remark?.utf8.count ?? 0)
            try promise(part.depth < 64, "\(part.name) stands \(part.depth) deep")
        }
        // Each byte is shown once at each of the few levels of objects within objects, as two digits
        // or as part of a line; each object adds its own few lines.
        try promise(
            shown <= 4096 + 256 * bytes.count, "\(shown) characters for \(bytes.count) bytes")
        try promise(Inspector.inspect(bytes) == found, "inspected again, something else")
    }
}
