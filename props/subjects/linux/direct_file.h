#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace cow::props::live {

/// A file whose device is this process: FUSE, spoken over /dev/fuse (linux/fuse.h). What a process
/// asks of it with O_DIRECT is in flight until this process answers, and until then Linux holds the
/// process's pages for it (fuse_get_user_pages, fs/fuse/file.c). Its mount is in no tree of files:
/// it goes with the last descriptor. When this process ends, however that happens, Linux ends all
/// requests with an error, so nobody waits for ever.
class DirectFile {
 public:
  DirectFile() = default;
  ~DirectFile() { close(); }
  DirectFile(const DirectFile&) = delete;
  DirectFile& operator=(const DirectFile&) = delete;

  /// Empty, or why there can be none. Needs CAP_SYS_ADMIN, /dev/fuse, and Linux 6.9.
  std::string connect();
  void close();
  /// Where others open it, by way of /proc/PID/fd; not closed by an exec.
  int mount() const { return mount_; }
  void close_mount();
  /// Answers what others wait for while they open it. May be called at any time.
  void serve();

  /// Requests were put in flight: reads and writes of the process's one page.
  void hold(std::uint32_t reads, std::uint32_t writes);
  std::uint32_t reads_left() const { return reads_left_; }
  std::uint32_t writes_left() const { return writes_left_; }
  /// Takes one of the process's writes, and so what the page has now; empty: there is none, which
  /// must not be.
  std::span<const std::uint8_t> load();
  /// Answers one of the process's reads with these bytes, which are then the page's.
  bool store(std::span<const std::uint8_t> bytes);
  /// Answers all that are left, without bytes.
  void let_go();

 private:
  struct Request;
  std::string mount_file();
  std::string shake_hands();
  bool next(Request& request);
  bool answer(std::uint64_t request, int error, std::span<const std::uint8_t> bytes) const;
  bool answer_write(const Request& request) const;
  bool answer_question(const Request& request) const;

  int device_ = -1, mount_ = -1;
  std::uint32_t reads_left_ = 0, writes_left_ = 0;
  std::vector<std::uint64_t> reads_;  ///< that Linux has handed over, by number
  std::vector<std::uint8_t> buffer_;  ///< of one request
};

}  // namespace cow::props::live
