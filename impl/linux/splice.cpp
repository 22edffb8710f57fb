#include <cerrno>
#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

#include "impl/linux/agent.h"

// A page in a pipe: vmsplice(2) takes a reference to the page itself, which lasts until the pipe is
// read. It is no long-term pin, so the page may be copied for its process; but what the pipe shows
// stays what it was, whatever anybody writes to a copy (CVE-2020-29374: it did not).

namespace cow::agent {

namespace {

int ends[2] = {-1, -1};
std::uint32_t length_kept = 0;
const std::uint8_t* spliced_from = nullptr;  ///< what a wrong agent looks at

Status failed(Reply& reply) {
  reply.detail = static_cast<std::uint32_t>(errno);
  return COWAGENT_STUCK;
}

}  // namespace

void forget_spliced() {
  for (int& end : ends) {
    if (end >= 0) close(end);
    end = -1;
  }
}

Status keep_spliced(const Request& r, Reply& reply) {
  forget_spliced();
  if (pipe2(ends, O_CLOEXEC) != 0) return failed(reply);
  spliced_from = address(r.page, r.offset);
  length_kept = r.length;
  const iovec bytes{address(r.page, r.offset), r.length};
  return vmsplice(ends[1], &bytes, 1, 0) == static_cast<ssize_t>(r.length) ? COWAGENT_OK
                                                                           : failed(reply);
}

/// tee(2) leaves the pipe as it is.
Status look_at_spliced(Reply& reply) {
  const auto* const pipe = self.control->pipe;
  reply.bytes = self.control->data;
  reply.length = length_kept;
  if (is_wrong(Wrong::splices_late))
    return load(self.control->data, spliced_from, length_kept) ? COWAGENT_OK : failed(reply);
  const auto length = static_cast<ssize_t>(length_kept);
  const bool done = tee(ends[0], pipe[1], length_kept, 0) == length &&
                    read(pipe[0], self.control->data, length_kept) == length;
  return done ? COWAGENT_OK : failed(reply);
}

}  // namespace cow::agent
