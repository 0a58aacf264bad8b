import FileMapping

/// Why a scan stopped before the end of the input.
enum Stop {
  /// A byte could not be read; what the system said, if anything.
  case unreadable(at: UInt64, MappingError?)
  /// The system refused something else.
  case mapping(MappingError)
  /// The analyzer with this number gave up.
  case analysis(Int, AnalysisError)

  /// What it means that a tile could not be had.
  init(_ failure: TileFailure) {
    self =
      switch failure {
      case .ended(let end): .unreadable(at: end, nil)
      case .unreadable(let offset, let error): .unreadable(at: offset, error)
      case .mapping(let error): .mapping(error)
      }
  }

  /// Of several failures the one with the lowest offset is told, so that it does not depend on
  /// which lane was first.
  var offset: UInt64 {
    switch self {
    case .unreadable(let offset, _): offset
    case .mapping: 0
    case .analysis(_, let error): error.offset
    }
  }
}
