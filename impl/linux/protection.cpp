#include <cerrno>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "impl/linux/agent.h"

// Write protection by userfaultfd(2). wp, unwp: a write is answered by SIGBUS, or by EFAULT when it
// is the kernel's. clear-refs: the first write goes through and takes the protection away
// (asynchronous, Linux 6.7), so that a page which still has it was not written since. A process
// does one of the two, for good: the driver asks for no other.

namespace cow::agent {

namespace {

int handle = -1;
bool is_trapping = false;

bool open_handle(bool trapping) {
  if (handle >= 0) return true;
  handle = static_cast<int>(
      syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK | user_mode_only));  // closes at exec
  if (handle < 0) return false;
  is_trapping = trapping;
  uffdio_api api{};
  api.api = UFFD_API;
  api.features = trapping ? traps_writes : notes_writes;
  if (trapping && !self.control->populates) api.features |= wp_unpopulated;
  if (ioctl(handle, UFFDIO_API, &api) == 0) return true;
  const int error = errno;
  forget_protection();
  errno = error;
  return false;
}

}  // namespace

bool traps() { return handle >= 0 && is_trapping; }

void forget_protection() {
  if (handle >= 0) close(handle);
  handle = -1;
}

/// Areas are given to the descriptor first, again and again: a new one, or one that was moved, is
/// nobody's.
Status protect_writes(const Request& r, Reply& reply) {
  if (!is_mapped(r.page, r.count)) return hole(reply);
  if (r.kind == COWAGENT_WP && is_wrong(Wrong::ignores_wp)) return COWAGENT_OK;
  if (!open_handle(r.kind != COWAGENT_CLEAR_REFS)) return surprise(reply);
  const uffdio_range range{reinterpret_cast<std::uint64_t>(address(r.page)), bytes_of(r.count)};
  uffdio_register areas{};
  areas.range = range;
  areas.mode = UFFDIO_REGISTER_MODE_WP;
  if (ioctl(handle, UFFDIO_REGISTER, &areas) != 0) return surprise(reply);
  if (r.kind == COWAGENT_WP && self.control->populates &&
      madvise(address(r.page), bytes_of(r.count), populate_read) != 0)
    return surprise(reply);
  uffdio_writeprotect change{};
  change.range = range;
  change.mode = r.kind == COWAGENT_UNWP ? 0 : UFFDIO_WRITEPROTECT_MODE_WP;
  return ioctl(handle, UFFDIO_WRITEPROTECT, &change) == 0 ? COWAGENT_OK : surprise(reply);
}

}  // namespace cow::agent
