import Foundation

/// An error number of the system in words that say what to do.
func systemWords(_ number: Int32) -> String {
  switch number {
  case ENOSPC, EDQUOT: "the disk is full; free some space and run again"
  case EFBIG: "the file would be larger than the system allows; raise 'ulimit -f' and run again"
  case EROFS: "the disk is read-only; choose another place"
  case EACCES, EPERM: "permission denied; change its permissions or choose another place"
  case ENOENT: "its folder does not exist, or has vanished; make it and run again"
  case ENOTDIR: "part of the path is a file and not a folder; choose another place"
  case EMFILE, ENFILE: "too many files are open; raise 'ulimit -n' or lower --workers"
  default: "\(String(cString: strerror(number))); check the disk and run again"
  }
}

/// The system's number for an error of Foundation; `EIO` if it has none.
func systemNumber(of error: any Error) -> Int32 {
  let error = error as NSError
  if error.domain == NSPOSIXErrorDomain { return Int32(clamping: error.code) }
  if let cause = error.userInfo[NSUnderlyingErrorKey] as? NSError { return systemNumber(of: cause) }
  switch CocoaError.Code(rawValue: error.code) {
  case .fileNoSuchFile, .fileReadNoSuchFile: return ENOENT
  case .fileWriteOutOfSpace: return ENOSPC
  case .fileWriteVolumeReadOnly: return EROFS
  case .fileReadNoPermission, .fileWriteNoPermission: return EACCES
  default: return EIO
  }
}
