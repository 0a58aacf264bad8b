import FileMapping
import SystemPackage

/// Which name the copy shall get, and what has that name now.
struct Target: Sendable {
  /// The name for messages: the destination, with the source's name if the destination is a directory.
  let path: FilePath
  /// The directory that the copy comes into.
  let directory: FilePath
  /// The copy's name in that directory.
  let name: FilePath
  /// The file that the copy replaces; nil if there is none.
  let existing: Attributes?

  /// Looks where a copy of `source` goes.
  ///
  /// A directory takes it under its own name, a symbolic link stands for what it leads to, and a file
  /// that exists must be a writable one and not the source itself.
  init(
    _ destination: FilePath, forCopyOf source: FilePath, _ attributes: Attributes,
    _ system: SystemCalls
  ) throws(CopyError) {
    var path = destination
    var found = try Target.attributes(of: path, system)
    // A name with a slash at its end comes as `name/.`; it is shown without.
    let mustBeDirectory = path.lastComponent?.kind == .currentDirectory
    if mustBeDirectory, path.components.count > 1 { path.removeLastComponent() }
    if mustBeDirectory, found?.kind != .directory {
      throw CopyError(.notDirectory, .open, path)
    }
    if found?.kind == .directory, let name = source.lastComponent {
      path.append(name)
      found = try Target.attributes(of: path, system)
    }
    self.path = path
    existing = found
    var place = path
    if let found {
      guard found.kind == .regular else {
        throw CopyError(.notReplaceable(found.kind), operation: .stat, path: path)
      }
      guard !found.isSameFile(as: attributes) else {
        throw CopyError(.sameFile(as: path), operation: .stat, path: source)
      }
      do throws(Errno) { try system.checkWritable(path) } catch {
        throw CopyError(error, .access, path)
      }
      do throws(Errno) { place = try system.resolved(path) } catch {
        throw CopyError(error, .realpath, path)
      }
    }
    guard let last = place.lastComponent else {
      throw CopyError(.noSuchFileOrDirectory, .open, path)
    }
    name = FilePath(root: nil, [last])
    let parent = place.removingLastComponent()
    directory = parent.isEmpty ? "." : parent
  }

  /// What has a name, links followed; nil if nothing has it.
  private static func attributes(
    of path: FilePath, _ system: SystemCalls
  ) throws(CopyError) -> Attributes? {
    do throws(Errno) { return try system.attributes(of: path) } catch .noSuchFileOrDirectory {
      do throws(Errno) {
        _ = try system.attributes(of: path, followingLinks: false)
      } catch .noSuchFileOrDirectory {
        return nil
      } catch {
        throw CopyError(error, .lstat, path)
      }
      throw CopyError(.leadsNowhere, operation: .stat, path: path)
    } catch {
      throw CopyError(error, .stat, path)
    }
  }
}
