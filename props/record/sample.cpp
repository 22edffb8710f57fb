// What record_test records: memory at a fixed place, forks, moves and advice, one after another.
#include <cstddef>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

char* const base = reinterpret_cast<char*>(0x100000000000);
constexpr std::size_t page = 4096;

char* at(std::size_t number) { return base + number * page; }

void map(std::size_t number, std::size_t count, int flags) {
  const void* const got = mmap(at(number), count * page, PROT_READ | PROT_WRITE,
                               flags | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  if (got != at(number)) _exit(3);
}

template <class Act>
void in_child(Act act) {
  const pid_t child = fork();
  if (child == 0) {
    act();
    _exit(0);
  }
  waitpid(child, nullptr, 0);
}

}  // namespace

int main(int count, char**) {
  if (count > 1) return 0;  // executed by itself
  map(0, 4, MAP_PRIVATE);
  map(8, 1, MAP_SHARED);
  at(0)[5] = 1;
  at(1)[0] = 1;
  at(8)[0] = 1;
  in_child([] {
    at(0)[5] = 2;
    at(8)[7] = 2;
  });
  at(1)[0] = at(1)[3] = 3;
  madvise(at(1), page, MADV_DONTNEED);
  madvise(at(0), page, MADV_WIPEONFORK);
  in_child([] { at(0)[9] = 4; });
  mprotect(at(1), page, PROT_READ);
  if (mremap(at(0), page, page, MREMAP_MAYMOVE | MREMAP_FIXED, at(2)) != at(2)) return 4;
  at(2)[6] = 5;
  if (vfork() == 0) execl("/proc/self/exe", "sample", "again", static_cast<char*>(nullptr));
  wait(nullptr);
  munmap(at(2), page);
}
