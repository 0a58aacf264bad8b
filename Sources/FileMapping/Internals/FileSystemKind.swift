/// What a file system means for mapping its files.
enum FileSystemKind {
  /// Its files live on another machine or in another process, where a mapped page can fail or lie at any time.
  case remote
  /// Its files live on a device or in memory, have the size that they claim, and can be mapped; what is kept of
  /// them in memory is kept for them and for no other file.
  case local
  /// Nothing is known.
  case other
}
