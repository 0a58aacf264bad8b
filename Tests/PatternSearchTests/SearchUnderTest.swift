import PatternSearch

extension LineSearch {
  /// A search that counts the matches of each pattern, in pieces that are small enough to test.
  init(_ set: PatternSet, shownLimit: Int, segmentByteCount: Int, maxMatchByteCount: Int) {
    var options = LineSearch.Options()
    options.shownLimit = shownLimit
    options.segmentByteCount = segmentByteCount
    options.maxMatchByteCount = maxMatchByteCount
    self.init(set, options: options)
  }
}

extension PatternSet {
  /// Patterns that are searched for with a certain finder.
  convenience init(_ patterns: [Pattern], finder: SearchForm.Finder) throws(PatternError) {
    var form = SearchForm()
    form.finder = finder
    try self.init(patterns, form: form)
  }
}
