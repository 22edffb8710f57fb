#include <unistd.h>
#include <vector>

#include "props/subjects/linux/linux.h"
#include "props/subjects/linux/request.h"

// A debugger's writes: /proc/PID/mem, which goes past the page's access (FOLL_FORCE).

namespace cow::props::live {

using model::Status;

namespace {

/// The memory of one agent, as its debugger sees it.
class Debugged {
 public:
  Debugged(Host& host, std::uint32_t process, std::uint32_t page_bytes)
      : host_(host), fd_(host.memory(process)), tail_(host.real_bytes() - page_bytes) {}

  /// At both ends of the real page, as the agents do.
  bool store(const cowagent_piece& piece, const std::uint8_t* from) const {
    const auto at = address(piece);
    if (pwrite(fd_, from, piece.length, at) != piece.length) return false;
    return tail_ == 0 || pwrite(fd_, from, piece.length, at + tail_) == piece.length;
  }
  bool load(const cowagent_piece& piece, std::uint8_t* to) const {
    return pread(fd_, to, piece.length, address(piece)) == piece.length;
  }

 private:
  off_t address(const cowagent_piece& piece) const {
    return static_cast<off_t>(host_.address(piece.page) + piece.offset);
  }

  Host& host_;
  int fd_;
  off_t tail_;
};

}  // namespace

/// Whoever traps a process's writes traps its debugger's, too.
Status Linux::why_not_forced(std::uint32_t process, std::uint32_t page) const {
  PageEntry entry;
  const bool trapped = protection_[process] == Protection::traps &&
                       read_pagemap(host(), process, page, {&entry, 1}) && entry.write_protected();
  return trapped ? Status::trapped : Status::segfault;
}

/// Over several pages it is several writes, of which the last may be refused: then what the others
/// wrote is taken back.
Status Linux::force_write(const model::Op& op) {
  const Debugged memory(host(), op.proc, page_bytes_);
  const auto request = request_of(op);
  std::vector<std::uint8_t> was(op.length), bytes(op.length);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(op.value + i);
  auto readable = op.length;
  cowagent_piece piece{};
  while (op.offset + op.length > page_bytes_ && readable == op.length &&
         cowagent_next_piece(&request, page_bytes_, &piece) != 0) {
    if (!memory.load(piece, was.data() + piece.first)) readable = piece.first;
  }
  if (readable < op.length && protection_[op.proc] != Protection::traps) return Status::segfault;
  piece = {};
  while (cowagent_next_piece(&request, page_bytes_, &piece) != 0) {
    const bool can_be = piece.first < readable;
    if (can_be && memory.store(piece, bytes.data() + piece.first)) continue;
    const auto why = can_be ? why_not_forced(op.proc, piece.page) : Status::segfault;
    const auto end = piece.first;
    piece = {};
    while (end > 0 && cowagent_next_piece(&request, page_bytes_, &piece) != 0 && piece.first < end)
      memory.store(piece, was.data() + piece.first);
    if (end > 0) count(Event::took_back);
    return why;
  }
  return Status::ok;
}

}  // namespace cow::props::live
