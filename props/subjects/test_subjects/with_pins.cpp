// The example with all that later headers added: remap, dontneed, advise, devices, hints.
#include <array>

#ifndef CAREFUL  // naive_pins.cpp is not
#define CAREFUL true
#endif

#define cowcheck_get_subject plain_subject
#include "props/subjects/example/example.cpp"  // NOLINT(bugprone-suspicious-include)
#undef cowcheck_get_subject

namespace {

struct Pin {
  Page page;
  uint32_t access = COWCHECK_NONE;
};
struct Advice {
  bool dontfork = false, wipeonfork = false;
};
struct Pinning : Memory {
  std::vector<std::vector<Advice>> advice;               // [process][page]
  std::vector<std::array<Pin, COWCHECK_MAX_PINS>> pins;  // [process]
};
Pinning& all(void* memory) { return *static_cast<Pinning*>(&the(memory)); }

void* create_pinning(const cowcheck_world* w) {
  auto* const m = new Pinning;
  m->page_bytes = w->page_bytes;
  m->pages.resize(w->processes, std::vector<Page>(w->pages));
  m->advice.resize(w->processes, std::vector<Advice>(w->pages));
  m->pins.resize(w->processes);
  return static_cast<Memory*>(m);
}
void destroy_pinning(void* memory) { delete &all(memory); }

Page fresh(void* memory) { return std::make_shared<Frame>(the(memory).page_bytes); }

bool is_pinned(void* memory, uint32_t process, const Page& page) {
  const auto& pins = all(memory).pins[process];
  return std::any_of(pins.begin(), pins.end(), [&](const Pin& pin) { return pin.page == page; });
}

// A device's page has no other process: it had none when it was pinned, and fork copies it.
void make_own(void* memory, uint32_t process, Page& page) {
  if (page.use_count() > 1 && !is_pinned(memory, process, page)) {
    page = std::make_shared<Frame>(*page);
  }
}

int write_pinning(void* memory, uint32_t process, uint32_t, uint64_t at, const void* in,
                  uint32_t length) {
  return access(memory, process, at, length, [=](Page& page, uint64_t offset, uint32_t i) {
    make_own(memory, process, page);
    (*page)[offset] = static_cast<const uint8_t*>(in)[i];
  });
}

int fork_pinning(void* memory, uint32_t process, uint32_t child) {
  const auto& parents = the(memory).pages[process];
  auto& childs = the(memory).pages[child];
  all(memory).advice[child] = all(memory).advice[process];
  for (uint32_t i = 0; i < parents.size(); ++i) {
    const auto [dontfork, wipeonfork] = all(memory).advice[process][i];
    childs[i] = dontfork ? nullptr : parents[i];
    if (childs[i] == nullptr) continue;
    if (is_pinned(memory, process, childs[i])) childs[i] = std::make_shared<Frame>(*childs[i]);
    if (wipeonfork) childs[i] = fresh(memory);
  }
  return COWCHECK_OK;
}

int exit_pinning(void* memory, uint32_t process) {
  all(memory).pins[process] = {};
  return exit(memory, process);
}

int map_pinning(void* memory, uint32_t process, uint32_t page, uint32_t count, uint32_t access,
                uint32_t flags) {
  const int answer = map(memory, process, page, count, access, flags);
  if (answer == COWCHECK_OK) std::fill_n(&all(memory).advice[process][page], count, Advice{});
  return answer;
}

bool is_mapped(void* memory, uint32_t process, uint32_t page, uint32_t count) {
  const auto* const at = &the(memory).pages[process][page];
  return std::none_of(at, at + count, [](const Page& p) { return p == nullptr; });
}

int remap(void* memory, uint32_t process, uint32_t page, uint32_t count, uint32_t to) {
  if (!is_mapped(memory, process, page, count)) return COWCHECK_NOT_MAPPED;
  auto& pages = the(memory).pages[process];
  for (uint32_t i = 0; i < count; ++i) {
    if (pages[to + i] != nullptr) return COWCHECK_OCCUPIED;
  }
  for (uint32_t i = 0; i < count; ++i) {
    pages[to + i] = std::move(pages[page + i]);
    all(memory).advice[process][to + i] = all(memory).advice[process][page + i];
  }
  return COWCHECK_OK;
}

int dontneed(void* memory, uint32_t process, uint32_t page, uint32_t count) {
  if (!is_mapped(memory, process, page, count)) return COWCHECK_NOT_MAPPED;
  std::generate_n(&the(memory).pages[process][page], count, [=] { return fresh(memory); });
  return COWCHECK_OK;
}

int advise(void* memory, uint32_t process, uint32_t page, uint32_t count, uint32_t advice) {
  if (!is_mapped(memory, process, page, count)) return COWCHECK_NOT_MAPPED;
  for (uint32_t i = page; i < page + count; ++i) {
    auto& [dontfork, wipeonfork] = all(memory).advice[process][i];
    if (advice <= COWCHECK_DOFORK) dontfork = advice == COWCHECK_DONTFORK;
    if (advice > COWCHECK_DOFORK) wipeonfork = advice == COWCHECK_WIPEONFORK;
  }
  return COWCHECK_OK;
}

/// Where memory lies is nobody's business here: all hints are taken and nothing is done.
int hint(void* memory, uint32_t process, uint32_t page, uint32_t count) {
  return is_mapped(memory, process, page, count) ? COWCHECK_OK : COWCHECK_NOT_MAPPED;
}
int compact(void*, uint32_t) { return COWCHECK_OK; }

int pin(void* memory, uint32_t process, uint32_t pin, uint32_t page, uint32_t access) {
  auto& at = the(memory).pages[process][page];
  if (at == nullptr) return COWCHECK_SEGFAULT;
  make_own(memory, process, at);
  all(memory).pins[process][pin] = {at, access};
  return COWCHECK_OK;
}
int unpin(void* memory, uint32_t process, uint32_t pin) {
  all(memory).pins[process][pin] = {};
  return COWCHECK_OK;
}
int device_read(void* memory, uint32_t process, uint32_t pin, uint32_t offset, void* out,
                uint32_t length) {
  const Page& page = all(memory).pins[process][pin].page;
  std::copy_n(page->begin() + offset, length, static_cast<uint8_t*>(out));
  return COWCHECK_OK;
}
int device_write(void* memory, uint32_t process, uint32_t pin, uint32_t offset, const void* in,
                 uint32_t length) {
  const auto& [page, access] = all(memory).pins[process][pin];
  if (access != COWCHECK_WRITE) return COWCHECK_SEGFAULT;
  std::copy_n(static_cast<const uint8_t*>(in), length, page->begin() + offset);
  return COWCHECK_OK;
}

}  // namespace

COWCHECK_EXPORT const cowcheck_subject* cowcheck_get_subject() {
  static cowcheck_subject s = *plain_subject();
  s.create = create_pinning;
  s.destroy = destroy_pinning;
  s.map = map_pinning;
  s.exit = exit_pinning;
  if (CAREFUL) {
    s.write = write_pinning;
    s.fork = fork_pinning;
  }
  s.remap = remap;
  s.dontneed = dontneed;
  s.advise = advise;
  s.pin = pin;
  s.unpin = unpin;
  s.device_read = device_read;
  s.device_write = device_write;
  s.split = s.collapse = s.migrate = hint;
  s.compact = s.swapoff = compact;
  s.pageout = hint;
  return &s;
}
