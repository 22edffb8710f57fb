#include "props/export/c_runtime.h"

namespace cow::props::c_runtime {

const std::string_view protection = R"c(
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>

/* Write protection by userfaultfd, a descriptor each: trapping (a write ends in SIGBUS), and noting
 * (the first write goes through and lifts it, Linux 6.7). */
enum { TRAPS, NOTES };
static int protectors[2] = {-1, -1};

static int protector(int how) {
  if (protectors[how] >= 0) return protectors[how];
  struct uffdio_api api = {.api = UFFD_API}; /* also of pages that were never touched, Linux 6.4 */
  api.features = UFFD_FEATURE_PAGEFAULT_FLAG_WP | 1 << 13 |
                 (how == TRAPS ? UFFD_FEATURE_SIGBUS : 1 << 15 /* UFFD_FEATURE_WP_ASYNC */);
  protectors[how] = (int)syscall(SYS_userfaultfd, O_CLOEXEC | 1 /* UFFD_USER_MODE_ONLY */);
  if (protectors[how] < 0 || ioctl(protectors[how], UFFDIO_API, &api) != 0)
    die("may not use", "userfaultfd");
  return protectors[how];
}
static int protect(int page, int count, int how, int on) {
  const struct uffdio_range range = {(unsigned long)at(page), bytes(count)};
  struct uffdio_register area = {.range = range, .mode = UFFDIO_REGISTER_MODE_WP};
  struct uffdio_writeprotect change = {.range = range};
  if (on) change.mode = UFFDIO_WRITEPROTECT_MODE_WP;
  if (ioctl(protector(how), UFFDIO_REGISTER, &area) != 0) return -1;
  return ioctl(protector(how), UFFDIO_WRITEPROTECT, &change);
}
/* A child has its parent's descriptors, which name the parent's memory. */
static void forget_protection(void) {
  for (int how = TRAPS; how <= NOTES; ++how) {
    if (protectors[how] >= 0) close(protectors[how]);
    protectors[how] = -1;
  }
}
/* Of a page that was written: is it protected still, so that nobody is told? */
static int counts_as_written(int page) {
  unsigned long long entry = 0;
  const int fd = open("/proc/self/pagemap", O_RDONLY);
  const off_t where = (off_t)((size_t)at(page) / real() * sizeof entry);
  const int known = pread(fd, &entry, sizeof entry, where) == sizeof entry;
  close(fd);
  return known && (entry >> 57 & 1) == 0 ? 0 : -1;
}
#define HAS_PROTECTION 1
)c";

}  // namespace cow::props::c_runtime
