#include "props/record/call.h"

#include <sys/syscall.h>

namespace cow::props::record {

bool changes_mappings(const Call& call) {
  switch (call.number) {
    case SYS_mmap:
    case SYS_munmap:
    case SYS_mprotect:
    case SYS_pkey_mprotect:
    case SYS_mremap:
    case SYS_remap_file_pages:
    case SYS_brk:
    case SYS_madvise:
    case SYS_shmat:
    case SYS_shmdt:
      return true;
    default:
      return false;
  }
}

bool executes(const Call& call) { return call.number == SYS_execve || call.number == SYS_execveat; }

}  // namespace cow::props::record
