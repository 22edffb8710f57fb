// A copy-on-write memory: copy this file to check your own. The rules: cowcheck_subject.h.
#include <algorithm>
#include <memory>
#include <vector>

#include "props/subjects/cowcheck_subject.h"

namespace {

using Frame = std::vector<uint8_t>;
using Page = std::shared_ptr<Frame>;  // counts the frame's holders; null: not mapped

struct Memory {
  uint32_t page_bytes;
  std::vector<std::vector<Page>> pages;  // [process][page]
};
Memory& the(void* memory) { return *static_cast<Memory*>(memory); }

void* create(const cowcheck_world* w) {
  return new Memory{w->page_bytes, {w->processes, std::vector<Page>(w->pages)}};
}
void destroy(void* memory) { delete &the(memory); }

int map(void* memory, uint32_t process, uint32_t page, uint32_t count, uint32_t, uint32_t) {
  auto* const at = &the(memory).pages[process][page];
  if (std::any_of(at, at + count, [](auto& p) { return p != nullptr; })) return COWCHECK_OCCUPIED;
  std::generate_n(at, count, [=] { return std::make_shared<Frame>(the(memory).page_bytes); });
  return COWCHECK_OK;
}

// Calls each(page, offset in it, i) for the i-th byte of the range, or refuses all of it.
template <class Each>
int access(void* memory, uint32_t process, uint64_t at, uint32_t length, Each each) {
  auto& [size, pages] = the(memory);
  for (auto i = at / size; i * size < at + length; ++i) {
    if (pages[process][i] == nullptr) return COWCHECK_SEGFAULT;
  }
  for (uint32_t i = 0; i < length; ++i, ++at) each(pages[process][at / size], at % size, i);
  return COWCHECK_OK;
}

int read(void* memory, uint32_t process, uint32_t, uint64_t at, void* out, uint32_t length) {
  return access(memory, process, at, length, [out](const Page& page, uint64_t offset, uint32_t i) {
    static_cast<uint8_t*>(out)[i] = (*page)[offset];
  });
}

int write(void* memory, uint32_t process, uint32_t, uint64_t at, const void* in, uint32_t length) {
  return access(memory, process, at, length, [in](Page& page, uint64_t offset, uint32_t i) {
    if (page.use_count() > 1) page = std::make_shared<Frame>(*page);  // the last holder need not
    (*page)[offset] = static_cast<const uint8_t*>(in)[i];
  });
}

int fork(void* memory, uint32_t process, uint32_t child) {
  the(memory).pages[child] = the(memory).pages[process];
  return COWCHECK_OK;
}

int exit(void* memory, uint32_t process) {
  for (auto& page : the(memory).pages[process]) page.reset();
  return COWCHECK_OK;
}

}  // namespace

const cowcheck_subject* cowcheck_get_subject() {
  static cowcheck_subject s{};
  s.version = COWCHECK_VERSION;
  s.size = sizeof s;
  s.create = create;
  s.destroy = destroy;
  s.map = map;
  s.read = read;
  s.write = write;
  s.fork = fork;
  s.exit = exit;
  return &s;
}
