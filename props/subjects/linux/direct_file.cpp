#include "props/subjects/linux/direct_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/fuse.h>
#include <linux/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

namespace cow::props::live {

namespace {

/// Of Linux 6.9, whose FUSE pins pages (commit 738adade96b2); 35 would do to be its device.
constexpr std::uint32_t fewest_minor = 40;
constexpr std::uint64_t file_size = std::uint64_t{1} << 40, for_ever = std::uint64_t{1} << 40;
constexpr std::uint16_t most_at_once = 1024;  ///< requests that are in flight

std::string failed(const char* what) { return fmt::format("{}: {}", what, std::strerror(errno)); }

template <class T>
std::span<const std::uint8_t> bytes_of(const T& value) {
  return {reinterpret_cast<const std::uint8_t*>(&value), sizeof value};
}

}  // namespace

struct DirectFile::Request {
  fuse_in_header head{};
  std::span<const std::uint8_t> rest;

  template <class T>
  T as() const {
    T value{};
    if (rest.size() >= sizeof value) std::memcpy(&value, rest.data(), sizeof value);
    return value;
  }
};

std::string DirectFile::connect() {
  close();
  device_ = open("/dev/fuse", O_RDWR | O_CLOEXEC | O_NONBLOCK);
  if (device_ < 0) return failed("/dev/fuse cannot be opened");
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  buffer_.resize(std::max<std::size_t>(FUSE_MIN_READ_BUFFER, 2 * page));
  auto wrong = mount_file();
  if (wrong.empty()) wrong = shake_hands();
  if (!wrong.empty()) close();
  return wrong;
}

/// The root of what is mounted is the file. Requests are of one page each.
std::string DirectFile::mount_file() {
  const int fs = static_cast<int>(syscall(SYS_fsopen, "fuse", FSOPEN_CLOEXEC));
  if (fs < 0) return failed("FUSE cannot be mounted");
  const auto set = [fs](const char* key, const std::string& value) {
    return syscall(SYS_fsconfig, fs, FSCONFIG_SET_STRING, key, value.c_str(), 0) == 0;
  };
  const bool made =
      set("fd", std::to_string(device_)) && set("rootmode", fmt::format("{:o}", S_IFREG)) &&
      set("user_id", std::to_string(geteuid())) && set("group_id", std::to_string(getegid())) &&
      set("max_read", std::to_string(sysconf(_SC_PAGESIZE))) &&
      syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) == 0;
  if (made) mount_ = static_cast<int>(syscall(SYS_fsmount, fs, 0, 0));
  const auto wrong = mount_ < 0 ? failed("FUSE cannot be mounted") : "";
  ::close(fs);
  return wrong;
}

std::string DirectFile::shake_hands() {
  Request request;
  if (!next(request) || request.head.opcode != FUSE_INIT) return "FUSE does not greet";
  const auto theirs = request.as<fuse_init_in>();
  constexpr std::uint32_t needed = FUSE_ASYNC_DIO | FUSE_MAX_PAGES;
  if (theirs.major != FUSE_KERNEL_VERSION || theirs.minor < fewest_minor ||
      (theirs.flags & needed) != needed)
    return fmt::format(
        "before Linux 6.9 (7.{}) FUSE, which is {}.{} here, holds pages by mere "
        "references, which a fork overlooks (open(2), NOTES)",
        fewest_minor, theirs.major, theirs.minor);
  fuse_init_out mine{};
  mine.major = FUSE_KERNEL_VERSION;
  mine.minor = fewest_minor;
  mine.flags = needed | FUSE_BIG_WRITES;
  mine.max_background = mine.congestion_threshold = most_at_once;
  mine.max_write = static_cast<std::uint32_t>(sysconf(_SC_PAGESIZE));
  mine.max_pages = 1;  // so that each piece of a readv is a request
  return answer(request.head.unique, 0, bytes_of(mine)) ? "" : failed("FUSE cannot be greeted");
}

void DirectFile::close() {
  close_mount();
  if (device_ >= 0) ::close(device_);
  device_ = -1;
  reads_left_ = writes_left_ = 0;
  reads_.clear();
}

void DirectFile::close_mount() {
  if (mount_ >= 0) ::close(mount_);
  mount_ = -1;
}

/// False: nobody asks anything.
bool DirectFile::next(Request& request) {
  const auto got = read(device_, buffer_.data(), buffer_.size());
  if (got < static_cast<ssize_t>(sizeof request.head)) return false;
  std::memcpy(&request.head, buffer_.data(), sizeof request.head);
  request.rest = std::span(buffer_).subspan(sizeof request.head,
                                            static_cast<std::size_t>(got) - sizeof request.head);
  return true;
}

bool DirectFile::answer(std::uint64_t request, int error,
                        std::span<const std::uint8_t> bytes) const {
  fuse_out_header head{};
  head.len = static_cast<std::uint32_t>(sizeof head + bytes.size());
  head.error = error;
  head.unique = request;
  const iovec parts[] = {{&head, sizeof head},
                         {const_cast<std::uint8_t*>(bytes.data()), bytes.size()}};
  return writev(device_, parts, 2) == static_cast<ssize_t>(head.len);
}

bool DirectFile::answer_write(const Request& request) const {
  fuse_write_out taken{};
  taken.size = request.as<fuse_write_in>().size;
  return answer(request.head.unique, 0, bytes_of(taken));
}

/// What Linux does not know how to do without (ENOSYS) it asks for once.
bool DirectFile::answer_question(const Request& request) const {
  const auto number = request.head.unique;
  if (request.head.opcode == FUSE_OPEN) {
    fuse_open_out opened{};
    opened.open_flags = FOPEN_NOFLUSH;  // who closes it, or ends, waits for nobody
    return answer(number, 0, bytes_of(opened));
  }
  if (request.head.opcode == FUSE_GETATTR) {
    fuse_attr_out about{};
    about.attr_valid = for_ever;
    about.attr.ino = FUSE_ROOT_ID;
    about.attr.size = file_size;
    about.attr.mode = S_IFREG | S_IRUSR | S_IWUSR;
    about.attr.nlink = 1;
    about.attr.uid = geteuid();
    about.attr.gid = getegid();
    return answer(number, 0, bytes_of(about));
  }
  if (request.head.opcode == FUSE_WRITE) return answer_write(request);
  return answer(number, -ENOSYS, {});
}

/// What is held stays in flight: nothing is asked behind it.
void DirectFile::serve() {
  if (device_ < 0 || reads_left_ + writes_left_ > 0) return;
  for (Request request; next(request);) answer_question(request);
}

void DirectFile::hold(std::uint32_t reads, std::uint32_t writes) {
  reads_left_ = reads;
  writes_left_ = writes;
}

/// The reads come first: what is to be taken of them are their numbers.
std::span<const std::uint8_t> DirectFile::load() {
  for (Request request; next(request);) {
    if (request.head.opcode == FUSE_READ) {
      reads_.push_back(request.head.unique);
    } else if (request.head.opcode == FUSE_WRITE && answer_write(request)) {
      --writes_left_;
      return request.rest.subspan(sizeof(fuse_write_in));
    } else {
      answer_question(request);
    }
  }
  return {};
}

bool DirectFile::store(std::span<const std::uint8_t> bytes) {
  if (reads_.empty() || !answer(reads_.back(), 0, bytes)) return false;
  reads_.pop_back();
  --reads_left_;
  return true;
}

void DirectFile::let_go() {
  if (device_ < 0) return;
  while (!load().empty()) continue;
  for (const auto read : reads_) answer(read, 0, {});
  reads_.clear();
  reads_left_ = writes_left_ = 0;
}

}  // namespace cow::props::live
