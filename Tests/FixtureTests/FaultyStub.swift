import DeterministicCBOR
import FixtureKit
import PayWord
import TollConformance

/// An implementation with one fault on purpose: requests and answers of the right one, changed as an
/// implementer might get them wrong.
struct FaultyStub: Sendable {
    let fault: Fault
    private let stub = ConformanceStub()

    enum Fault: String, CaseIterable, Sendable {
        case acceptsSmallOrderKeys
        case skipsTheChainsLength
        case jumpsOneTooFar
        case refusesTheLongestJump
        case acceptsTrailingBytes
        case ignoresExpiry
        case ignoresClockAllowance
        case usesAnotherDomainTag
        case acceptsNonCanonicalCBOR
        case refusesTheLargestAmount
        case acceptsStaleIndexes
        case hashesLeavesLikeNodes
        case namesAnotherReason
        case doesNotVerifySignatures
        case acceptsAnyMerchant
        case acceptsUnknownFields
        case acceptsNineChains
        case roundsTheFeeUp
        case forgetsRepeatedBatches
        case acceptsEmptyReferences
        case believesAnyHelloAck
        case letsWhatIsAcceptedFall
        case prefersMoreSteps
        case cutsTheIndexTo16Bits
        case letsSigningKeysSignForEver
        case countsCharactersForBytes
        case takesAnyNumberOfCertificates
    }

    init(_ fault: Fault) { self.fault = fault }

    func answer(_ line: String) async throws -> String {
        let request = try JSONValue(parsing: Array(line.utf8))
        let answer = await stub.answer(to: changed(request))
        return await changed(answer, to: request).line
    }

    // MARK: Requests that are taken for others

    private func changed(_ request: JSONValue) -> JSONValue {
        switch (fault, request["op"]?.asText) {
        case (.skipsTheChainsLength, "chain.pay"):
            return request.with("length", .integer(UInt64(UInt32.max)))
        case (.jumpsOneTooFar, "chain.pay"):
            guard case .integer(let limit)? = request["limit"] else { return request }
            return request.with("limit", .integer(limit + 1))
        case (.refusesTheLongestJump, "chain.pay"):
            guard case .integer(let limit)? = request["limit"], limit > 0 else { return request }
            return request.with("limit", .integer(limit - 1))
        case (.acceptsTrailingBytes, "cbor.decode"):
            return request.map("bytes") { Self.firstItem(of: $0) }
        case (.ignoresExpiry, "object.verify"):
            // Whatever is over was still valid when it was made.
            return request.with("now", request["now"].map { _ in .integer(1_800_000_000) })
        case (.ignoresClockAllowance, "object.verify"):
            guard case .integer(let now)? = request["now"], now > 300 else { return request }
            return request.with("now", .integer(now - 300))
        case (.acceptsAnyMerchant, "object.verify"): return request.with("merchant", nil)
        case (.forgetsRepeatedBatches, "redemption.settle"):
            return request.with("recorded", nil)
        case (.believesAnyHelloAck, "session.run"): return request.with("merchant", nil)
        default: return request
        }
    }

    private static func firstItem(of bytes: [UInt8]) -> [UInt8] {
        for length in bytes.indices.dropFirst()
        where (try? CBORValue(decoding: Array(bytes[..<length]))) != nil {
            return Array(bytes[..<length])
        }
        return bytes
    }

    // MARK: Answers that are given otherwise

    private func changed(_ answer: JSONValue, to request: JSONValue) async -> JSONValue {
        let operation = request["op"]?.asText ?? ""
        let reason = answer["reason"]?.asText
        func accepted(_ result: JSONValue = [:]) -> JSONValue {
            ["id": answer["id"] ?? .null, "ok": true, "result": result]
        }
        func refused(_ reason: Reason) -> JSONValue {
            [
                "id": answer["id"] ?? .null, "ok": false, "reason": .text(reason.code),
                "detail": "",
            ]
        }
        switch fault {
        case .acceptsSmallOrderKeys: return reason == "weak-key" ? accepted() : answer
        case .doesNotVerifySignatures:
            return reason == "bad-signature" && operation == "object.verify" ? accepted() : answer
        case .acceptsNonCanonicalCBOR:
            return reason == "not-canonical" && operation == "cbor.decode" ? accepted() : answer
        case .roundsTheFeeUp:
            guard operation == "amount.fee", let units = answer["result"]?["units"]?.asText,
                let fee = UInt64(units), fee < 1_000
            else { return answer }
            return accepted(["units": .text("\(fee + 1)")])
        case .letsSigningKeysSignForEver:
            return reason == "certificate-expired" && operation == "settlement.verify"
                ? accepted() : answer
        case .countsCharactersForBytes:
            let bytes = request["bytes"]?.asText ?? ""
            return reason == "too-large" && bytes.contains("c3a9c3a9") ? accepted() : answer
        case .takesAnyNumberOfCertificates:
            return reason == "too-large" && operation == "answer.decode" ? accepted() : answer
        case .acceptsStaleIndexes: return reason == "stale-index" ? accepted() : answer
        case .acceptsUnknownFields: return reason == "unknown-field" ? accepted() : answer
        case .acceptsNineChains:
            return reason == "too-large" && operation == "object.verify" ? accepted() : answer
        case .acceptsEmptyReferences:
            let frame = request["frame"]?.asText ?? ""
            return operation == "frame.decode" && reason == "malformed" && frame.hasSuffix("40")
                ? accepted() : answer
        case .letsWhatIsAcceptedFall:
            return reason == "unexpected-message" && operation == "session.run"
                ? accepted(answer["result"] ?? [:]) : answer
        case .namesAnotherReason: return reason == "index-past-end" ? refused(.malformed) : answer
        case .refusesTheLargestAmount:
            return answer["result"]?["units"] == .text("\(Int64.max)")
                ? refused(.amountOverflow) : answer
        case .usesAnotherDomainTag:
            guard operation == "chain.key", let context = answer["result"]?["context"]?.asText,
                let bytes = Hex.decode(context), case .integer(let ordinal)? = request["ordinal"]
            else { return answer }
            let digest = SHA256.digest(
                Array("tollchain/2 chain".utf8), bytes, [UInt8(truncatingIfNeeded: ordinal)])
            return accepted(["chain_key": .text(digest.bytes.prefix(16).map { $0 }.hex)])
        case .hashesLeavesLikeNodes:
            guard operation == "merkle.root", let leaves = request["leaves"]?.asList,
                leaves.count == 1, let leaf = leaves[0].asText.flatMap({ Hex.decode($0) })
            else { return answer }
            return accepted(["root": .text(SHA256.digest([0x01], leaf).hex)])
        case .prefersMoreSteps:
            guard operation == "wallet.choose", request["id"] == "choose-fewest-steps" else {
                return answer
            }
            return accepted(["indexes": [3, 0], "worth": "6", "excess": "0", "steps": 3])
        case .cutsTheIndexTo16Bits:
            guard operation == "chain.walk", case .integer(let index)? = request["index"],
                index > UInt64(UInt16.max)
            else { return answer }
            let short = request.with("index", .integer(index & 0xffff))
            return await stub.answer(to: short).with("id", answer["id"])
        default: return answer
        }
    }
}

extension JSONValue {
    /// The object with another value of one member, or without it.
    fileprivate func with(_ name: String, _ value: JSONValue?) -> JSONValue {
        guard case .object(let members) = self else { return self }
        return .object(
            members.filter { $0.name != name } + (value.map { [.init(name, $0)] } ?? []))
    }

    fileprivate func map(_ name: String, _ change: ([UInt8]) -> [UInt8]) -> JSONValue {
        guard let bytes = self[name]?.asText.flatMap({ Hex.decode($0) }) else { return self }
        return with(name, .text(change(bytes).hex))
    }
}
