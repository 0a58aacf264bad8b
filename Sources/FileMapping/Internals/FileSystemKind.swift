/// What a file system means for mapping its files.
enum FileSystemKind {
  /// Its files live on another machine or in another process, where a mapped page can fail or lie at any time.
  case remote
  /// Its files live on a device or in memory, have the size that they claim, and can be mapped; what is kept of
  /// them in memory is kept for them and for no other file.
  case local
  /// ZFS, which may call bytes holes that were written a moment ago.
  case unsureOfHoles
  /// Nothing is known.
  case other
}

#if os(Linux)
  extension FileSystemKind {
    /// The kind of a file system by the number that `statfs(2)` gives it: those of linux/magic.h, and ZFS's own.
    init(number: UInt32) {
      self =
        switch number {
        // NFS, SMB, CIFS, SMB2, 9P, FUSE, Ceph, AFS, Coda.
        case 0x6969, 0x517B, 0xFF53_4D42, 0xFE53_4D42, 0x0102_1997, 0x6573_5546, 0x00C3_6400,
          0x5346_414F, 0x7375_7245:
          .remote
        // Ext4, XFS, Btrfs, F2FS, tmpfs.
        case 0xEF53, 0x5846_5342, 0x9123_683E, 0xF2F5_2010, 0x0102_1994: .local
        case 0x2FC1_2FC1: .unsureOfHoles
        default: .other
        }
    }
  }
#endif
