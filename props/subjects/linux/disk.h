#pragma once

#include <string>

namespace cow::props::live {

/// A file without a name on a disk, opened with O_DIRECT: what is read and written goes between the
/// disk and a process's pages, past the page cache.
struct Disk {
  int fd = -1;
  std::string reason;  ///< why there is none
};

/// In the directory for temporary files, /var/tmp, or the working directory.
Disk open_disk();

}  // namespace cow::props::live
