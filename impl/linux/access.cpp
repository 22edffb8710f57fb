#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

#include "impl/linux/agent.h"

// read, write: the processor's accesses. kernel-read, kernel-write: the kernel's for a system call,
// by turns write(2) to a pipe and read(2) from it (copyin, copyout), vmsplice(2) (which takes the
// page itself into the pipe), and process_vm_readv(2), process_vm_writev(2) (get_user_pages); where
// the driver has given a file on a disk, half of the latter by O_DIRECT (direct.cpp).

namespace cow::agent {

namespace {

std::uint8_t saved[data_bytes];  ///< what a write over several pages takes back when it fails

/// How bytes come from and get to the memory under test; each false where Linux does not allow it.
struct Mover {
  bool (*load)(std::uint8_t* to, const std::uint8_t* from, std::uint32_t length);
  bool (*store)(std::uint8_t* to, const std::uint8_t* from, std::uint32_t length);
};

bool kernel_load(std::uint8_t* to, const std::uint8_t* from, std::uint32_t length) {
  const auto* const pipe = self.control->pipe;
  if (write(pipe[1], from, length) != static_cast<ssize_t>(length)) return false;
  return read(pipe[0], to, length) == static_cast<ssize_t>(length);
}

/// A read(2) that is refused leaves the pipe's bytes where they are.
bool kernel_store(std::uint8_t* to, const std::uint8_t* from, std::uint32_t length) {
  const auto* const pipe = self.control->pipe;
  if (write(pipe[1], from, length) != static_cast<ssize_t>(length)) return false;
  if (read(pipe[0], to, length) == static_cast<ssize_t>(length)) return true;
  static std::uint8_t drain[4096];
  while (length > 0) {
    const auto got = read(pipe[0], drain, length < sizeof drain ? length : sizeof drain);
    if (got <= 0) break;
    length -= static_cast<std::uint32_t>(got);
  }
  return false;
}

bool splice_load(std::uint8_t* to, const std::uint8_t* from, std::uint32_t length) {
  const auto* const pipe = self.control->pipe;
  const iovec pages{const_cast<std::uint8_t*>(from), length};
  if (vmsplice(pipe[1], &pages, 1, 0) != static_cast<ssize_t>(length)) return false;
  return read(pipe[0], to, length) == static_cast<ssize_t>(length);
}

bool remote_load(std::uint8_t* to, const std::uint8_t* from, std::uint32_t length) {
  const iovec local{to, length}, remote{const_cast<std::uint8_t*>(from), length};
  return process_vm_readv(getpid(), &local, 1, &remote, 1, 0) == static_cast<ssize_t>(length);
}

bool remote_store(std::uint8_t* to, const std::uint8_t* from, std::uint32_t length) {
  const iovec local{const_cast<std::uint8_t*>(from), length}, remote{to, length};
  return process_vm_writev(getpid(), &local, 1, &remote, 1, 0) == static_cast<ssize_t>(length);
}

constexpr Mover by_processor{load, store};
constexpr Mover by_kernel[] = {
    {kernel_load, kernel_store}, {splice_load, kernel_store}, {remote_load, remote_store}};
constexpr Mover by_disk{disk_load, disk_store};

/// The driver knows which are vmsplice's (spliced.cpp).
const Mover& mover_for(const Request& r) {
  const auto turn = r.offset + r.length + r.value;
  if (self.control->disk >= 0 && turn % 6 == 5) return by_disk;
  return by_kernel[turn % 3];
}

/// A page of the world that is smaller than Linux's is kept twice, at both ends of the real page:
/// so whoever copies, moves or clears too little of a page is found. 0: there is no second copy.
std::uint32_t tail() {
  const Control& c = *self.control;
  return c.page_bytes < c.real_bytes ? c.real_bytes - c.page_bytes : 0;
}

bool store_piece(const Mover& by, const cowagent_piece& piece, const std::uint8_t* from) {
  std::uint8_t* const to = address(piece.page, piece.offset);
  const bool loses = is_wrong(Wrong::loses_the_last_byte) && piece.length > 1;
  const auto length = loses ? piece.length - 1 : piece.length;
  if (!by.store(to, from, length)) return false;
  return tail() == 0 || by.store(to + tail(), from, length);
}

Status read_range(const Mover& by, const Request& r, Reply& reply) {
  Control& c = *self.control;
  cowagent_piece piece{};
  while (cowagent_next_piece(&r, c.page_bytes, &piece) != 0) {
    if (!by.load(c.data + piece.first, address(piece.page, piece.offset), piece.length))
      return COWAGENT_SEGFAULT;
  }
  reply.bytes = c.data;
  reply.length = r.length;
  return COWAGENT_OK;
}

/// Writes the pages before `end` back as they were.
void take_back(const Mover& by, const Request& r, const cowagent_piece& end) {
  cowagent_piece piece{};
  while (cowagent_next_piece(&r, self.control->page_bytes, &piece) != 0) {
    if (piece.first == end.first) return;
    store_piece(by, piece, saved + piece.first);
  }
}

/// What the pages of a write over several show. How many bytes there are before the first page that
/// cannot be read, and so not be written.
std::uint32_t save(const Mover& by, const Request& r) {
  if (r.offset + r.length <= self.control->page_bytes) return r.length;
  cowagent_piece piece{};
  while (cowagent_next_piece(&r, self.control->page_bytes, &piece) != 0) {
    if (!by.load(saved + piece.first, address(piece.page, piece.offset), piece.length))
      return piece.first;
  }
  return r.length;
}

/// A write over several pages is several accesses, of which the last may be refused: what the
/// others wrote is taken back. One within a page is done as it is, without a look at it before.
Status write_range(const Mover& by, const Request& r, Reply& reply) {
  cowagent_piece piece{};
  const auto readable = save(by, r);
  if (readable < r.length && !traps()) return COWAGENT_SEGFAULT;
  while (cowagent_next_piece(&r, self.control->page_bytes, &piece) != 0) {
    const auto value = static_cast<std::uint8_t>(r.value + piece.first);
    const bool can_be = piece.first < readable;
    if (can_be && store_piece(by, piece, pattern(value))) continue;
    const auto why =
        can_be ? refusal(address(piece.page, piece.offset)) : Status{COWAGENT_SEGFAULT};
    if (piece.first > 0) {
      take_back(by, r, piece);
      reply.detail = took_back;
    }
    return why;
  }
  return COWAGENT_OK;
}

/// Of a wrong agent.
void hide_write(const Request& r) {
  Request again{};
  Reply ignored{};
  again.kind = COWAGENT_CLEAR_REFS;
  again.page = r.page;
  again.count = 1;
  protect_writes(again, ignored);
}

}  // namespace

const std::uint8_t* pattern(std::uint8_t value) {
  static std::uint8_t bytes[256 + 4096];
  if (bytes[1] == 0) {
    for (std::uint32_t i = 0; i < sizeof bytes; ++i) bytes[i] = static_cast<std::uint8_t>(i);
  }
  return bytes + value;
}

Status access(const Request& r, Reply& reply) {
  const bool kernel = r.kind == COWAGENT_KERNEL_READ || r.kind == COWAGENT_KERNEL_WRITE;
  const Mover& by = kernel ? mover_for(r) : by_processor;
  const bool reads = r.kind == COWAGENT_READ || r.kind == COWAGENT_KERNEL_READ;
  const auto status = reads ? read_range(by, r, reply) : write_range(by, r, reply);
  if (&by == &by_disk) reply.detail |= from_disk;
  if (reads) return status;
  if (is_wrong(Wrong::hides_writes)) hide_write(r);
  return status;
}

}  // namespace cow::agent
