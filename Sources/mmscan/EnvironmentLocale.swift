import TextStatistics

extension CharacterRules {
  /// The rules of the locale that the environment names, as `wc` has them.
  ///
  /// - Throws: ``CommandError`` if its encoding is not known.
  static func ofEnvironment() throws(CommandError) -> CharacterRules {
    do throws(CharacterRules.Refusal) {
      return try CharacterRules(
        ofLocale: "", noBreakSpacesPartWords: unsafe getenv("POSIXLY_CORRECT") == nil)
    } catch {
      throw CommandError(
        error == .outOfMemory
          ? "there is no memory for the characters of the locale"
          : "the locale's encoding is neither UTF-8 nor that of the C locale: set LC_ALL to C or C.UTF-8"
      )
    }
  }
}
