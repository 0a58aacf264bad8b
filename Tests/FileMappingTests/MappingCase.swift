import Testing

/// A situation of the file-mapping model and what becomes of it. All of them are listed in
/// `Documentation/mapping-semantics.md`, too.
struct MappingCase: Sendable {
  /// A letter for the part of the model and two digits.
  let id: String
  let situation: String
  /// What Windows does; a number is an error code of Win32.
  let windows: String
  /// What this library does.
  let here: String
  /// What POSIX cannot do as Windows does; nil if nothing.
  let difference: String?
  /// What the compiler says about it; nil if it has no part in it.
  let refusal: Refusal?
  let check: @Sendable (Bench) async throws -> Void

  init(
    _ id: String, _ situation: String, windows: String, here: String, difference: String? = nil,
    refusal: Refusal? = nil, check: @escaping @Sendable (Bench) async throws -> Void = { _ in }
  ) {
    self.id = id
    self.situation = situation
    self.windows = windows
    self.here = here
    self.difference = difference
    self.refusal = refusal
    self.check = check
  }

  static let all =
    creationCases + viewCases + writingCases + lifetimeCases + memoryCases + nameCases
    + placementCases + flushCases + resizingCases

  /// Every id there is: none may get lost.
  static let ids = """
    A01 A02 A04 A05 A07 A08 A10 A11 A13 A14 A16 A17 A19 A20 A22 A23 A25 A26 A28 A29 A31 A32 A34 A35
    B01 B02 B04 B05 B07 B08 B10 B11 B13 B14 B16 B17 B19 B20 B22 B23 B25 B26 B28
    C01 C02 C04 C05 C07 C08
    D01 D02 D04 D05 D07 D08 D10 D11
    E01 E02 E04 E05 E07 E08 E10 E11
    F01 F02 F04 F05 F07 F08 F10 F11 F13 F14 F16 F17 F19 F20 F22 F23 F25 F26 F28 F29
    G01 G02 G04 G05 G07 G08 G10
    H01 H02 H04 H05 H07 H08 H10
    I01 I02 I04 I05 I07 I08 I10
    """.split { $0 == " " || $0 == "\n" }.map(String.init)
}

extension MappingCase: CustomTestStringConvertible {
  var testDescription: String { "\(id): \(situation)" }
}
